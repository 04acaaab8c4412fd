"""The base's tree: apart from the user's, gone afterwards, with what `prepare` built kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gate.app.against import environment_of_base
from gate.app.trees import Checkout, base_tree, sweep
from gate.ci.git import Repository, repository
from gate.errors import UsageError
from tests.ci.support import Tree

HOLDS = """
import os, sys, time
from pathlib import Path
from gate.app.trees import base_tree
from gate.ci.git import repository
root, sha = sys.argv[1:]
with base_tree(repository(Path(root)), sha, os.environ) as tree:
    print(tree.path, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "tree").init()
    made.commit(".gitignore", "node_modules/\n*.log\n.gate/\n")
    return made


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "PERFGATE_CACHE": str(tmp_path / "cache")}


def repo(tree: Tree) -> Repository:
    found = repository(tree.root)
    assert isinstance(found, Repository)
    return found


def kept(tmp_path: Path) -> list[str]:
    cache = tmp_path / "cache"
    return sorted(p.name for p in cache.glob("trees/*/*/*"))


def build(made: Checkout, what: str, untracked: str = "") -> None:
    """As `prepare` leaves a tree."""
    base = made.path
    (base / ".gate" / "prepared").mkdir(parents=True)
    (base / ".gate" / "prepared" / "app.json").write_text(what)
    (base / "app" / "node_modules").mkdir(parents=True)
    (base / "app" / "node_modules" / "x.js").write_text(what)
    if untracked:
        (base / untracked).write_text(what)
    made.prepared()


def test_it_lies_apart_and_is_gone_afterwards(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    with base_tree(repo(tree), tree.head, env) as base:
        assert not base.path.is_relative_to(tree.root)
        assert (base.path / ".gitignore").exists()
    assert not base.path.exists()
    assert kept(tmp_path) == []
    assert not list((tree.root / ".git").glob("worktrees/*"))


def test_what_was_prepared_comes_back_to_the_same_commit(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    first, second = tree.head, tree.commit()
    for sha in (first, second):
        with base_tree(repo(tree), sha, env) as base:
            assert not (base.path / "app").exists()
            build(base, sha)
    assert kept(tmp_path) == ["prepared", "prepared"]
    for _ in range(2):
        with base_tree(repo(tree), first, env) as base:
            assert (base.path / "app" / "node_modules" / "x.js").read_text() == first
            assert (base.path / ".gate" / "prepared" / "app.json").read_text() == first
            base.prepared()


def test_what_git_does_not_ignore_is_built_again(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    """It goes with the tree, so nothing may say that it is there."""
    with base_tree(repo(tree), tree.head, env) as base:
        build(base, "x", untracked="bundle.js")
    with base_tree(repo(tree), tree.head, env) as base:
        assert (base.path / "app" / "node_modules" / "x.js").exists()
        assert not (base.path / "bundle.js").exists()
        assert not (base.path / ".gate" / "prepared").exists()


def test_a_build_that_was_interrupted_is_not_kept(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    def interrupted() -> None:
        with base_tree(repo(tree), tree.head, env) as base:
            build(base, "half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert kept(tmp_path) == []


def test_a_shelf_that_names_places_outside_is_not_followed(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    with base_tree(repo(tree), tree.head, env) as base:
        build(base, "x")
    (names,) = (tmp_path / "cache").glob("trees/*/*/prepared/names.json")
    names.write_text('["../../../../../out", "/tmp/out"]')
    with base_tree(repo(tree), tree.head, env) as base:
        assert not (base.path / "app").exists()
    assert not (tmp_path / "out").exists()


def test_only_the_newest_builds_stay(tree: Tree, env: dict[str, str], tmp_path: Path) -> None:
    for at in range(5):
        with base_tree(repo(tree), tree.commit(), env) as base:
            build(base, f"{at}")
        (shelf,) = (p for p in (tmp_path / "cache").glob("trees/*/*/prepared") if _is(p, at))
        os.utime(shelf, (at, at))
    sweep(repo(tree), env)
    left = (tmp_path / "cache").glob("trees/*/*/prepared/*/app.json")
    assert sorted(path.read_text() for path in left) == ["2", "3", "4"]


def _is(shelf: Path, at: int) -> bool:
    return next(shelf.glob("*/app.json")).read_text() == f"{at}"


def test_a_second_check_gets_a_tree_of_its_own_and_a_killed_ones_is_removed(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    argv = [sys.executable, "-c", HOLDS, str(tree.root), tree.head]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=env) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        sweep(repo(tree), env)
        with base_tree(repo(tree), tree.head, env) as base:
            assert base.path != theirs
            assert not base.path.is_relative_to(tree.root)
        other.send_signal(signal.SIGKILL)
    assert theirs.exists()
    sweep(repo(tree), env)
    assert (theirs.exists(), kept(tmp_path)) == (False, [])
    assert not list((tree.root / ".git").glob("worktrees/*"))


def test_a_cache_that_cannot_be_written_is_the_users_to_mend(
    tree: Tree, env: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(UsageError) as refused, base_tree(repo(tree), tree.head, env):
        pass
    assert "PERFGATE_CACHE" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        pytest.param("PYTHONPATH", "/r/src:lib:/x", "/b/src:lib:/x", id="code comes from the base"),
        pytest.param("NODE_PATH", "/r", "/b", id="also Node's"),
        pytest.param(
            "PATH", "/r/bin:/usr/bin", "/b/bin:/r/bin:/usr/bin", id="programs, where it has them"
        ),
        pytest.param("HOME", "/r/home", "/r/home", id="other variables stay"),
        pytest.param("PYTHONPATH", "/rr/src", "/rr/src", id="and so do other places"),
    ],
)
def test_the_environment_of_the_base(name: str, before: str, after: str) -> None:
    made = environment_of_base({name: before, "PWD": "/r"}, Path("/r"), Path("/b"))
    assert made == {name: after}
