"""The first line of every report: the verdict, the counts and what to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from gate.core.verdict import Effect, Exit, Status
from gate.reports.marks import mark_of
from gate.reports.rows import RowView


@dataclass(frozen=True, slots=True)
class Count:
    """How many objectives have a status; `key` is the tone that rows of it carry."""

    key: str
    word: str
    icon: str
    glyph: str
    n: int


@dataclass(frozen=True, slots=True)
class Headline:
    """`text` is the verdict with its counts, `action` what the reader should do."""

    text: str
    action: str
    counts: tuple[Count, ...]

    @property
    def whole(self) -> str:
        """Verdict and action in one line."""
        return f"{self.text}: {self.action}"


def headline_of(code: Exit, rows: tuple[RowView, ...]) -> Headline:
    """The headline of rows that ended in this exit code."""
    return Headline(_text(code, rows), _action(code, rows), _counts(rows))


def _text(code: Exit, rows: tuple[RowView, ...]) -> str:
    if not rows:
        return "no promise was checked"
    total = f"of {_promises(len(rows))}"
    blocking = Counter(row.status for row in rows if row.effect is Effect.BLOCKS)
    broken, undecided = blocking[Status.FAIL], blocking[Status.UNDECIDED]
    unmeasured = blocking[Status.MISSING] + blocking[Status.SKIPPED]
    parts = [
        f"{broken} broken" if broken else "",
        f"{unmeasured} not measured" if unmeasured else "",
        f"{undecided} undecided" if undecided else "",
    ]
    parts = [part for part in parts if part]
    if parts:
        first, *rest = parts
        number, word = first.split(" ", 1)
        return ", ".join((f"{number} {total} {word}", *rest))
    if code is not Exit.OK:
        return "the gate is closed"
    if all(row.status is Status.SKIPPED for row in rows):
        return f"nothing was concerned, {_promises(len(rows))} skipped"
    if all(row.status is Status.PASS for row in rows):
        return f"all {_promises(len(rows))} kept" if len(rows) > 1 else "the promise is kept"
    kept = sum(row.status is Status.PASS for row in rows)
    return f"{kept} {total} kept, {_broken(rows)}"


def _broken(rows: tuple[RowView, ...]) -> str:
    """How many are broken though nothing blocks, and why that is let through."""
    why = Counter(row.effect.value for row in rows if row.status is Status.FAIL)
    if not why:
        return "none broken"
    told = why if len(why) == 1 else [f"{n} {word}" for word, n in sorted(why.items())]
    return f"{why.total()} broken ({', '.join(told)})"


def _promises(n: int) -> str:
    return "1 promise" if n == 1 else f"{n} promises"


def _action(code: Exit, rows: tuple[RowView, ...]) -> str:
    match code:
        case Exit.OK if any(row.effect is not Effect.NONE for row in rows):
            return "nothing blocks, worth a look"
        case Exit.OK:
            return "no action needed"
        case Exit.MISSING:
            return "please see why"
        case Exit.UNDECIDED:
            return "measure again or longer"
        case _:
            return "please read"


def _counts(rows: tuple[RowView, ...]) -> tuple[Count, ...]:
    tones = Counter(row.mark.tone for row in rows)
    found = [
        Count(mark.tone, mark.word, mark.icon, mark.glyph, tones[mark.tone])
        for mark in (mark_of(status) for status in Status)
    ]
    waived = mark_of(Status.FAIL, Effect.WAIVED)
    found.append(Count(waived.tone, "waived", waived.icon, waived.glyph, tones[waived.tone]))
    order = ("fail", "missing", "undecided", "warn", "waived", "pass", "skipped")
    return tuple(sorted((c for c in found if c.n), key=lambda count: order.index(count.key)))
