"""Counting slow and cancelled statements in the records of a log.

A finished statement is a line `duration: X ms  statement: …` or `… execute NAME: …`. Parse, bind
and auto_explain's plan lines tell of the same statement again and are left out. A statement that
`log_statement` had written before gets a bare `duration: X ms` (postgres.c, check_log_duration).
A cancelled one has no duration line and no call in pg_stat_statements: it is told by its error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gate.core.sli import Beyond
from gate.core.units import Quantity
from gate.runners.postgres.records import Record
from gate.runners.postgres.wanted import Wanted, statements_in

_SAID = re.compile(
    r"duration: (\d+(?:\.\d+)?) ms"
    r"(?:  (statement|execute fetch from|execute|parse|bind|plan|fastpath)\b[^:]*:\s?(.*))?",
    re.DOTALL,
)
_BEGAN = re.compile(r"(?:statement|execute [^:]*): (.*)", re.DOTALL)
_CANCELLED = re.compile(
    r"canceling statement due to (?:statement timeout|lock timeout|user request)"
)
_FINISHED = {"statement", "execute", "execute fetch from", None}
_OPPOSITE = {"<": ">=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Ran:
    """One statement. Without an end, `seconds` is its age, infinite where it was cancelled."""

    seconds: float
    text: str
    query_id: int = 0
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Slow:
    """What lies beyond one bound. `lines` are the log's finished statements, wanted or not."""

    finished: int
    unfinished: int
    lines: int
    by_query: tuple[tuple[int, int], ...]


def ran(records: Iterable[Record], *, database: str, user: str) -> Iterator[Ran]:
    """The statements of a database (and user, where one is named) that the records tell of."""
    began: dict[str, str] = {}
    for record in records:
        if record.database != database or (user and record.user != user):
            continue
        said = _SAID.fullmatch(record.message)
        if said and said[2] in _FINISHED:
            text = said[3] if said[2] else began.get(record.process, "")
            yield Ran(float(said[1]) / 1000, text, record.query_id)
        elif record.severity == "ERROR" and _CANCELLED.fullmatch(record.message):
            yield Ran(math.inf, record.statement, record.query_id, finished=False)
        elif logged := _BEGAN.fullmatch(record.message):
            began[record.process] = logged[1]


def count(
    statements: Iterable[Ran], bound: Beyond, wanted: Wanted, ignored: frozenset[int]
) -> Slow:
    """Count what lies beyond a bound; for `<` and `<=`, what does not lie on the good side.

    `ignored` are query ids that the budget ignores by their normalised text.
    """
    beyond = bad_side(bound)
    finished = unfinished = lines = 0
    by_query: dict[int, int] = {}
    for each in statements:
        if not beyond.holds(each.seconds):
            continue
        parts = statements_in(each.text)
        lines += each.finished * max(1, len(parts))
        if not wanted.counts(each.text) or (each.query_id in ignored and len(parts) <= 1):
            continue
        finished += each.finished
        unfinished += not each.finished
        by_query[each.query_id] = by_query.get(each.query_id, 0) + 1
    return Slow(finished, unfinished, lines, tuple(by_query.items()))


def bad_side(bound: Beyond) -> Beyond:
    """The slow side of a bound: `< 200 ms` is counted as what is not `>= 200 ms`."""
    quantity: Quantity = bound.quantity
    return Beyond(_OPPOSITE.get(bound.compare, bound.compare), quantity)
