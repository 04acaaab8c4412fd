"""A file of somebody else's: bounded, read without obeying any tag, and never trusted.

YAML is read from PyYAML's events, so that nothing is constructed; an anchor is shared and not
copied, and merged keys are counted. Scalars are JSON's: no dates, no `on`, no base 60.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

MOST_BYTES = 1024 * 1024
_MOST_NODES = 50_000
_MOST_DEPTH = 64
_MOST_DOCUMENTS = 200
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Mapping: TypeAlias = dict[str, object]


class UnreadableError(Exception):
    """The file is not what it should be; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Given:
    """The text of a file.

    `path` is relative to the repository root; `program` says that the text is what a program
    printed (`k6 inspect`, a `.js` configuration) and not what stands in the file; `package` is the
    package.json beside it; `runnable` says that it is a program, which only running it can read,
    and `place` where it lies on this machine.
    """

    path: str
    text: str
    program: bool = False
    package: Mapping = field(default_factory=dict)
    runnable: bool = False
    place: Path = field(default_factory=Path)

    @property
    def name(self) -> str:
        """The name of the file, without its folders."""
        return PurePosixPath(self.path).name

    @property
    def folder(self) -> str:
        """The folder of the file as a prefix of paths: "" or `web/`."""
        parent = PurePosixPath(self.path).parent.as_posix()
        return "" if parent in {".", ""} else f"{parent}/"

    def document(self) -> object:
        """What the file holds; raises `UnreadableError`."""
        return (*self.documents(), None)[0]

    def documents(self) -> tuple[object, ...]:
        """Every document of a YAML file, the one of a JSON file; raises `UnreadableError`."""
        if len(self.text) > MOST_BYTES:
            raise UnreadableError(f"{self.path}: larger than {MOST_BYTES} characters")
        text = self.text.removeprefix("\ufeff")
        if text.lstrip()[:1] in {"{", "["}:
            try:
                return (json.loads(text),)
            except (ValueError, RecursionError):
                pass  # YAML has braces too
        return _documents(text, self.path)


def mapping(value: object) -> Mapping:
    """The value where it is a mapping, else an empty one."""
    return {str(key): each for key, each in value.items()} if isinstance(value, dict) else {}


def entries(value: object) -> list[object]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The value where it is a text or a number, else ""."""
    if isinstance(value, str):
        return value.strip()
    return number_text(value) if is_number(value) else ""


def is_number(value: object) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def number_text(value: object) -> str:
    """A number as it is written in a budget: no exponent, no trailing zeros."""
    text = f"{value:.12f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return "0" if text in {"", "-0"} else text


def _documents(text: str, path: str) -> tuple[object, ...]:
    reader = _Reader()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise UnreadableError(f"{path}: neither JSON nor YAML: {said}") from None
    except ValueError as error:
        raise UnreadableError(f"{path}: {error}") from None
    return tuple(reader.whole)


@dataclass(slots=True)
class _Frame:
    into: list[object] | Mapping
    anchor: str | None
    key: str | None = None


@dataclass(slots=True)
class _Reader:
    whole: list[object] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, object] = field(default_factory=dict)
    nodes: int = 0

    def take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self.anchors = {}
                if len(self.whole) >= _MOST_DOCUMENTS:
                    raise ValueError(f"more than {_MOST_DOCUMENTS} documents")
            case AliasEvent():
                self.place(self.anchors.get(str(event.anchor)))
            case ScalarEvent():
                value = _scalar(event)
                if event.anchor:
                    self.anchors[event.anchor] = value
                self.place(value)
            case CollectionStartEvent():
                self.open(event)
            case CollectionEndEvent():
                self.close()
            case _:
                pass

    def open(self, event: CollectionStartEvent) -> None:
        into: list[object] | Mapping = {} if isinstance(event, MappingStartEvent) else []
        if len(self.stack) >= _MOST_DEPTH:
            raise ValueError(f"nested more than {_MOST_DEPTH} deep")
        self.stack.append(_Frame(into, event.anchor))

    def close(self) -> None:
        done = self.stack.pop()
        if done.anchor:
            self.anchors[done.anchor] = done.into
        self.place(done.into)

    def place(self, value: object) -> None:
        self.count(1)
        if not self.stack:
            self.whole.append(value)
            return
        frame = self.stack[-1]
        if isinstance(frame.into, list):
            frame.into.append(value)
        elif frame.key is None:
            frame.key = str(value)[:1000] if not isinstance(value, dict | list) else "?"
        elif frame.key == "<<":
            frame.key = None
            self.merge(frame.into, value)
        else:
            frame.into[frame.key] = value
            frame.key = None

    def merge(self, into: Mapping, value: object) -> None:
        """Keys that stand in the mapping itself come later and win, or came first and stay."""
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                self.count(len(each))
                for key, merged in each.items():
                    into.setdefault(key, merged)

    def count(self, more: int) -> None:
        self.nodes += more
        if self.nodes > _MOST_NODES:
            raise ValueError(f"more than {_MOST_NODES} keys and values")


def _scalar(event: ScalarEvent) -> object:
    text = str(event.value)
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text) and len(text) <= 40:
        return int(text) if text.lstrip("+-").isdigit() else float(text)
    return text
