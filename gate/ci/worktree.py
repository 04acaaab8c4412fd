"""A second tree of a repository, checked out elsewhere; the user's own is never touched.

Facts of git 2.39: `worktree add` runs no hook where there is none to find, holds its entry locked
until it is whole, and leaves that entry where it is killed; `worktree prune` would also forget
those of the user whose disk is just not there, so only our own are removed, by their place.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

from gate.ci.git import Repository, ask
from gate.errors import UsageError

_CHECKOUT = 600.0


def add_worktree(repo: Repository, place: Path, sha: str) -> None:
    """Check the commit out at `place`, which is not there yet; raises `UsageError`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    ask(repo, "worktree", "add", "--quiet", "--detach", str(place), sha, timeout=_CHECKOUT)


def remove_worktree(repo: Repository, place: Path) -> None:
    """Take the tree at `place` away, in whatever state it is, with what git keeps about it."""
    # Twice forced: one that was killed in the middle of its making is locked.
    with contextlib.suppress(UsageError):  # git knows it not, or not any more
        ask(repo, "worktree", "remove", "--force", "--force", str(place))
    shutil.rmtree(place, ignore_errors=True)
    for entry in _entries(repo):
        own = _place_of(entry)
        unfinished = own is None and re.fullmatch(rf"{re.escape(place.name)}\d*", entry.name)
        if own == place or unfinished:  # killed before git wrote where it is
            shutil.rmtree(entry, ignore_errors=True)


def forget_lost(repo: Repository, beginning: str) -> None:
    """Let git forget the trees whose folder's name begins so and is not there any more."""
    for entry in _entries(repo):
        place = _place_of(entry)
        if place is not None and place.name.startswith(beginning) and not place.exists():
            shutil.rmtree(entry, ignore_errors=True)


def common_folder(repo: Repository) -> Path:
    """The folder that all trees of a repository share; raises `UsageError`."""
    return Path(ask(repo, "rev-parse", "--path-format=absolute", "--git-common-dir"))


def _entries(repo: Repository) -> tuple[Path, ...]:
    """What git keeps about the other trees of a repository."""
    try:
        return tuple((common_folder(repo) / "worktrees").glob("*"))
    except UsageError:
        return ()


def _place_of(entry: Path) -> Path | None:
    try:
        written = (entry / "gitdir").read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    return Path(written.rstrip("\n")).parent
