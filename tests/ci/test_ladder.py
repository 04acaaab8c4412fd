"""Each rung of the ladder in a repository that git made: which line a baseline is looked for on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.ci.commits import base_of, commit_of
from gate.ci.detect import Ci
from gate.ci.git import Repository, repository
from gate.ci.ladder import placed
from gate.core.run import Commit
from gate.errors import UsageError
from tests.ci.support import Tree

LAPTOP = Ci()
BRANCHES = ("main", "release/*")


def opened(tree: Tree) -> Repository:
    repo = repository(tree.root)
    assert isinstance(repo, Repository)
    return repo


def seen(tree: Tree, ci: Ci = LAPTOP, environ: dict[str, str] | None = None) -> Commit:
    repo = opened(tree)
    return placed(repo, commit_of(repo, ci), BRANCHES, ci, environ or {})


def github(head: str, branch: str = "main", *, merged: bool = False) -> Ci:
    return Ci("github", branch, sha=head, told=True, merged=merged)


def test_a_push_is_compared_with_the_commit_before_on_the_line_of_first_parents(
    tree: Tree,
) -> None:
    first = tree.commit()
    tree.git("switch", "-q", "-c", "topic")
    side = tree.commit()
    tree.git("switch", "-q", "main")
    second = tree.commit()
    merge = tree.merge("topic")
    tree.commit()
    found = seen(tree)
    assert (found.rung, found.line) == ("previous", (merge, second, first))
    assert side in found.ancestors


def test_a_change_is_compared_with_where_it_begins(tree: Tree) -> None:
    first, fork = tree.commit(), tree.commit()
    tree.git("switch", "-q", "-c", "topic")
    tree.commit()
    tree.commit()
    tree.git("switch", "-q", "main")
    tree.commit()
    tree.git("switch", "-q", "topic")
    found = seen(tree)
    assert (found.rung, found.line) == ("merge-base", (fork, first))


def test_the_merge_of_ci_is_compared_with_its_first_parent(tree: Tree) -> None:
    first = tree.commit()
    tree.git("switch", "-q", "-c", "theirs")
    tree.commit()
    tree.git("switch", "-q", "main")
    target = tree.commit()
    tree.git("switch", "-q", "--detach", "main")
    head = tree.merge("theirs")
    found = seen(tree, github(head, "refs/pull/7/merge", merged=True))
    assert (found.rung, found.line) == ("merge-parent", (target, first))


def test_a_change_to_a_release_is_compared_with_that_branch(tree: Tree) -> None:
    first = tree.commit()
    tree.git("switch", "-q", "-c", "release/1.4")
    patch = tree.commit()
    tree.git("switch", "-q", "-c", "fix")
    tree.commit()
    tree.git("switch", "-q", "main")
    tree.commit()
    tree.git("switch", "-q", "fix")
    assert seen(tree).line == (patch, first)


def test_a_tag_is_compared_with_the_tag_before(tree: Tree) -> None:
    tree.commit()
    old = tree.commit()
    tree.git("tag", "-a", "-m", "old", "v1.3")
    tree.commit()
    head = tree.commit()
    tree.git("tag", "v1.4")
    found = seen(tree, github(head, ""))
    assert (found.rung, found.line[0]) == ("tag", old)
    assert seen(tree, github(head)).rung == "previous", "a branch is built, not the tag"


def test_the_first_tag_has_none_before(tree: Tree) -> None:
    before, head = tree.commit(), tree.commit()
    tree.git("tag", "v1.0")
    found = seen(tree, github(head, ""))
    assert (found.rung, found.line) == ("previous", (before,))


def test_a_first_commit_has_no_line(tree: Tree) -> None:
    tree.commit()
    assert (seen(tree).rung, seen(tree).line) == ("", ())


def test_a_dirty_tree_is_compared_with_its_own_commit(tree: Tree) -> None:
    head = tree.commit()
    tree.write("more")
    assert (seen(tree).rung, seen(tree).line) == ("previous", (head,))


class TestAMergeQueue:
    """Two changes wait: the second is built on the first, which main does not have yet."""

    @pytest.fixture
    def queue(self, tree: Tree) -> tuple[Tree, str, str]:
        """The tree at the second merge, that commit, and the first."""
        tree.commit()
        for name in ("one", "two"):
            tree.git("switch", "-q", "-c", name, "main")
            tree.commit()
        tree.git("switch", "-q", "-c", "gh-readonly-queue/main/pr-2", "main")
        first = tree.merge("one")
        return tree, tree.merge("two"), first

    def told(self, tree: Tree, head: str, text: str) -> dict[str, str]:
        file = tree.root.parent / "event.json"
        file.write_text(text)
        return {
            "GITHUB_EVENT_NAME": "merge_group",
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": head,
        }

    def test_is_compared_with_what_it_builds_on(self, queue: tuple[Tree, str, str]) -> None:
        tree, head, first = queue
        ci = github(head, "gh-readonly-queue/main/pr-2")
        environ = self.told(tree, head, json.dumps({"merge_group": {"base_sha": first}}))
        found = seen(tree, ci, environ)
        assert (found.rung, found.line[0]) == ("merge-group", first)
        base = base_of(opened(tree), found, BRANCHES, ci)
        assert base is not None
        assert (base.sha, base.whole) == (first, True)

    @pytest.mark.parametrize(
        "told",
        [
            pytest.param({"merge_group": {"base_sha": "f" * 40}}, id="a commit that is not here"),
            pytest.param({"merge_group": {"base_sha": "--all"}}, id="an option"),
            pytest.param({"merge_group": {"base_sha": ["a"]}}, id="no text"),
            pytest.param({"merge_group": "main"}, id="no group"),
            pytest.param({}, id="nothing"),
            pytest.param([], id="a list"),
        ],
    )
    def test_believes_no_event_that_fits_nothing(
        self, queue: tuple[Tree, str, str], told: object
    ) -> None:
        tree, head, _ = queue
        environ = self.told(tree, head, json.dumps(told))
        found = seen(tree, github(head, "gh-readonly-queue/main/pr-2"), environ)
        assert found.rung == "merge-base"

    def test_believes_no_commit_that_is_no_ancestor(self, queue: tuple[Tree, str, str]) -> None:
        tree, head, _ = queue
        tree.git("switch", "-q", "main")
        other = tree.commit()
        tree.git("switch", "-q", "--detach", head)
        environ = self.told(tree, head, json.dumps({"merge_group": {"base_sha": other}}))
        assert seen(tree, github(head, ""), environ).rung == "merge-base"

    @pytest.mark.parametrize("text", ["{", "", "[" * 100_000])
    def test_refuses_an_event_that_cannot_be_read(
        self, queue: tuple[Tree, str, str], text: str
    ) -> None:
        tree, head, _ = queue
        with pytest.raises(UsageError, match="the event cannot be read"):
            seen(tree, github(head, ""), self.told(tree, head, text))

    def test_on_another_ci_reads_no_event(self, queue: tuple[Tree, str, str]) -> None:
        tree, head, _ = queue
        assert seen(tree, LAPTOP, self.told(tree, head, "{")).rung == "merge-base"


def test_outside_git_there_is_no_line(tmp_path: Path) -> None:
    assert placed(repository(tmp_path), Commit(), BRANCHES, LAPTOP, {}) == Commit()
