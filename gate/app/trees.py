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
from dataclasses import dataclass
from pathlib import Path

from gate.app.held import held
from gate.app.shelf import put_aside, take_back
from gate.ci.git import Repository, ask
from gate.ci.submodules import fill_submodules
from gate.ci.worktree import add_worktree, common_folder, forget_lost, remove_worktree
from gate.errors import UsageError
from gate.process.signals import shielded
from gate.tools import cache

_TREE = "perfgate-"
_HELD = "held"
_SHELF = "prepared"
_SHELVES = 3
_PLACES = 8


@dataclass(slots=True)
class Checkout:
    """The base's tree. `whole` says that what `prepare` left may stand for it the next time.

    `lacking` are the submodules whose commit of then is not here.
    """

    path: Path
    whole: bool = False
    lacking: tuple[str, ...] = ()

    def prepared(self) -> None:
        """Its services are built. What git does not ignore is not kept, so then they are again."""
        tree = Repository(self.path, shallow=False)
        ours = ":(exclude,top).gate"
        self.whole = not ask(tree, "status", "--porcelain", "--", ":(top)", ours)


@contextlib.contextmanager
def base_tree(repo: Repository, sha: str, env: Mapping[str, str]) -> Iterator[Checkout]:
    """The tree of a commit. What `prepare` builds in it is kept by commit, beside its place.

    Checks at the same time have places of their own. Raises `UsageError` where it cannot be
    checked out.
    """
    with contextlib.ExitStack() as stack:
        home = _taken(_home(repo, env), sha, stack)
        made = Checkout(home / f"{_TREE}{sha[:12]}")
        ended = False
        try:
            remove_worktree(repo, made.path)  # that of a check that was killed
            add_worktree(repo, made.path, sha)
            made.lacking = fill_submodules(repo.root, made.path)
            take_back(made.path, home / _SHELF)
            yield made
            ended = True
        finally:
            with shielded():
                if ended:  # a build that was interrupted is none
                    put_aside(made.path, home / _SHELF, env, stamps=made.whole)
                remove_worktree(repo, made.path)


def _taken(home: Path, sha: str, stack: contextlib.ExitStack) -> Path:
    """The first place for this commit that nobody else has, held until the stack closes."""
    try:
        for number in range(_PLACES):
            place = home / (f"{sha[:12]}-{number}" if number else sha[:12])
            place.mkdir(parents=True, exist_ok=True)
            with contextlib.ExitStack() as trial:
                trial.callback(_tidy, place)
                if trial.enter_context(held(place / _HELD)):
                    stack.push(trial.pop_all())
                    return place
    except OSError as error:
        raise UsageError(
            f"the cache folder {home} cannot be written: {error.strerror or error}",
            hint="name another folder: PERFGATE_CACHE=DIR",
        ) from None
    raise UsageError(
        f"{_PLACES} other checks measure commit {sha[:12]} at this moment", hint="wait for them"
    )


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
