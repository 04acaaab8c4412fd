"""Names from strangers stay text: what no report may pass on to a terminal, a page or a parser.

Each format escapes its own marks on top of this.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, TypeVar

T = TypeVar("T")

_LONGEST = 4000
_LARGEST = 1e300


def visible(text: str) -> str:
    r"""The text on one line, every character that steers or hides shown, as in `\x1b`.

    What is not printable in Unicode's sense: controls, marks of reading direction, lone surrogates,
    line separators, spaces other than the space.
    """
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _shown(char) for char in text)


def _shown(char: str) -> str:
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
    code = ord(char)
    wide = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return named.get(char) or (f"\\x{code:02x}" if code < 0x100 else wide)


def clean(value: T) -> T:
    """The value with all text in it made visible and all numbers kept far from overflow."""
    cleaned: T = _clean(value)
    return cleaned


def _clean(value: Any) -> Any:  # noqa: ANN401  # every field of an outcome
    match value:
        case enum.Enum() | bool() | int() | None:
            return value
        case str():
            return visible(value)
        case float():
            return max(-_LARGEST, min(_LARGEST, value))
        case tuple():
            return tuple(map(_clean, value))
        case _:
            parts = {f.name: _clean(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return dataclasses.replace(value, **parts)
