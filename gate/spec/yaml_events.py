"""From PyYAML's events to data and marks.

Never by its constructors: no tag is followed, no anchor expanded, and a stack of our own instead of
recursion bounds depth and size before anything grows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from gate.spec.problems import Problem
from gate.spec.yaml_marks import Data, Document, Mark, Path, Source
from gate.spec.yaml_scalars import ScalarError, resolve_plain

MOST_DEPTH = 32
MOST_NODES = 50_000
_CUT = re.compile(r"\s+(#\S)")
_BLOCK_SCALAR = re.compile(r":\s+[>|]\S*\s*\S")
_WRITE_OUT = "write the value out; `defaults:` holds what objectives share"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def build(text: str, source: Source) -> Document:
    """Read all events of one file; problems do not stop the reading where it can go on."""
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        builder.problems.append(_syntax(error, source))
    except _StopError as stop:
        builder.problems.append(stop.problem)
    return builder.document()


class _Point(Protocol):
    """What libyaml's and PyYAML's own marks have in common; both count from 0."""

    line: int
    column: int


class _StopError(Exception):
    """A problem behind which nothing more can be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(slots=True)
class _Frame:
    """An open mapping or list. `key` is the key whose value comes next."""

    path: Path
    into: list[Data] | dict[str, Data]
    key: str | None = None


@dataclass(slots=True)
class _Builder:
    source: Source
    data: Data = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    nodes: int = 0
    documents: int = 0

    def document(self) -> Document:
        return Document(self.source, self.data, self.keys, self.values, tuple(self.problems))

    def take(self, event: Event) -> None:
        match event:
            case DocumentStartEvent():
                self.start_document(event)
            case AliasEvent():
                raise self.stopped(event, "aliases (*) are refused", _WRITE_OUT)
            case NodeEvent():
                self.node(event)
            case CollectionEndEvent():
                self.stack.pop()
            case _:
                pass

    def start_document(self, event: DocumentStartEvent) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.stopped(
                event, "a second YAML document begins here", "one file, one document"
            )
        version = event.version
        if (version and tuple(version) != (1, 2)) or event.tags:
            raise self.stopped(
                event, "YAML directives other than %YAML 1.2 are refused", "remove it"
            )

    def node(self, event: NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.stopped(event, f"the file has more than {MOST_NODES} keys and values")
        if event.anchor:
            self.say(event, f"anchors (&{event.anchor}) are refused", _WRITE_OUT)
        tag = getattr(event, "tag", None)
        if tag:
            self.say(event, f"the tag {tag} is refused", "write the plain value")
        if self.expects_key():
            self.key(event)
        elif isinstance(event, ScalarEvent):
            self.place(event, self.scalar(event))
        elif isinstance(event, CollectionStartEvent):
            self.open(event)

    def expects_key(self) -> bool:
        return (
            bool(self.stack)
            and isinstance(self.stack[-1].into, dict)
            and (self.stack[-1].key is None)
        )

    def key(self, event: NodeEvent) -> None:
        frame = self.stack[-1]
        if not isinstance(event, ScalarEvent):
            raise self.stopped(event, "a key is text, not a mapping or a list", "quote it")
        key = self.key_text(event)
        path = (*frame.path, key)
        if key in frame.into:
            first = self.keys[path]
            self.say(
                event,
                f"the key {key!r} stands twice",
                f"it is first on line {first.line}; keep one of them",
            )
        self.keys[path] = _mark(event)
        frame.key = key

    def key_text(self, event: ScalarEvent) -> str:
        text = str(event.value)
        if event.style:
            return text
        try:
            value = resolve_plain(text)
        except ScalarError as error:
            self.say(event, str(error), error.hint)
            return text
        if not isinstance(value, str):
            self.say(event, f"a key is text, not {text or 'nothing'}", f'quote it: "{text}"')
        return text

    def scalar(self, event: ScalarEvent) -> Data:
        text = str(event.value)
        if event.style:
            return text
        self.refuse_cut(event)
        try:
            return resolve_plain(text)
        except ScalarError as error:
            self.say(event, str(error), error.hint)
            return text

    def refuse_cut(self, event: ScalarEvent) -> None:
        """An unquoted value before a comment that begins without a space: `load #1.js`."""
        line, column = _position(event.end_mark)
        # Where the file ends inside a value, libyaml's mark lies behind its last line.
        cut = _CUT.match(self.source.lines[line], column) if line < len(self.source.lines) else None
        if cut:
            mark = Mark(line + 1, cut.start(1) + 1)
            hint = "quote the whole value, or put a space behind # where a comment is meant"
            self.problems.append(self.source.problem(mark, "a value cut by ' #'", hint))

    def open(self, event: CollectionStartEvent) -> None:
        into: list[Data] | dict[str, Data] = {} if isinstance(event, MappingStartEvent) else []
        path = self.place(event, into)
        self.stack.append(_Frame(path, into))
        if len(self.stack) > MOST_DEPTH:
            raise self.stopped(event, f"nested more than {MOST_DEPTH} deep")

    def place(self, event: NodeEvent, value: Data) -> Path:
        """Put a value where it belongs and note its mark; returns its path."""
        if not self.stack:
            path: Path = ()
            self.data = value
        else:
            frame = self.stack[-1]
            if isinstance(frame.into, dict):
                key, frame.key = frame.key or "", None
                path = (*frame.path, key)
                frame.into[key] = value
            else:
                path = (*frame.path, len(frame.into))
                frame.into.append(value)
        self.values[path] = _mark(event)
        return path

    def say(self, event: Event, message: str, hint: str = "") -> None:
        self.problems.append(self.source.problem(_mark(event), message, hint))

    def stopped(self, event: Event, message: str, hint: str = "") -> _StopError:
        return _StopError(self.source.problem(_mark(event), message, hint))


def _mark(event: Event) -> Mark:
    line, column = _position(event.start_mark)
    quoted = isinstance(event, ScalarEvent) and event.style in {"'", '"'}
    return Mark(line + 1, column + 1, quoted)


def _position(mark: _Point | None) -> tuple[int, int]:
    return (mark.line, mark.column) if mark else (0, 0)


def _syntax(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """A YAML syntax error with a hint for the mistakes that people make."""
    unended = "end of stream" in str(error.problem)
    where = (error.context_mark if unended else None) or error.problem_mark or error.context_mark
    mark = Mark(where.line + 1, where.column + 1) if where else Mark(1, 1)
    line = source.lines[where.line] if where and where.line < len(source.lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or line[mark.column - 1 : mark.column] == "\t":
        return source.problem(mark, "a tab; YAML is indented by spaces", "use spaces")
    context = f" {error.context}" if error.context else ""
    message = f"this is not YAML: {error.problem}{context}"
    return source.problem(mark, message, _syntax_hint(str(error.problem), line))


def _syntax_hint(problem: str, line: str) -> str:
    if _BLOCK_SCALAR.search(line):
        return 'quote a value that begins with > or |, as in ">= 150 /s"'
    if "mapping values" in problem:
        return "quote a value that holds ': ', or mend the indentation"
    if "cannot start any token" in problem:
        return "quote a value that begins with @, ` or %"
    return "see that brackets, quotes and indentation agree; quote values with special characters"
