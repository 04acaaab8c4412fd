"""How one run differs from another, objective by objective, as text."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.judge import is_question
from gate.core.metric import Better
from gate.core.run import Run
from gate.core.units import show
from gate.core.verdict import Bound, Outcome, Row, Status, Verdict
from gate.reports.marks import mark_of
from gate.reports.safe import harmless
from gate.reports.sentences import sentence_of, short
from gate.reports.words import better_word, change_of, change_text, excluded_text, worse_word


@dataclass(frozen=True, slots=True)
class Line:
    """One objective: its value in both runs, the change, what that means, and its promise.

    "" stands for what there is not.
    """

    objective: str
    base: str
    head: str
    change: str
    said: str
    promise: str


def lines_of(outcome: Outcome) -> tuple[Line, ...]:
    """A line an objective, in the order of the budgets."""
    return tuple(_line(row, outcome.policy.miss_rate) for row in outcome.rows)


def title_of(base: Run, head: Run) -> str:
    """Which two runs these are."""
    return f"{_named(base)} → {_named(head)}"


def render(outcome: Outcome, base: Run, head: Run) -> str:
    """The whole comparison as text, two lines an objective; names from strangers stay text."""
    blocks = [title_of(base, head), *map(_block, lines_of(outcome))]
    return harmless("\n\n".join(blocks) + "\n")


def _block(line: Line) -> str:
    numbers = f"{line.base} → {line.head}" if line.base else line.head
    parts = (numbers, line.change, line.said, line.promise)
    return f"{line.objective}\n  {'; '.join(part for part in parts if part)}"


def _named(run: Run) -> str:
    dirty = ", uncommitted changes" if run.commit.dirty else ""
    return f"{short(run.commit.sha)} ({run.id}{dirty})"


def _line(row: Row, miss_rate: float) -> Line:
    verdict = next((v for v in row.verdicts if v.bound is Bound.TOLERANCE), row.verdicts[0])
    comparison, dimension = verdict.comparison, row.objective.dimension
    base = comparison.base if comparison is not None else None
    word = mark_of(row.status, row.effect).word
    promise = "" if is_question(row.objective) else f"{verdict.bound_text}: {word}"
    return Line(
        objective=row.objective.id,
        base=show(base.value, dimension) if base is not None else "",
        head=show(row.value, dimension) if row.value is not None else "",
        change=change_text(row.objective, verdict, miss_rate),
        said=_said(row, verdict, miss_rate),
        promise=promise,
    )


def _said(row: Row, verdict: Verdict, miss_rate: float) -> str:
    change = change_of(row.objective, verdict)
    if change is None:
        return sentence_of(row.objective, verdict, miss_rate)
    if change.ends is None:
        good = bad = change.amount
    else:
        good, bad = change.ends.good, change.ends.bad
    sign = 1 if row.objective.better is Better.LOWER else -1
    if sign * good > 0:
        return worse_word(row.objective)
    if sign * bad < 0:
        return better_word(row.objective)
    if change.ends is None:
        return "the same"
    if verdict.status is Status.PASS:
        return excluded_text(row.objective, verdict, miss_rate) or "no worse"
    return "the data cannot tell"
