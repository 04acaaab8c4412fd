"""The base revision's own tree: checked out apart from the user's, gone after the check.

It lies in the user's cache folder and not in the scratch folder below the repository: there pytest,
Node and every other tool that looks upwards for its settings and modules would find head's, and a
glob such as `**/*.js` of head would find the base's.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from gate.app.held import held
from gate.app.shelf import put_aside, take_back
from gate.ci.git import Repository
from gate.ci.worktree import add_worktree, common_folder, forget_lost, remove_worktree
from gate.errors import UsageError
from gate.process.signals import shielded
from gate.tools import cache

_TREE = "perfgate-"
_HELD = "held"
_SHELF = "prepared"
_SHELVES = 3


@contextlib.contextmanager
def base_tree(repo: Repository, sha: str, env: Mapping[str, str], scratch: Path) -> Iterator[Path]:
    """The tree of a commit. What `prepare` builds in it is kept by commit, beside its place.

    Where another check has the same commit's tree, this one gets its own, below `scratch`, and
    keeps nothing. Raises `UsageError` where it cannot be checked out.
    """
    home = _home(repo, env) / sha[:12]
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the cache folder {home} cannot be written: {error.strerror or error}",
            hint="name another folder: PERFGATE_CACHE=DIR",
        ) from None
    with contextlib.ExitStack() as stack:
        stack.callback(_tidy, home)
        ours = stack.enter_context(held(home / _HELD))
        tree = (home if ours else scratch) / f"{_TREE}{sha[:12]}"
        shelf = home / _SHELF if ours else None
        whole = False
        try:
            remove_worktree(repo, tree)  # that of a check that was killed
            add_worktree(repo, tree, sha)
            if shelf is not None:
                take_back(tree, shelf)
            yield tree
            whole = True
        finally:
            with shielded():
                if shelf is not None and whole:  # a build that was interrupted is none
                    put_aside(tree, shelf, env)
                remove_worktree(repo, tree)


def sweep(repo: Repository, env: Mapping[str, str]) -> None:
    """Remove the trees of checks that were killed, and all but the newest builds that are kept."""
    shelves = []
    for home in _home(repo, env).glob("*"):
        with contextlib.suppress(OSError), held(home / _HELD) as ours:
            if ours:
                for tree in home.glob(f"{_TREE}*"):
                    remove_worktree(repo, tree)
                shutil.rmtree(home / f"{_SHELF}.half", ignore_errors=True)
                if (home / _SHELF).is_dir():
                    shelves.append(((home / _SHELF).stat().st_mtime, home))
        _tidy(home)
    for _, home in sorted(shelves)[:-_SHELVES]:
        with contextlib.suppress(OSError), held(home / _HELD) as ours:
            if ours:
                shutil.rmtree(home / _SHELF, ignore_errors=True)
        _tidy(home)
    forget_lost(repo, _TREE)


def _home(repo: Repository, env: Mapping[str, str]) -> Path:
    own = hashlib.sha256(str(common_folder(repo)).encode("utf-8", "surrogateescape"))
    return cache.home(env) / "trees" / own.hexdigest()[:12]


def _tidy(home: Path) -> None:
    """Take the folder away unless something is kept in it."""
    for folder in (home, home.parent):
        with contextlib.suppress(OSError):
            folder.rmdir()
