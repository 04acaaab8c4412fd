"""What the view knows about causes: which statements took the time, were slow, or repeat."""

from __future__ import annotations

import re
from collections import defaultdict

from gate.core.units import Dimension, show
from gate.runners.postgres.slow import Slow
from gate.runners.postgres.statements import Statement

Fact = tuple[str, str]
_TOP = 3
_TEXT = 120
# The view has `$1` for literals, but not in every utility statement (before 16): passwords.
_LITERAL = re.compile(r"'(?:[^']|'')*'?|\$([A-Za-z_]\w*|)\$.*?(?:\$\1\$|\Z)", re.DOTALL)


def plain(text: str) -> str:
    """A statement fit for a report: one line, no literals, no control characters, 120 at most."""
    bare = _LITERAL.sub("?", text)
    line = " ".join("".join(c if c.isprintable() else " " for c in bare).split())
    return line if len(line) <= _TEXT else f"{line[: _TEXT - 1]}…"


def most_time(statements: tuple[Statement, ...]) -> tuple[Fact, ...]:
    """The statements that took most of the time, with their part of it."""
    whole = sum(each.time for each in statements)
    if not whole:
        return ()
    top = sorted(statements, key=lambda each: (-each.time, each.query_id))[:_TOP]
    return tuple(
        (
            f"most time, {place}",
            f"{each.time / whole:.0%} of it, {_each(each)}: {plain(each.text)}",
        )
        for place, each in enumerate(top, 1)
    )


def _each(statement: Statement) -> str:
    return f"{statement.calls} calls of {show(statement.time / statement.calls, Dimension.TIME)}"


def most_repeated(statements: tuple[Statement, ...], requests: int) -> tuple[Fact, ...]:
    """The statement that is called most often: by request, where the load tells of requests."""
    if not statements:
        return ()
    top = max(statements, key=lambda each: (each.calls, -each.query_id))
    often = f"{top.calls} calls"
    if requests > 0:
        often = f"{top.calls / requests:.3g} calls per request"
    return (("most repeated", f"{often}: {plain(top.text)}"),)


def slowest(slow: Slow, statements: tuple[Statement, ...]) -> tuple[Fact, ...]:
    """The statements with most calls beyond the bound, and what never came to its end."""
    named = {each.query_id: plain(each.text) for each in statements}
    calls: dict[str, int] = defaultdict(int)
    beyond: dict[str, int] = defaultdict(int)
    for each in statements:
        calls[named[each.query_id]] += each.calls
    for query_id, often in slow.by_query:
        if query_id in named:
            beyond[named[query_id]] += often
    top = sorted(beyond.items(), key=lambda each: (-each[1], each[0]))[:_TOP]
    facts = [
        (f"most beyond the bound, {place}", f"{often} of {calls[text]} calls: {text}")
        for place, (text, often) in enumerate(top, 1)
    ]
    if slow.unfinished:
        facts.append(("cancelled or still running", f"{slow.unfinished}, counted as beyond"))
    return tuple(facts)
