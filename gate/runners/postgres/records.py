"""The server's log as records, from its three formats.

jsonlog (15+), csvlog (columns by position: PostgreSQL, "Error Reporting and Logging") and the
plain format, whose `log_line_prefix` becomes a pattern. Messages are English: `logsetup.py` refuses
others.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FIELD = 64 * 1024 * 1024
_CSV_LEAST = 23
_CSV_QUERY_ID = 25
_QUERY_ID = r"-?\d{1,20}"
_UNLIKE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Record:
    """One message of the log. `statement` is the statement that an error belongs to."""

    user: str
    database: str
    process: str
    severity: str
    message: str
    statement: str = ""
    query_id: int = 0


class GarbledError(ValueError):
    """A part of the log that is not in the format that it should have."""


def read_records(form: str, raw: bytes, prefix: str) -> Iterator[Record]:
    """Read whole lines of a log; raise `GarbledError` where they are in another format."""
    match form:
        case "jsonlog":
            return _json(raw)
        case "csvlog":
            return _csv(raw)
        case _:
            return _plain(raw, prefix)


def _json(raw: bytes) -> Iterator[Record]:
    for line in raw.decode("utf-8", "replace").split("\n"):
        if not line:
            continue
        try:
            told = json.loads(line)
            yield Record(
                user=str(told.get("user", "")),
                database=str(told.get("dbname", "")),
                process=str(told["pid"]),
                severity=str(told["error_severity"]),
                message=str(told.get("message", "")),
                statement=str(told.get("statement", "")),
                query_id=int(told.get("query_id", 0)),
            )
        except _UNLIKE:
            raise GarbledError(f"no line of jsonlog: {line[:80]!r}") from None


def _csv(raw: bytes) -> Iterator[Record]:
    before = csv.field_size_limit(_FIELD)
    try:
        text = io.StringIO(raw.decode("utf-8", "replace").replace("\0", ""), newline="")
        rows = list(csv.reader(text, strict=True))
    except csv.Error as error:
        raise GarbledError(f"no csvlog: {error}") from None
    finally:
        csv.field_size_limit(before)
    for row in rows:
        if len(row) < _CSV_LEAST:
            raise GarbledError(f"a line of csvlog has {len(row)} columns")
        query_id = row[_CSV_QUERY_ID] if len(row) > _CSV_QUERY_ID else "0"
        if not re.fullmatch(_QUERY_ID, query_id):
            raise GarbledError("a line of csvlog has no query_id where it should be")
        yield Record(row[1], row[2], row[3], row[11], row[13], row[19], int(query_id))


_ESCAPES = {
    "a": ".*?",
    "u": "(?P<user>.*?)",
    "d": "(?P<database>.*?)",
    "p": r"(?P<process>\d+)",
    "Q": f"(?P<query_id>{_QUERY_ID})",
}
_ANY = ".*?"
_ESCAPE = re.compile(r"%(-?\d+)?([A-Za-z%])")
_SEVERITIES = "DEBUG|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC|STATEMENT"
# Where log_error_verbosity is verbose; a role or a database may have that alone.
_SQLSTATE = "(?:[0-9A-Z]{5}: )?"
_DETAILS = ("DETAIL", "HINT", "QUERY", "CONTEXT", "LOCATION", "BACKTRACE")


def prefix_pattern(prefix: str) -> re.Pattern[str]:
    """The pattern of a line that begins with this `log_line_prefix`."""
    rest = ")?" if "%q" in prefix else ""
    seen: set[str] = set()
    pieces, at = [], 0
    for found in _ESCAPE.finditer(prefix):
        pieces.append(re.escape(prefix[at : found.start()]))
        pieces.append(_escape(found, seen))
        at = found.end()
    pieces.append(re.escape(prefix[at:]))
    severity = rf"(?P<severity>{_SEVERITIES}|{'|'.join(_DETAILS)})\d?:  "
    said = rf"{severity}{_SQLSTATE}(?P<message>.*)"
    return re.compile(f"{''.join(pieces)}{rest}{said}")


def _escape(found: re.Match[str], seen: set[str]) -> str:
    letter = found[2]
    if letter == "%":
        return "%"
    if letter == "q":
        return "(?:"
    pattern = _ANY if letter in seen else _ESCAPES.get(letter, _ANY)
    seen.add(letter)
    return f" *{pattern} *" if found[1] else pattern


def _plain(raw: bytes, prefix: str) -> Iterator[Record]:
    pattern = prefix_pattern(prefix)
    held: dict[str, str] = {}
    field = ""
    for line in raw.decode("utf-8", "replace").split("\n"):
        if line.startswith("\t") and field:
            held[field] += "\n" + line[1:]
            continue
        found = pattern.match(line)
        if found is None:
            field = ""  # what a library wrote to stderr is nobody's message
            continue
        told = {name: value or "" for name, value in found.groupdict().items()}
        if told["severity"] == "STATEMENT":
            field = "statement"
            held[field] = told["message"]
        elif told["severity"] in _DETAILS:
            field = "detail"
            held[field] = told["message"]
        else:
            if held:
                yield _record(held)
            held, field = told, "message"
    if held:
        yield _record(held)


def _record(held: dict[str, str]) -> Record:
    return Record(
        user=held.get("user", "").strip(),
        database=held.get("database", "").strip(),
        process=held.get("process", ""),
        severity=held.get("severity", ""),
        message=held.get("message", ""),
        statement=held.get("statement", ""),
        query_id=int(held.get("query_id") or 0),
    )
