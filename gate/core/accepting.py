"""Wanted regressions: what an entry of accepted.yml excuses, and when it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gate.core.index import first_of, rows_by_id
from gate.core.metric import Better
from gate.core.model import Accepted, Objective
from gate.core.verdict import Bound, Row, Status

if TYPE_CHECKING:
    from gate.core.past import Past
    from gate.core.run import Run

UNUSED = 8
"""An entry ends, too, with so many recorded runs that had it, whatever they came to."""


def entries_of(objective: Objective, entries: Sequence[Accepted]) -> Iterator[Accepted]:
    """The entries for an objective, under the id that it has or had."""
    return (e for e in entries if e.objective in objective.names)


def covers(objective: Objective, entry: Accepted, value: float) -> bool:
    """Whether an entry wants a value: no worse than its own by more than the tolerance."""
    return _worse(objective, entry, value) <= _slack(objective, entry)


def ended_by(objective: Objective, entry: Accepted, run: Run, known: Sequence[Past]) -> Past | None:
    """The recorded run that ended an entry: the first with it that came to its level.

    `known` are comparable runs, nearest first; only those of trusted branches count. From that run
    on the baseline is the new level, and the entry excuses nothing more. What it depends on is the
    entry itself and its value, no commit, so that squash and rebase change nothing.
    """
    branches = run.promises.policy.branches
    having = [past for past in reversed(known) if _had(past, entry) and _recorded(past, branches)]
    for past in having:
        if any(_at_level(objective, entry, row) for row in _rows(objective, past)):
            return past
    return having[UNUSED - 1] if len(having) >= UNUSED else None


def failed(objective: Objective, past: Past) -> bool:
    """Whether a stored run failed the objective's tolerance."""
    return any(_failed(row) for row in _rows(objective, past))


def wanted(objective: Objective, past: Past, run: Run, known: Sequence[Past]) -> bool:
    """Whether what a run came to is wanted by an entry of head's, or by one that it had itself.

    Of those that had the entry only the run that ended it: what came after was not excused.
    """
    values = [row.value for row in _rows(objective, past) if row.value is not None]
    every = (*run.promises.accepted, *past.run.promises.accepted)
    for entry in entries_of(objective, every):
        fits = past.run.started[:10] <= entry.until
        if not fits or not any(covers(objective, entry, value) for value in values):
            continue
        if not _had(past, entry):
            return True
        first = ended_by(objective, entry, run, known)
        if first is not None and first.run.commit.sha == past.run.commit.sha:
            return True
    return False


def _had(past: Past, entry: Accepted) -> bool:
    """Another value is another entry; another text or last day is not."""
    mine = (entry.objective, entry.value)
    return any((e.objective, e.value) == mine for e in past.run.promises.accepted)


def _recorded(past: Past, branches: tuple[str, ...]) -> bool:
    commit = past.run.commit
    return not commit.dirty and any(fnmatchcase(commit.branch, name) for name in branches)


def _at_level(objective: Objective, entry: Accepted, row: Row) -> bool:
    """Whether a row is at the entry's value, or was excused on the way there."""
    if row.value is None or not covers(objective, entry, row.value):
        return False
    better = -_worse(objective, entry, row.value)
    return _failed(row) or better <= _slack(objective, entry)


def _rows(objective: Objective, past: Past) -> tuple[Row, ...]:
    return first_of(rows_by_id(past.outcome.rows), objective.names)


def _failed(row: Row) -> bool:
    return any(v.bound is Bound.TOLERANCE and v.status is Status.FAIL for v in row.verdicts)


def _worse(objective: Objective, entry: Accepted, value: float) -> float:
    return value - entry.value if objective.better is Better.LOWER else entry.value - value


def _slack(objective: Objective, entry: Accepted) -> float:
    if objective.tolerance is None or objective.tolerance.fail.value <= 0:
        return 0.0
    amount = objective.tolerance.fail
    return amount.value * abs(entry.value) if amount.relative else amount.value
