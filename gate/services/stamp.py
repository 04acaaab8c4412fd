"""The stamp of a prepared tree: which content its build outputs stand for.

There is one stamp for a service in a tree, not one for each key: outputs are overwritten by the
next build, so only the last one holds.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_MOST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stamp:
    """The key of the last preparation and the ignored files and folders that it made."""

    key: str
    made: tuple[str, ...]


def stamp_path(root: Path, service: str) -> Path:
    """Where the stamp of a service lies; the name is made safe for a file name."""
    return root / ".gate" / "prepared" / f"{quote(service, safe='')}.json"


def read_stamp(path: Path) -> Stamp | None:
    """Read a stamp; None where there is none or it is damaged."""
    try:
        if path.stat().st_size > _MOST:
            return None
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    match raw:
        case {"key": str(key), "made": [*made]} if all(isinstance(each, str) for each in made):
            return Stamp(key, tuple(made))
        case _:
            return None


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write a stamp whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"key": stamp.key, "made": list(stamp.made)})
    number, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
