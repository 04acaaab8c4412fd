"""Pages of a Lighthouse budget: out of addresses, with names, a base, and who matches a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gate.importers.shape import Ledger, Line, Value

BASE = "${APP_URL}"
_MOST = 200
_LITERAL = re.compile(r"[A-Za-z0-9 _/:#=&%,;@!~'\"<>-]")
_ESCAPED = re.compile(r"\\[^A-Za-z0-9]")


@dataclass(slots=True)
class Pages:
    """Names and addresses; `urls` are the whole addresses as they stood there."""

    base: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    def add(self, url: str) -> str:
        """The name of the page at an address; "" for one that no budget may hold."""
        if len(self.pages) >= _MOST:
            return ""
        address = _place(url)
        if address is None:
            return ""
        origin, path = address
        if origin and not self.base:
            self.base = origin
        place = path if origin in {"", self.base} else f"{origin}{path}"
        for name, known in self.pages.items():
            if known == place:
                return name
        name = self._name(path)
        self.pages[name], self.urls[name] = place, url
        return name

    def head(self, why_base: str) -> Iterator[Line]:
        """The lines of a budget that say what is loaded."""
        yield Line("runner", "lighthouse", "Lighthouse measures")
        yield Line("base", self.base or BASE, why_base)
        pages: dict[str, Value] = dict(self.pages)
        yield Line("pages", pages, "each is loaded several times; the median counts")

    def _name(self, path: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", path.lower().partition("?")[0]).strip("-")[:40]
        base = base.strip("-") or "home"
        name, number = base, 1
        while name in self.pages:
            number += 1
            name = f"{base}-{number}"
        return name


def _place(url: str) -> tuple[str, str] | None:
    """Origin and path; None for what is no plain address."""
    if not url or len(url) > 1000 or not url.isprintable() or re.search(r"[\s$\\{}]", url):
        return None
    if url.startswith("/"):
        return "", url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{parts.scheme}://{parts.netloc}", path


def home(pages: Pages, ledger: Ledger) -> None:
    """A page where the file names none."""
    if not pages.pages:
        pages.add("/")
        if ledger.promises:
            ledger.notes.append("the file names no page: `pages:` holds / alone; write yours")


def matches(pattern: str, url: str) -> bool | None:
    """Whether an address fits a pattern of JavaScript's; None where the pattern is beyond us.

    Literal text, `.`, `.*`, `.+`, `^` and `$` only, searched piece by piece: a pattern from a
    stranger's file is never given to a backtracking engine.
    """
    read = _pieces(pattern)
    if read is None:
        return None
    start, pieces, end = read
    return _search(pieces, url, start=start, end=end)


def _pieces(pattern: str) -> tuple[bool, list[str], bool] | None:
    if len(pattern) > 500:
        return None
    start = pattern.startswith("^")
    rest = pattern.removeprefix("^")
    end = rest.endswith("$") and not rest.endswith("\\$")
    rest = rest[:-1] if end else rest
    pieces, at = [""], 0
    while at < len(rest):
        if rest.startswith((".*", ".+"), at):
            pieces[-1] += "\0" * rest.startswith(".+", at)
            pieces.append("")
            at += 2
        elif rest[at] == ".":
            pieces[-1] += "\0"
            at += 1
        elif _ESCAPED.match(rest, at):
            pieces[-1] += rest[at + 1]
            at += 2
        elif _LITERAL.match(rest, at) and rest[at + 1 : at + 2] not in {"*", "+", "?", "{"}:
            pieces[-1] += rest[at]
            at += 1
        else:
            return None
    return start, pieces, end


def _search(pieces: list[str], url: str, *, start: bool, end: bool) -> bool:
    """Each piece at its first place after the one before it; the last one at the end."""
    at = 0
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        first = index == 0
        if last and end:
            place = len(url) - len(piece)
            fixed = not (first and start) or place == 0
            return place >= at and fixed and _fits(piece, url, place)
        places = range(at, 1 if first and start else len(url) - len(piece) + 1)
        found = next((place for place in places if _fits(piece, url, place)), None)
        if found is None:
            return False
        at = found + len(piece)
    return True


def _fits(piece: str, url: str, place: int) -> bool:
    there = url[place : place + len(piece)]
    return len(there) == len(piece) and all(
        want in ("\0", got) for want, got in zip(piece, there, strict=True)
    )
