"""Sizes that are known by content: a small file in the user's cache, thrown away when damaged."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from gate.errors import RecordError
from gate.record import read_bounded, write_atomic

_MOST = 20_000
_LARGEST = 8_000_000


class Memory:
    """Numbers by key. Reading never fails; what cannot be written is measured again next time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self._used: dict[str, int] = {}

    def get(self, key: str) -> int | None:
        """The number of a key, None where it is not known."""
        known = self._known.get(key)
        if known is not None:
            self._used[key] = known
        return known

    def put(self, key: str, number: int) -> None:
        """Remember a number."""
        self._used[key] = number

    def save(self) -> None:
        """Write what is known, the most recently used last; the oldest beyond the bound go."""
        if self._used.items() <= self._known.items():
            return
        kept = {key: n for key, n in self._known.items() if key not in self._used} | self._used
        newest = dict(list(kept.items())[-_MOST:])
        with contextlib.suppress(RecordError):
            write_atomic(self._file, json.dumps(newest).encode())


def _read(file: Path) -> dict[str, int]:
    try:
        found = json.loads(read_bounded(file, _LARGEST))
    except (RecordError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: size for key, size in found.items() if type(size) is int and size > 0}
