"""Who else is blamed in a red build: named beside the fails, and never a part of the exit code."""

from __future__ import annotations

from gate.core.compare.alarm import BLAMED_WRONGLY
from gate.core.verdict import Exit, Outcome, Row, Status, Verdict
from gate.reports.sentences import sentence_of
from gate.reports.words import change_text, percent

ALSO_SUSPECT = (
    "also suspect, not sure enough to fail "
    f"(of all that is blamed, at most {percent(BLAMED_WRONGLY)} is expected to be wrong)"
)


def suspects_of(outcome: Outcome) -> tuple[str, ...]:
    """The objectives on the list of the blamed that did not fail themselves, of a red build only.

    The list is controlled apart from the verdicts (false discovery rate), so it may be longer than
    the fails; where nothing failed there is nobody to look for.
    """
    if outcome.exit is not Exit.FAILED:
        return ()
    return tuple(
        _line(row, verdict)
        for row in outcome.rows
        if row.status is not Status.FAIL
        for verdict in row.verdicts
        if verdict.status is not Status.FAIL
        if verdict.comparison is not None and verdict.comparison.suspect
    )


def _line(row: Row, verdict: Verdict) -> str:
    miss = verdict.comparison.miss if verdict.comparison is not None else 0.0
    change = change_text(row.objective, verdict, miss)
    return f"{row.objective.id}: {change or sentence_of(row.objective, verdict, miss)}"
