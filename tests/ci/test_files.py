from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.ci.files import changed_files, files_at
from gate.ci.git import Repository, repository
from gate.errors import UsageError
from tests.ci.support import Tree

ODD = ["a b.yml", "-x.yml", "é.yml", "new\nline.yml", "tab\t.yml", '"q".yml', "[x]*.yml", ":x.yml"]


def repo(tree: Tree) -> Repository:
    found = repository(tree.root)
    assert isinstance(found, Repository)
    return found


class TestFilesAtACommit:
    def test_are_those_of_that_commit(self, tree: Tree) -> None:
        first = tree.commit("budgets/api.yml", "one\n")
        tree.commit("budgets/api.yml", "two\n")
        tree.write("budgets/api.yml", "three\n")
        assert files_at(repo(tree), first, "budgets") == {"api.yml": b"one\n"}

    def test_are_none_where_the_folder_was_not(self, tree: Tree) -> None:
        assert files_at(repo(tree), tree.commit("other"), "budgets") == {}

    def test_may_have_any_name_and_content(self, tree: Tree) -> None:
        for name in ODD:
            tree.write(f"bud gets/{name}", f"{name}\n\0x")
        sha = tree.commit("bud gets/empty.yml", "\n")
        found = files_at(repo(tree), sha, "bud gets")
        assert found == {**{name: f"{name}\n\0x".encode() for name in ODD}, "empty.yml": b"\n"}

    def test_are_plain_ones_directly_in_it(self, tree: Tree) -> None:
        tree.write("budgets/deep/er.yml")
        tree.write("budgets-too/x.yml")
        (tree.root / "budgets" / "link.yml").symlink_to("/etc/passwd")
        sha = tree.commit("budgets/run.yml")
        (tree.root / "budgets" / "run.yml").chmod(0o755)
        assert set(files_at(repo(tree), sha, "budgets")) == {"run.yml"}

    def test_in_the_root_are_found_as_well(self, tree: Tree) -> None:
        tree.write("deep/x.yml")
        assert set(files_at(repo(tree), tree.commit("api.yml"), ".")) == {"api.yml"}

    def test_are_bounded(self, tree: Tree) -> None:
        for number in range(501):
            tree.write(f"budgets/{number}.yml")
        with pytest.raises(UsageError, match="too large"):
            files_at(repo(tree), tree.commit("budgets/last.yml"), "budgets")

    def test_of_an_unknown_commit_are_an_error(self, tree: Tree) -> None:
        tree.commit()
        with pytest.raises(UsageError, match="`git ls-tree` failed"):
            files_at(repo(tree), "0" * 40, "budgets")


class TestChangedFiles:
    def test_are_all_that_differ(self, tree: Tree) -> None:
        tree.write("same")
        tree.write("gone")
        tree.write("staged")
        tree.write("moved/here", "a long text that git finds again\n" * 9)
        tree.write(".gitignore", "*.log\n")
        base = tree.commit("changed")
        tree.commit("committed")
        tree.write("changed", "other\n")
        tree.write("staged", "other\n")
        tree.git("add", "staged")
        tree.write("new/file")
        tree.write("x.log")
        (tree.root / "gone").unlink()
        tree.git("mv", "moved", "there")
        assert changed_files(repo(tree), base) == (
            "changed",
            "committed",
            "gone",
            "moved/here",
            "new/file",
            "staged",
            "there/here",
        )

    def test_are_none_where_nothing_changed(self, tree: Tree) -> None:
        base = tree.commit("file")
        os.utime(tree.root / "file")
        assert changed_files(repo(tree), base) == ()

    def test_may_have_any_name(self, tree: Tree) -> None:
        base = tree.commit()
        for name in ODD[:4]:
            tree.write(name)
        tree.commit("x")
        for name in ODD[4:]:
            tree.write(name)
        assert changed_files(repo(tree), base) == tuple(sorted([*ODD, "x"]))

    def test_with_names_that_are_no_text_are_kept(self, tree: Tree) -> None:
        base = tree.commit()
        (tree.root / os.fsdecode(b"caf\xe9")).write_text("x")
        assert changed_files(repo(tree), base) == (os.fsdecode(b"caf\xe9"),)

    def test_are_told_from_the_root_whatever_the_user_configured(self, tree: Tree) -> None:
        tree.write("a/file")
        base = tree.commit()
        for key in ("diff.relative", "diff.renames", "color.ui", "diff.noprefix"):
            tree.git("config", key, "always" if key == "color.ui" else "true")
        tree.write("a/file", "other\n")
        inside = repository(tree.root / "a")
        assert isinstance(inside, Repository)
        assert changed_files(inside, base) == ("a/file",)

    def test_against_an_unknown_commit_are_an_error(self, tree: Tree) -> None:
        # Nothing changed would deselect every budget that has `paths:`.
        tree.commit()
        with pytest.raises(UsageError, match="`git diff` failed: fatal: bad object 0000"):
            changed_files(repo(tree), "0" * 40)

    def test_in_a_submodule_are_its_folder(self, tree: Tree, tmp_path: Path) -> None:
        library = Tree(tmp_path / "library").init()
        library.commit()
        tree.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root))
        base = tree.commit()
        Tree(tree.root / "library").commit("other")
        assert changed_files(repo(tree), base) == ("library",)
