from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gate.ci.commits import ANCESTORS, Base, base_of, commit_of, resolve, trusted
from gate.ci.detect import Ci
from gate.ci.git import NoRepository, Repository, repository
from gate.core.run import Commit
from gate.errors import UsageError
from tests.ci.support import Tree

MAIN = ("main", "release/*")


def repo(tree: Tree) -> Repository:
    found = repository(tree.root)
    assert isinstance(found, Repository)
    return found


def base(tree: Tree, ci: Ci | None = None, patterns: tuple[str, ...] = MAIN) -> Base | None:
    here = repo(tree)
    ci = ci or Ci()
    return base_of(here, commit_of(here, ci), patterns, ci)


class TestTheCommit:
    def test_outside_git_is_unknown(self, tmp_path: Path) -> None:
        assert commit_of(NoRepository(tmp_path)) == Commit()

    def test_before_the_first_is_only_dirty(self, tree: Tree) -> None:
        assert commit_of(repo(tree)) == Commit(dirty=True)

    def test_has_its_tree_and_its_ancestors_newest_first(self, tree: Tree) -> None:
        first, second, third = tree.commit(), tree.commit(), tree.commit()
        assert commit_of(repo(tree)) == Commit(
            sha=third,
            branch="main",
            dirty=False,
            tree=tree.git("rev-parse", "HEAD^{tree}"),
            ancestors=(second, first),
        )

    def test_knows_only_so_many_ancestors(self, tree: Tree) -> None:
        stream = "".join(
            f"commit refs/heads/main\ncommitter A <a@b> {1_700_000_000 + n} +0000\ndata 0\n\n"
            for n in range(ANCESTORS + 50)
        )
        subprocess.run(
            ["git", "-C", str(tree.root), "fast-import", "--quiet"],
            input=stream.encode(),
            check=True,
        )
        tree.git("reset", "-q", "--hard")
        assert len(commit_of(repo(tree)).ancestors) == ANCESTORS

    @pytest.mark.parametrize(
        ("change", "dirty"),
        [
            pytest.param("none", False, id="unchanged is clean"),
            pytest.param("modified", True, id="with a changed file is dirty"),
            pytest.param("staged", True, id="with a staged file is dirty"),
            pytest.param("untracked", True, id="with a new file is dirty"),
            pytest.param("deleted", True, id="with a deleted file is dirty"),
            pytest.param("ignored", False, id="with an ignored file is clean"),
            pytest.param("touched", False, id="with a file that was only touched is clean"),
        ],
    )
    def test_a_tree(self, tree: Tree, change: str, dirty: bool) -> None:
        tree.commit(".gitignore", "*.log\n")
        file = tree.root / tree.git("ls-tree", "--name-only", tree.commit("file")).splitlines()[-1]
        tree.git("config", "status.showUntrackedFiles", "no")
        match change:
            case "modified":
                file.write_text("other\n")
            case "staged":
                tree.write("new")
                tree.git("add", "new")
            case "untracked":
                tree.write("né w\n")
            case "deleted":
                file.unlink()
            case "ignored":
                tree.write("x.log")
            case "touched":
                file.touch()
        assert commit_of(repo(tree)).dirty is dirty

    def test_a_status_that_fails_is_no_clean_tree(self, tree: Tree) -> None:
        tree.commit()
        (tree.root / ".git" / "index").write_bytes(b"no index")
        with pytest.raises(UsageError, match=r"`git status` failed: .*index file"):
            commit_of(repo(tree))


class TestTheBranch:
    def test_is_git_s_own_on_a_laptop(self, tree: Tree) -> None:
        tree.commit()
        tree.git("switch", "-q", "-c", "feature/é")
        assert commit_of(repo(tree)).branch == "feature/é"

    def test_is_itself_also_where_a_tag_has_its_name(self, tree: Tree) -> None:
        tree.commit()
        tree.git("tag", "main")
        assert commit_of(repo(tree)).branch == "main"

    def test_is_none_where_head_is_detached(self, tree: Tree) -> None:
        tree.commit()
        tree.git("checkout", "-q", "--detach")
        assert commit_of(repo(tree)).branch == ""

    @pytest.mark.parametrize(
        ("ci", "expected"),
        [
            pytest.param(Ci("github", "main", told=True), "main", id="is what CI says"),
            pytest.param(
                Ci("github", "main", sha="{head}", told=True), "main", id="of this commit"
            ),
            pytest.param(
                Ci("github", "main", sha="0" * 40, told=True), "", id="but not of another commit"
            ),
            pytest.param(
                Ci("github", "refs/pull/7/merge", told=True),
                "refs/pull/7/merge",
                id="also of a change whose author called the branch main",
            ),
            pytest.param(
                Ci("github", "", told=True), "", id="also where it says that there is none"
            ),
            pytest.param(Ci("ci"), "main", id="is git's own where CI does not say"),
        ],
    )
    def test_in_ci(self, tree: Tree, ci: Ci, expected: str) -> None:
        head = tree.commit()  # on a local branch called main
        ci = replace(ci, sha=ci.sha.format(head=head))
        assert commit_of(repo(tree), ci).branch == expected


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        pytest.param("main", True, id="a name is trusted"),
        pytest.param("release/1.0", True, id="and what a pattern matches"),
        pytest.param("release", False, id="but not less"),
        pytest.param("Main", False, id="nor in other letters"),
        pytest.param("feature/main", False, id="nor more"),
        pytest.param("", False, id="nor nothing"),
        pytest.param("refs/pull/7/merge", False, id="nor a change"),
    ],
)
def test_a_branch(branch: str, expected: bool) -> None:
    assert trusted(branch, MAIN) is expected


