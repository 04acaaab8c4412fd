"""Secrets: the values that no message, record or report may show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

_HIDDEN = "***"
# Shorter values stand in too many innocent places ("1", "true") to be cut out of every text.
_SHORTEST = 4
_URL_PASSWORD = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")
_WORD_PASSWORD = re.compile(r"password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|(\S+))", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\s+(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Values to hide, the longest first. Its own repr hides them too."""

    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Iterable[str]) -> Secrets:
        """Hold each value of at least four characters, as it is and as tools quote it."""
        forms = {form for value in values for form in _forms(value)}
        long = (form for form in forms if len(form) >= _SHORTEST)
        return cls(tuple(sorted(long, key=lambda form: (-len(form), form))))

    def redact(self, text: str) -> str:
        """The text with every secret replaced by `***`."""
        for value in self.values:
            text = text.replace(value, _HIDDEN)
        return text

    def __repr__(self) -> str:
        """Say how many, never which."""
        return f"Secrets({len(self.values)} hidden)"


def _forms(value: str) -> tuple[str, ...]:
    """The value, and how a URL, JSON and Python's messages write it."""
    json_forms = (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
    return (value, value.strip(), quote(value, safe=""), *json_forms, repr(value)[1:-1])


def too_short(value: str) -> bool:
    """Whether a value is too short to be cut out of every text."""
    return len(value) < _SHORTEST


def secrets_in(data: object) -> Iterator[str]:
    """Every dsn, its password, and every header value below filled-in options."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key == "dsn":
                yield from (form for text in _texts(value) for form in _of_dsn(text))
            elif key == "headers":
                yield from (form for text in _texts(value) for form in _of_header(text))
            else:
                yield from secrets_in(value)
    elif isinstance(data, list):
        for item in data:
            yield from secrets_in(item)


def _of_dsn(dsn: str) -> Iterator[str]:
    yield dsn
    for found in _URL_PASSWORD.finditer(dsn):
        yield found[1]
        yield unquote(found[1])
    for found in _WORD_PASSWORD.finditer(dsn):
        yield found[1] or found[2]


def _of_header(value: str) -> Iterator[str]:
    yield value
    scheme = _SCHEME.fullmatch(value)
    if scheme:
        yield scheme[1]


def _texts(data: object) -> Iterator[str]:
    match data:
        case str():
            yield data
        case Mapping():
            for value in data.values():
                yield from _texts(value)
        case list():
            for item in data:
                yield from _texts(item)
