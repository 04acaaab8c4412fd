"""Names from strangers stay text: what no report may pass on to a terminal, a page or a parser.

Each format escapes its own marks on top of this.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import re
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
    if not text.isprintable():
        text = "".join(char if char.isprintable() else _shown(char) for char in text)
    return _ANYWHERE.sub("# #", text)


def _shown(char: str) -> str:
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
    code = ord(char)
    wide = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return named.get(char) or (f"\\x{code:02x}" if code < 0x100 else wide)


# Lines that steer the CI when they are printed to its log: GitHub's runner takes `::name::` at the
# beginning of a line and `##[name]` anywhere, Azure's `##vso[name]` anywhere.
_ANYWHERE = re.compile(r"##(?=\[|vso\[)", re.IGNORECASE)
_AT_BEGINNING = re.compile(r"^([ \t]*):(?=:)", re.MULTILINE)


def harmless(text: str) -> str:
    """A finished text in which no line begins like a command to the CI: `::` becomes `: :`."""
    return _AT_BEGINNING.sub(r"\1: ", text)


def clean(value: T) -> T:
    """The value with all text in it made visible and all numbers kept far from overflow."""
    cleaned: T = _clean(value)
    return cleaned


def _clean(value: Any) -> Any:  # noqa: ANN401  # every field of an outcome
    """A large outcome holds 100 000 numbers: what is usual is looked for first."""
    if isinstance(value, float):
        return max(-_LARGEST, min(_LARGEST, value))
    if value is None or isinstance(value, enum.Enum | bool | int):
        return value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, tuple):
        if set(map(type, value)) == {float}:
            return tuple([max(-_LARGEST, min(_LARGEST, each)) for each in value])
        return tuple([_clean(each) for each in value])
    names = _fields(value.__class__)
    return dataclasses.replace(value, **{name: _clean(getattr(value, name)) for name in names})


@functools.cache
def _fields(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))
