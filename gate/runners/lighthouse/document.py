"""Reading JSON that a tool wrote: nothing about its form is believed, and nothing here raises."""

from __future__ import annotations

import json
import math
from typing import Any

LIMIT = 64 * 1024 * 1024


class UnreadableError(ValueError):
    """Bytes that are no JSON object, or more of them than we read."""


def read_object(content: bytes) -> dict[str, Any]:
    """Read one JSON object; raise `UnreadableError` with what is wrong."""
    if len(content) > LIMIT:
        raise UnreadableError(f"more than {LIMIT} bytes")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(str(error)) from None
    if not isinstance(value, dict):
        raise UnreadableError("it is no JSON object")
    return value


def at(value: object, *path: str | int) -> object:
    """What stands at a path of keys and indexes, None where nothing does."""
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def number(value: object, *path: str | int) -> float | None:
    """The finite number at a path, None where there is none."""
    found = at(value, *path)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        return float(found) if math.isfinite(found) else None
    except OverflowError:
        return None


def text(value: object, *path: str | int) -> str:
    """The text at a path, "" where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def entries(value: object, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list at a path; other things in it are left out."""
    found = at(value, *path)
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
