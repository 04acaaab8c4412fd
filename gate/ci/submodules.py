"""The submodules of a second tree: `git worktree add` leaves their folders empty.

They come from those of the user's tree, so nothing is fetched. Facts of git 2.39.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from gate.ci.git import Repository, ask
from gate.errors import UsageError

_CHECKOUT = 600.0
_LINK = "160000"


def fill_submodules(own: Path, tree: Path) -> tuple[str, ...]:
    """Check out in `tree` what its commit names of the submodules that are there in `own`.

    Returns those whose commit is not here: their folders stay empty.
    """
    lacking: list[str] = []
    for name, sha in _links(tree):
        source, place = own / name, tree / name
        if not (source / ".git").exists():
            continue
        try:
            _check_out(source, place, sha)
        except UsageError:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True, exist_ok=True)
            lacking.append(name)
        else:
            lacking.extend(f"{name}/{each}" for each in fill_submodules(source, place))
    return tuple(lacking)


def _links(tree: Path) -> Iterator[tuple[str, str]]:
    """The submodules of a tree and their commits, as its index has them."""
    if not (tree / ".gitmodules").is_file():
        return
    for entry in ask(Repository(tree, shallow=False), "ls-files", "--stage", "-z").split("\0"):
        about, _, name = entry.partition("\t")
        if about.startswith(_LINK):
            yield name, about.split(" ")[1]


def _check_out(source: Path, place: Path, sha: str) -> None:
    """A clone of its own that borrows the objects: the user's keeps nothing about it."""
    theirs = Repository(source, shallow=False)
    copy = ("clone", "--quiet", "--shared", "--no-checkout", "--", str(source), str(place))
    ask(theirs, *copy, timeout=_CHECKOUT)
    made = Repository(place, shallow=False)
    ask(made, "checkout", "--quiet", "--detach", sha, timeout=_CHECKOUT)
