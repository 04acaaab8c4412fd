"""What `git worktree add` leaves empty is there as the commit names it, without any network."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gate.ci.git import Repository
from gate.ci.submodules import fill_submodules
from gate.ci.worktree import add_worktree, remove_worktree
from tests.ci.support import Tree

_LOCAL = ("-c", "protocol.file.allow=always")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree whose submodule has a submodule, and a later commit of each."""
    inner = Tree(tmp_path / "inner").init()
    inner.commit("deep.js", "old")
    outer = Tree(tmp_path / "outer").init()
    outer.git(*_LOCAL, "submodule", "add", "-q", str(inner.root), "in")
    outer.commit("lib.js", "old")
    made = Tree(tmp_path / "tree").init()
    made.git(*_LOCAL, "submodule", "add", "-q", str(outer.root), "vendor/lib")
    made.git(*_LOCAL, "submodule", "update", "-q", "--init", "--recursive")
    made.commit("README")
    Tree(made.root / "vendor/lib/in").commit("deep.js", "new")
    Tree(made.root / "vendor/lib").commit("lib.js", "new")
    made.commit("README", "later")
    return made


def checked_out(tree: Tree, place: Path, revision: str = "HEAD~1") -> tuple[str, ...]:
    repo = Repository(tree.root, shallow=False)
    add_worktree(repo, place, tree.git("rev-parse", revision))
    return fill_submodules(tree.root, place)


def test_submodules_are_those_of_the_commit(tree: Tree, tmp_path: Path) -> None:
    place = tmp_path / "perfgate-1"
    assert checked_out(tree, place) == ()
    assert (place / "vendor/lib/lib.js").read_text() == "old"
    assert (place / "vendor/lib/in/deep.js").read_text() == "old"
    assert Tree(place).git("status", "--porcelain") == ""


def test_the_users_own_are_not_touched(tree: Tree, tmp_path: Path) -> None:
    place = tmp_path / "perfgate-1"
    tree.write("vendor/lib/lib.js", "uncommitted")
    before = tree.git("submodule", "status", "--recursive"), tree.git("status", "--porcelain")
    checked_out(tree, place)
    remove_worktree(Repository(tree.root, shallow=False), place)
    after = tree.git("submodule", "status", "--recursive"), tree.git("status", "--porcelain")
    assert after == before
    assert (place.exists(), list((tree.root / ".git").glob("worktrees/*"))) == (False, [])
    assert (tree.root / "vendor/lib/lib.js").read_text() == "uncommitted"


def test_what_the_user_has_not_is_not_asked_for(tree: Tree, tmp_path: Path) -> None:
    tree.git("submodule", "deinit", "-q", "--force", "--all")
    assert checked_out(tree, tmp_path / "perfgate-1") == ()
    assert list((tmp_path / "perfgate-1/vendor/lib").iterdir()) == []


def test_a_shallow_one_serves_where_it_has_the_commit(tree: Tree, tmp_path: Path) -> None:
    own = tree.root / "vendor/lib"
    shutil.rmtree(own)
    source = f"file://{tree.root}/.git/modules/vendor/lib"
    tree.git("clone", "-q", "--depth", "1", source, str(own))
    assert checked_out(tree, tmp_path / "same", "HEAD") == ()
    assert (tmp_path / "same/vendor/lib/lib.js").read_text() == "new"
    assert checked_out(tree, tmp_path / "earlier") == ("vendor/lib",)
    assert list((tmp_path / "earlier/vendor/lib").iterdir()) == []


def test_a_tree_without_any_has_none_to_fill(tree: Tree, tmp_path: Path) -> None:
    shutil.rmtree(tree.root / "vendor")
    (tree.root / ".gitmodules").unlink()
    tree.commit("README", "without")
    assert checked_out(tree, tmp_path / "perfgate-1", "HEAD") == ()
