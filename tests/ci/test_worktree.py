"""A second tree of a repository, and what is left when it goes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gate.ci.git import Repository, repository
from gate.ci.worktree import add_worktree, forget_lost, remove_worktree
from gate.errors import UsageError
from tests.ci.support import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "tree").init()
    made.commit("README", "old")
    made.commit("README", "new")
    return made


def repo(tree: Tree) -> Repository:
    found = repository(tree.root)
    assert isinstance(found, Repository)
    return found


def known(tree: Tree) -> list[str]:
    """The other trees that git keeps anything about."""
    return sorted(path.name for path in (tree.root / ".git").glob("worktrees/*"))


def test_a_commit_is_checked_out_elsewhere_and_gone_again(tree: Tree, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "perfgate-1"
    tree.write("README", "uncommitted")
    add_worktree(repo(tree), place, tree.git("rev-parse", "HEAD~1"))
    assert (place / "README").read_text() == "old"
    assert (tree.root / "README").read_text() == "uncommitted"
    (place / "built").write_text("by prepare")
    remove_worktree(repo(tree), place)
    assert (place.exists(), known(tree)) == (False, [])


def test_no_hook_runs(tree: Tree, tmp_path: Path) -> None:
    hook = tree.root / ".git" / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    add_worktree(repo(tree), tmp_path / "perfgate-1", tree.head)
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_checked_out_is_the_users_to_know(tree: Tree, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="worktree"):
        add_worktree(repo(tree), tmp_path / "perfgate-1", "0" * 40)


@pytest.mark.parametrize("state", ["whole", "no folder", "locked", "unfinished", "nothing"])
def test_a_tree_in_any_state_is_removed(state: str, tree: Tree, tmp_path: Path) -> None:
    place = tmp_path / "perfgate-1"
    entry = tree.root / ".git" / "worktrees" / "perfgate-1"
    if state != "nothing":
        add_worktree(repo(tree), place, tree.head)
    match state:
        case "no folder":
            shutil.rmtree(place)
        case "locked":
            (entry / "locked").write_text("initializing")
        case "unfinished":
            (entry / "gitdir").unlink()
    remove_worktree(repo(tree), place)
    assert (place.exists(), known(tree)) == (False, [])


def test_the_users_own_trees_stay_also_where_their_disk_is_away(tree: Tree, tmp_path: Path) -> None:
    for name in ("mine", "perfgate-lost", "perfgate-there"):
        add_worktree(repo(tree), tmp_path / name, tree.head)
    shutil.rmtree(tmp_path / "mine")
    shutil.rmtree(tmp_path / "perfgate-lost")
    forget_lost(repo(tree), "perfgate-")
    remove_worktree(repo(tree), tmp_path / "perfgate-other")
    assert known(tree) == ["mine", "perfgate-there"]


def test_a_tree_of_a_tree_works(tree: Tree, tmp_path: Path) -> None:
    add_worktree(repo(tree), tmp_path / "mine", tree.head)
    inner = repository(tmp_path / "mine")
    assert isinstance(inner, Repository)
    add_worktree(inner, tmp_path / "perfgate-1", tree.head)
    remove_worktree(inner, tmp_path / "perfgate-1")
    assert known(tree) == ["mine"]
