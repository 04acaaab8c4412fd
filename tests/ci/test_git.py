from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.ci.git import NoRepository, Repository, ask, ask_maybe, repository
from gate.errors import UsageError
from tests.ci.support import Tree


def repo(tree: Tree) -> Repository:
    found = repository(tree.root)
    assert isinstance(found, Repository)
    return found


class TestTheRepository:
    def test_is_found_from_inside_it(self, tree: Tree) -> None:
        inside = tree.write("a/b/file").parent
        assert repository(inside) == Repository(tree.root, shallow=False)

    def test_may_have_any_name(self, tmp_path: Path) -> None:
        odd = Tree(tmp_path / "häß lich\nand -long" / "--x").init()
        odd.commit()
        assert repository(odd.root) == Repository(odd.root, shallow=False)

    def test_is_the_worktree_that_we_are_in(self, tree: Tree, tmp_path: Path) -> None:
        tree.commit()
        tree.git("worktree", "add", "-q", str(tmp_path / "other"), "-b", "other")
        assert repository(tmp_path / "other") == Repository(tmp_path / "other", shallow=False)

    def test_is_the_submodule_that_we_are_in(self, tree: Tree, tmp_path: Path) -> None:
        library = Tree(tmp_path / "library").init()
        library.commit()
        tree.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(library.root))
        tree.commit()
        inner = tree.root / "library"
        assert repository(inner) == Repository(inner, shallow=False)
        assert repository(tree.root) == Repository(tree.root, shallow=False)

    @pytest.mark.parametrize(
        ("words", "shallow"),
        [
            pytest.param(("--depth", "1"), True, id="of depth 1 is shallow"),
            pytest.param(("--depth", "50"), False, id="of more than there is, is whole"),
            pytest.param((), False, id="without a depth is whole"),
        ],
    )
    def test_a_clone(
        self, tree: Tree, tmp_path: Path, words: tuple[str, ...], shallow: bool
    ) -> None:
        tree.commit()
        tree.commit()
        clone = tree.clone(tmp_path / "clone", *words)
        assert repository(clone.root) == Repository(clone.root, shallow=shallow)

    def test_a_hook_s_variables_lead_nowhere_else(
        self, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = Tree(tmp_path / "other").init()
        monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / "index"))
        assert repository(tree.root) == Repository(tree.root, shallow=False)


class TestWithoutRepository:
    def test_a_folder_is_one(self, tmp_path: Path) -> None:
        assert repository(tmp_path) == NoRepository(tmp_path)

    def test_so_is_one_where_git_is_not_installed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        assert repository(tmp_path) == NoRepository(tmp_path)

    def test_a_checkout_without_git_is_not(
        self, tree: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside = tree.write("a/file").parent
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(UsageError) as caught:
            repository(inside)
        words = "this is a git checkout, but git cannot be run: there is no program git"
        assert caught.value.message == words
        assert caught.value.hint.startswith("install git")


class TestWhatGitCannotReadIsSaid:
    @pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="gives a folder away")
    def test_a_checkout_of_another_user(self, tree: Tree) -> None:
        tree.commit()
        for path in (tree.root, tree.root / ".git"):
            os.chown(path, 65534, 65534)
        with pytest.raises(UsageError) as caught:
            repository(tree.root)
        assert caught.value.message == (
            f"the checkout {tree.root} belongs to another user, so git refuses to read it"
        )
        assert caught.value.hint == f"git config --global --add safe.directory {tree.root}"

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="gives a folder away")
    def test_unless_the_job_says_that_it_is_safe(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for path in (tree.root, tree.root / ".git"):
            os.chown(path, 65534, 65534)
        # Only a user's own configuration counts, and a job gives that through the environment.
        config = tree.root.parent / "config"
        config.write_text(f"[safe]\n\tdirectory = {tree.root}\n")
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
        assert repository(tree.root) == Repository(tree.root, shallow=False)

    def test_a_bare_repository(self, tmp_path: Path) -> None:
        bare = tmp_path / "bare.git"
        subprocess.run(["git", "init", "-q", "--bare", str(bare)], check=True)
        with pytest.raises(UsageError, match="bare repository") as caught:
            repository(bare)
        assert "git worktree add" in caught.value.hint

    def test_the_inside_of_git(self, tree: Tree) -> None:
        with pytest.raises(UsageError, match="no tree to measure"):
            repository(tree.root / ".git")

    def test_a_worktree_whose_repository_is_gone(self, tmp_path: Path) -> None:
        (tmp_path / ".git").write_text("gitdir: /no/such/place\n")
        with pytest.raises(UsageError, match="fatal: not a git repository: /no/such/place"):
            repository(tmp_path)

    def test_a_broken_configuration(self, tree: Tree) -> None:
        (tree.root / ".git" / "config").write_text("[core\n")
        with pytest.raises(UsageError, match="bad config line 1"):
            repository(tree.root)

    def test_a_folder_that_is_not_there(self, tree: Tree) -> None:
        with pytest.raises(UsageError, match=r"folder .*gone: No such file"):
            repository(tree.root / "gone")


class TestAsking:
    def test_no_is_an_answer_where_git_has_one(self, tree: Tree) -> None:
        assert ask_maybe(repo(tree), "rev-parse", "--verify", "-q", "nothing") == ""

    def test_a_failure_is_none(self, tree: Tree) -> None:
        with pytest.raises(UsageError, match="`git cat-file` failed: fatal: ") as caught:
            ask(repo(tree), "cat-file", "blob", "nothing")
        assert caught.value.hint == "does `git status` work here?"
        with pytest.raises(UsageError, match="`git rev-list` failed: fatal: "):
            ask_maybe(repo(tree), "rev-list", "nothing")

    def test_what_the_tree_configures_to_run_is_not_run(self, tree: Tree, tmp_path: Path) -> None:
        tree.commit("file")
        trap = tmp_path / "trap"
        program = f"!{sys.executable} -c 'open({str(trap)!r}, \"w\")'"
        for key in ("core.pager", "core.editor", "diff.external", "core.fsmonitor", "alias.status"):
            tree.git("config", key, program.removeprefix("!"))
        tree.git("config", "core.hooksPath", str(tmp_path / "hooks"))
        tree.write("file", "other\n")
        assert ask(repo(tree), "status", "--porcelain") == " M file"
        assert not trap.exists()
