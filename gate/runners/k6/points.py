"""The samples of a run: a stream of NDJSON lines, gzipped, of which only the wanted are parsed.

Source: k6's `--out json=FILE.json.gz` (output/json/wrapper.go, the same from v0.57 to v2.2). A
line is `{"metric":NAME,"type":"Point","data":{"time","value","tags"}}`, or the declaration of a
metric before its first sample. About 3 kB for each request, so lines are skipped by their prefix.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

_PREFIX = b'{"metric":"'
_DECLARES = b'{"type":"Metric"'
_LONGEST = 1 << 20


class Point(NamedTuple):
    """One sample: k6's metric, seconds since the epoch, the value in k6's unit, tags."""

    metric: str
    at: float
    value: float
    tags: dict[str, str]


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
    number = 0
    try:
        with gzip.open(path, "rb") as stream:
            for number, line in enumerate(iter(partial(stream.readline, _LONGEST), b""), 1):
                if not line.endswith(b"}\n"):
                    msg = f"line {number} is cut: {_show(line)}"
                    raise UnreadableError(msg)
                if line.startswith(_DECLARES) or _skipped(line, names):
                    continue
                if (point := _point(line, number)) and point.metric in wanted:
                    yield point
    except (OSError, EOFError, zlib.error) as error:
        msg = f"after line {number}: {error}"
        raise UnreadableError(msg) from None
    if number == 0:
        raise EmptyError


def _skipped(line: bytes, names: set[bytes]) -> bool:
    if not line.startswith(_PREFIX):
        return False
    name = line[len(_PREFIX) : line.find(b'"', len(_PREFIX))]
    return name not in names and b"\\" not in name


def _point(line: bytes, number: int) -> Point | None:
    """The sample of a line, None for the declaration of a metric."""
    try:
        entry = json.loads(line)
        if entry["type"] == "Metric":
            return None
        data = entry["data"]
        value = float(data["value"])
        at = datetime.fromisoformat(data["time"]).timestamp()
        tags = data["tags"] or {}
        if entry["type"] == "Point" and math.isfinite(value) and isinstance(tags, dict):
            return Point(str(entry["metric"]), at, value, tags)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        pass
    msg = f"line {number} is no sample: {_show(line)}"
    raise UnreadableError(msg)


def _show(line: bytes) -> str:
    return repr(line[:80].decode("utf-8", "replace"))