def test_no_pattern_trusts_a_change() -> None:
    assert not trusted("refs/pull/7/merge", ("*", "refs/*"))


class TestRevisions:
    def test_are_resolved(self, tree: Tree) -> None:
        first, second = tree.commit(), tree.commit()
        tree.git("tag", "-a", "-m", "x", "v1", first)
        for words, sha in {
            "HEAD": second,
            "HEAD~1": first,
            "v1": first,
            second[:8]: second,
        }.items():
            assert resolve(repo(tree), words) == sha

    @pytest.mark.parametrize(
        "words",
        ["", "nothing", "--all", "-h", "a\0b", "HEAD^{tree}", "HEAD..main", "@{-1}", "a b", "\n"],
        ids=repr,
    )
    def test_that_are_none(self, tree: Tree, words: str) -> None:
        tree.commit()
        assert resolve(repo(tree), words) == ""


class TestWhereAChangeBegins:
    def test_nowhere_before_the_first_commit(self, tree: Tree) -> None:
        assert base(tree) is None

    def test_nowhere_at_the_first_commit(self, tree: Tree) -> None:
        tree.commit()
        assert base(tree) is None

    def test_at_the_first_commit_where_the_tree_is_dirty(self, tree: Tree) -> None:
        first = tree.commit()
        tree.write("new")
        assert base(tree) == Base(first, whole=True)

    def test_at_the_parent_on_a_clean_trusted_branch(self, tree: Tree) -> None:
        first = tree.commit()
        tree.commit()
        # A push may bring more than one commit: only an earlier state is known.
        assert base(tree) == Base(first, whole=False)

    def test_at_head_on_a_dirty_trusted_branch(self, tree: Tree) -> None:
        tree.commit()
        head = tree.commit()
        tree.write("new")
        assert base(tree) == Base(head, whole=True)

    def test_in_ci_a_dirty_tree_is_no_change(self, tree: Tree) -> None:
        # A build left files behind; the commits are what is tested.
        first = tree.commit()
        tree.commit()
        tree.write("built")
        assert base(tree, Ci("github", "main", told=True)) == Base(first, whole=False)

    def test_at_the_fork_of_a_feature_branch(self, tree: Tree) -> None:
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        tree.commit()
        tree.git("switch", "-q", "main")
        tree.commit()
        tree.git("switch", "-q", "feature")
        assert base(tree) == Base(fork, whole=True)
        tree.write("new")
        assert base(tree) == Base(fork, whole=True)

    def test_at_what_was_merged_in_last(self, tree: Tree) -> None:
        tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        tree.git("switch", "-q", "main")
        newer = tree.commit()
        tree.git("switch", "-q", "feature")
        tree.merge("main")
        assert base(tree) == Base(newer, whole=True)

    def test_at_the_nearest_trusted_branch(self, tree: Tree) -> None:
        tree.commit()
        tree.git("switch", "-q", "-c", "release/1.0")
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "fix")
        tree.commit()
        tree.git("switch", "-q", "main")
        tree.commit()
        tree.git("switch", "-q", "fix")
        assert base(tree) == Base(fork, whole=True)

    def test_an_older_trusted_branch_does_not_matter_on_a_newer_one(self, tree: Tree) -> None:
        tree.commit()
        tree.git("branch", "release/1.0")
        parent = tree.commit()
        tree.commit()
        assert base(tree) == Base(parent, whole=False)

    def test_at_the_remote_s_branch_where_ours_has_gone_on(
        self, tree: Tree, tmp_path: Path
    ) -> None:
        pushed = tree.commit()
        clone = tree.clone(tmp_path / "clone")
        clone.commit()
        clone.commit()
        assert base(clone) == Base(pushed, whole=True)

    def test_at_another_remote_s_branch_where_there_is_no_origin(
        self, tree: Tree, tmp_path: Path
    ) -> None:
        fork = tree.commit()
        clone = tree.clone(tmp_path / "clone", "-o", "upstream")
        clone.git("switch", "-q", "-c", "feature")
        clone.commit()
        assert base(clone) == Base(fork, whole=True)

    def test_at_our_own_branch_where_there_is_no_remote(self, tree: Tree) -> None:
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        assert base(tree) == Base(fork, whole=True)

    def test_at_an_earlier_state_where_no_trusted_branch_is_there(self, tree: Tree) -> None:
        parent = tree.commit()
        tree.commit()
        tree.git("branch", "-m", "trunk")
        assert base(tree) == Base(parent, whole=False)
        tree.write("new")
        assert base(tree) == Base(tree.head, whole=False)

    def test_nowhere_where_a_shallow_clone_hides_it(self, tree: Tree, tmp_path: Path) -> None:
        tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        clone = tree.clone(tmp_path / "clone", "--depth", "1", "--branch", "feature")
        assert base(clone, Ci("github", "feature", told=True)) is None

    def test_at_an_unrelated_history_s_own_parent(self, tree: Tree) -> None:
        tree.commit()
        tree.git("switch", "-q", "--orphan", "other")
        parent = tree.commit()
        tree.commit()
        assert base(tree) == Base(parent, whole=False)


