"""The samples of a run: a stream of NDJSON lines, gzipped, of which only the wanted are parsed.

Source: k6's `--out json=FILE.json.gz` (output/json/wrapper.go, the same from v0.57 to v2.2). A
line is `{"metric":NAME,"type":"Point","data":{"time","value","tags"}}`, or the declaration of a
metric before its first sample. About 3 kB for each request, so lines are skipped by their prefix.
"""

from __future__ import annotations

import gzip
import io
import json
import math
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

_PREFIX = b'{"metric":"'
_NAME = len(_PREFIX)
_TAGS = b',"tags":'
_REST = "}}\n"
_DECODER = json.JSONDecoder()
_LONGEST = 1 << 20
_BUFFER = 1 << 20
ALIKE = 4096


class Point(NamedTuple):
    """One sample: k6's metric, seconds since the epoch, the value in k6's unit, tags.

    Samples with the same `like` have the same tags; below `ALIKE` it may be remembered.
    """

    metric: str
    at: float
    value: float
    tags: dict[str, str]
    like: int = ALIKE


class UnreadableError(Exception):
    """The stream is not what k6 writes, or ends early; the message says where."""


class EmptyError(Exception):
    """The stream holds no line at all."""


def read_points(path: Path, wanted: frozenset[str]) -> Iterator[Point]:
    """Yield the samples of the wanted metrics in the order k6 wrote them.

    Raises `UnreadableError` where a line is damaged or the end is missing, `EmptyError` where
    there is nothing; what was yielded before is then worth nothing.
    """
    names = {name.encode() for name in wanted}
    reader = _Reader()
    number = 0
    try:
        with gzip.open(path, "rb") as packed, io.BufferedReader(packed, _BUFFER) as stream:
            for number, line in enumerate(iter(partial(stream.readline, _LONGEST), b""), 1):
                if line[-2:] != b"}\n":
                    msg = f"line {number} is cut: {_show(line)}"
                    raise UnreadableError(msg)
                # Nine lines of ten: k6 escapes nothing in a metric's name.
                if line[:_NAME] == _PREFIX and line[_NAME : line.find(b'"', _NAME)] not in names:
                    continue
                if (point := reader.point(line, number)) and point.metric in wanted:
                    yield point
    except (OSError, EOFError, zlib.error) as error:
        msg = f"after line {number}: {error}"
        raise UnreadableError(msg) from None
    if number == 0:
        raise EmptyError


class _Reader:
    """Parses lines; the tags, most of each line, only where they were not seen before."""

    def __init__(self) -> None:
        self._tags: dict[bytes, tuple[int, dict[str, str]]] = {}

    def point(self, line: bytes, number: int) -> Point | None:
        """The sample of a line, None for the declaration of a metric."""
        begin = line.find(_TAGS)
        known = self._tags.get(line[begin:])
        try:
            entry = json.loads((line if known is None else line[:begin] + b"}}").decode())
            if entry["type"] == "Metric":
                return None
            data = entry["data"]
            value = float(data["value"])
            at = datetime.fromisoformat(data["time"]).timestamp()
            like, tags = known or self._remember(line[begin:], data["tags"])
            if entry["type"] == "Point" and math.isfinite(value):
                return Point(str(entry["metric"]), at, value, tags, like)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            pass
        msg = f"line {number} is no sample: {_show(line)}"
        raise UnreadableError(msg)

    def _remember(self, written: bytes, tags: object) -> tuple[int, dict[str, str]]:
        """Remember the tags by how they are written, unless something stands after them."""
        if not isinstance(tags, dict | None):
            raise TypeError
        known = {str(key): str(value) for key, value in (tags or {}).items()}
        if len(self._tags) >= ALIKE:
            return ALIKE, known
        text = written[len(_TAGS) :].decode()
        if text[_DECODER.raw_decode(text)[1] :] != _REST:
            return ALIKE, known
        return self._tags.setdefault(written, (len(self._tags), known))


def _show(line: bytes) -> str:
    return repr(line[:80].decode("utf-8", "replace"))
