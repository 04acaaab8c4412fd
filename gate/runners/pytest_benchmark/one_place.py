"""One path under which either tree is counted, so that both trees' paths are the same text.

A path is hashed, and what its hash meets in a dictionary costs instructions: measured, `re.sub`
took 0.7 to 2.3 % less at another path of the same length (entries of `re`'s own cache met). A link
leads from the one path to the tree whose turn it is. It lies in the cache, not in the repository,
where pytest would look upwards and find head's settings for the base.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.tools import cache

_FOLDER = "one-place"
_PLACES = 8


@dataclass(frozen=True, slots=True)
class OnePlace:
    """A folder of ours alone: `tree` leads to the tree, `pyc` to its bytecode."""

    folder: Path

    @property
    def tree(self) -> Path:
        """What the tree is called."""
        return self.folder / "tree"

    @property
    def pyc(self) -> Path:
        """What the folder of its bytecode is called."""
        return self.folder / "pyc"


@contextlib.contextmanager
def one_place(root: Path, out: Path, env: Mapping[str, str]) -> Iterator[OnePlace | None]:
    """The place, leading to this tree; None where there cannot be one. It is gone afterwards.

    Other checks at the same time have others. What one that was killed left is taken over.
    """
    with contextlib.ExitStack() as stack:
        try:
            folder = _taken(cache.home(env) / _FOLDER, stack)
            if folder is not None:
                place = OnePlace(folder)
                (out / "pyc").mkdir(exist_ok=True)
                place.tree.symlink_to(root, target_is_directory=True)
                place.pyc.symlink_to(out / "pyc", target_is_directory=True)
        except OSError:
            folder = None
        yield None if folder is None else place


def _taken(home: Path, stack: contextlib.ExitStack) -> Path | None:
    """The first folder that nobody holds, emptied; held until the stack closes."""
    if os.name == "nt":  # nothing is measured there
        return None
    home.mkdir(parents=True, exist_ok=True)
    stack.callback(_without, home)
    for number in range(_PLACES):
        folder = home / str(number)
        if _held(folder, stack):
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            for left in folder.iterdir():
                if left.is_symlink() or not left.is_dir():
                    left.unlink()
                else:
                    shutil.rmtree(left)
            return folder
    return None


def _held(folder: Path, stack: contextlib.ExitStack) -> bool:
    """Make and lock the folder itself; the system lets go of it when we are gone."""
    import fcntl

    folder.mkdir(exist_ok=True)
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.path.samestat(os.fstat(number), folder.stat())  # not one just removed
    except OSError:
        ours = False
    if not ours:
        os.close(number)
        return False
    stack.callback(os.close, number)
    return True


def _without(home: Path) -> None:
    """Take the folder of the places away where it is empty."""
    with contextlib.suppress(OSError):
        home.rmdir()