class TestWhereAChangeBeginsInCi:
    @pytest.fixture
    def merged(self, tree: Tree, tmp_path: Path) -> tuple[Tree, str]:
        """CI's checkout of its own merge of a change into main, and main's commit."""
        tree.commit()
        tree.git("switch", "-q", "-c", "theirs")
        tree.commit()
        tree.git("switch", "-q", "main")
        target = tree.commit()
        tree.git("switch", "-q", "theirs")
        tree.commit()  # newer than main's last: by date it would come first
        tree.git("switch", "-q", "--detach", "main")
        tree.merge("theirs")
        tree.git("update-ref", "refs/pull/7/merge", "HEAD")
        clone = Tree(tmp_path / "clone", tree.minutes).init()
        clone.git("remote", "add", "origin", f"file://{tree.root}")
        clone.git("fetch", "-q", "origin", "+refs/pull/7/merge:refs/remotes/pull/7/merge")
        clone.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
        return clone, target

    def test_at_the_first_parent_of_its_merge(self, merged: tuple[Tree, str]) -> None:
        clone, target = merged
        ci = Ci("github", "refs/pull/7/merge", target="main", merged=True, told=True)
        assert base(clone, ci) == Base(target, whole=True)

    def test_also_where_only_the_name_of_the_ref_tells(self, merged: tuple[Tree, str]) -> None:
        clone, target = merged
        assert base(clone) == Base(target, whole=True)

    def test_also_where_only_ci_tells(self, merged: tuple[Tree, str]) -> None:
        clone, target = merged
        clone.git("update-ref", "-d", "refs/remotes/pull/7/merge")
        ci = Ci("gitlab", "refs/pull/7/merge", sha=clone.head, merged=True, told=True)
        assert base(clone, ci) == Base(target, whole=True)

    def test_not_where_ci_says_it_of_another_commit(self, merged: tuple[Tree, str]) -> None:
        clone, _ = merged
        clone.git("update-ref", "-d", "refs/remotes/pull/7/merge")
        ci = Ci("github", "refs/pull/7/merge", sha="0" * 40, merged=True, told=True)
        found = base(clone, ci)
        assert found is not None
        assert not found.whole

    def test_at_the_fork_from_the_branch_that_it_goes_into(self, tree: Tree) -> None:
        tree.commit()
        tree.git("switch", "-q", "-c", "develop")
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        ci = Ci("gitlab", "refs/pull/7/head", target="develop", told=True)
        assert base(tree, ci) == Base(fork, whole=True)

    def test_at_the_nearest_trusted_branch_where_that_is_not_fetched(self, tree: Tree) -> None:
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "feature")
        tree.commit()
        ci = Ci("gitlab", "refs/pull/7/head", target="develop", told=True)
        assert base(tree, ci) == Base(fork, whole=True)

    def test_a_merge_that_an_author_made_is_an_ordinary_commit(self, tree: Tree) -> None:
        fork = tree.commit()
        tree.git("switch", "-q", "-c", "part")
        tree.commit()
        tree.git("switch", "-q", "-c", "feature", "main")
        tree.commit()
        tree.merge("part")
        assert base(tree) == Base(fork, whole=True)
