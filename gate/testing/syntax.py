"""What a report's text is made of, as its reader's program sees it: elements and plain text."""

from __future__ import annotations

import json
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET


class Syntax(StrEnum):
    """How the text of a report is read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    XML = "xml"
    JSON = "json"


def elements(text: str, syntax: Syntax) -> set[str]:
    """Every element with the names of its attributes; a link with the beginning of its target.

    Raises where the text is not well-formed. Markdown is what CommonMark with tables makes of it.
    """
    match syntax:
        case Syntax.TEXT:
            return set()
        case Syntax.JSON:
            return _keys(json.loads(text))
        case Syntax.XML:
            root = ET.fromstring(text)  # noqa: S314  # written by the report under test
            return {f"{each.tag} {sorted(each.attrib)}" for each in root.iter()}
        case Syntax.HTML:
            return _read(text).elements
        case Syntax.MARKDOWN:
            return _read(_rendered(text)).elements


def plain(text: str, syntax: Syntax) -> str:
    """What a reader sees of it."""
    match syntax:
        case Syntax.TEXT:
            return text
        case Syntax.JSON:
            return "\n".join(_texts(json.loads(text)))
        case Syntax.XML:
            root = ET.fromstring(text)  # noqa: S314  # written by the report under test
            parts = [part for each in root.iter() for part in each.attrib.values()]
            return "\n".join([*parts, *root.itertext()])
        case Syntax.HTML:
            return "".join(_read(text).texts)
        case Syntax.MARKDOWN:
            return "".join(_read(_rendered(text)).texts)


class _Reader(HTMLParser):
    """Collects elements and texts of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, its attributes, and where a link leads."""
        names = sorted(name for name, _ in attrs)
        self.elements.add(f"{tag} {names}")
        for name, value in attrs:
            if name in {"href", "src", "action", "style"}:
                self.elements.add(f"{tag} {name}={(value or '')[:11]}")

    def handle_comment(self, data: str) -> None:
        """Note that there is a comment."""
        self.elements.add(f"comment {data[:20]}")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.texts.append(data)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader


def _rendered(text: str) -> str:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(markdown.render(text))


def _keys(value: Any) -> set[str]:  # noqa: ANN401  # any JSON
    match value:
        case dict():
            return set(map(str, value)).union(*map(_keys, value.values()))
        case list():
            return set().union(*map(_keys, value))
        case _:
            return set()


def _texts(value: Any) -> list[str]:  # noqa: ANN401  # any JSON
    match value:
        case dict():
            return [text for each in value.values() for text in _texts(each)]
        case list():
            return [text for each in value for text in _texts(each)]
        case _:
            return [str(value)]
