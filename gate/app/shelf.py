"""What `prepare` built in a tree that goes away, kept for the next time that it comes back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from gate.services.digest import UnknownContentError, ignored_entries

_STAMPS = ".gate/prepared"
_NAMES = "names.json"


def put_aside(tree: Path, shelf: Path, env: Mapping[str, str], *, stamps: bool) -> None:
    """Move what git ignores in a prepared tree to the shelf; nothing where nothing was prepared.

    Without the stamps of `prepare` that is only a start for the next build.
    A shelf is whole or not there: one that is half filled has another name.
    """
    if not (tree / _STAMPS).is_dir():
        return
    half = shelf.with_name(f"{shelf.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    with contextlib.suppress(OSError, UnknownContentError):
        ignored = {name.rstrip("/") for name in ignored_entries(tree, env)}
        built = [name for name in ignored if name != ".gate" and not name.startswith(".gate/")]
        names = sorted([*built, _STAMPS] if stamps else built)
        half.mkdir(parents=True)
        for number, name in enumerate(names):
            if os.path.lexists(tree / name):
                (tree / name).rename(half / str(number))
        (half / _NAMES).write_text(json.dumps(names), encoding="utf-8")
        shutil.rmtree(shelf, ignore_errors=True)
        half.rename(shelf)


def take_back(tree: Path, shelf: Path) -> None:
    """Move what lies on the shelf into the tree, whose place and commit are those of before.

    What cannot be moved is built again: `prepare` looks whether all that it made is there.
    """
    with contextlib.suppress(OSError, ValueError):
        names = json.loads((shelf / _NAMES).read_bytes())
        for number, name in enumerate(names):
            target = tree / _below(str(name))
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                (shelf / str(number)).rename(target)
    shutil.rmtree(shelf, ignore_errors=True)


def _below(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        msg = f"{name} leaves the tree"
        raise ValueError(msg)
    return path
