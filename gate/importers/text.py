"""A draft as YAML, in which every line says where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gate.importers.shape import Draft, Line, Promise, Value

_WIDTH = 100
_LONGEST_COMMENT = 150
_PLAIN = re.compile(
    r"[A-Za-z_](?:[A-Za-z0-9_./@+()% -]*[A-Za-z0-9_./@+()%-])?|\d+(\.\d+)? ?[A-Za-z%/]+", re.ASCII
)
_AMOUNT = re.compile(r"\d{1,15}(\.\d{1,15})?", re.ASCII)
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"}


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a budget file, and the line on which each promise begins, counted from 1."""

    text: str
    lines: tuple[int, ...]

    def promise_at(self, line: int) -> int | None:
        """The index of the promise that a line belongs to, None for the head."""
        before = [index for index, first in enumerate(self.lines) if first <= line]
        return before[-1] if before else None


def written(draft: Draft, *, source: str, by: str) -> Written:
    """The text of a budget file. `source` is their file, `by` the command and its version."""
    lines = [
        f"# Imported from {comment(source)} by `gate import` ({comment(by)}); yours from now on.",
    ]
    for each in draft.head:
        lines += _head(each)
    lines.append("objectives:")
    starts = []
    for promise in draft.promises:
        starts.append(len(lines) + 1)
        lines += _promise(promise)
    return Written("\n".join(lines) + "\n", tuple(starts))


def _head(line: Line) -> Iterator[str]:
    if isinstance(line.value, dict) and line.value:
        yield from _beside(f"{line.key}:", line.why)
        for key, value in line.value.items():
            yield f"  {quoted(key)}: {flow(value)}"
        return
    yield from _beside(f"{line.key}: {flow(line.value)}", line.why)


def _promise(promise: Promise) -> Iterator[str]:
    yield f"  # {comment(f'{promise.where}: {promise.theirs}')}"
    if promise.differs:
        yield f"  # differs: {comment(promise.differs)}"
    yield f"  - sli: {quoted(promise.sli)}"
    if promise.limit != "":
        yield f"    limit: {_amount(promise.limit)}"
    if promise.tolerance != "":
        yield f"    tolerance: {_amount(promise.tolerance)}"
    if promise.each:
        yield f"    each: {quoted(promise.each)}"
    if not promise.blocking:
        yield "    blocking: false"
    if promise.name:
        yield f"    name: {quoted(promise.name)}"
    if promise.why:
        yield f"    why: {quoted(promise.why)}"


def _beside(line: str, why: str) -> Iterator[str]:
    words = comment(why)
    if len(line) + len(words) + 4 <= _WIDTH:
        yield f"{line}  # {words}"
    else:
        yield from (f"# {words}", line)


def _amount(value: Value) -> str:
    """A bound: a plain number is no text."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_amount(each)}' for key, each in value.items())}}}"
    return value if isinstance(value, str) and _AMOUNT.fullmatch(value) else flow(value)


def flow(value: Value) -> str:
    """A value on one line."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case tuple():
            return f"[{', '.join(map(flow, value))}]"
        case dict():
            return f"{{{', '.join(f'{quoted(k)}: {flow(v)}' for k, v in value.items())}}}"
        case _:
            return str(value)


def quoted(text: str) -> str:
    """A text as YAML: plain where nobody could read it otherwise, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isprintable() else _escape(c) for c in escaped)}"'


def _escape(char: str) -> str:
    # Half a pair, which only a `\\ud800` in JSON can make, is no character that a file can hold.
    return f"\\U{ord(char):08x}" if not 0xD800 <= ord(char) < 0xE000 else "?"


def comment(text: str) -> str:
    """A text behind a `#`: on one line, printable, not endless."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_COMMENT else f"{line[: _LONGEST_COMMENT - 1]}…"
