"""An outcome as annotations of a check run: each row that asks for a look, at its budget's line."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.loosening import Loosening
from gate.core.verdict import Effect, Exit, Outcome
from gate.github.check_runs import Annotation
from gate.reports.rows import RowView
from gate.reports.view import View, view_of

MOST = 500
_CONCLUSIONS = {
    Exit.OK: "success",
    Exit.FAILED: "failure",
    Exit.USAGE: "failure",
    Exit.MISSING: "action_required",
    Exit.UNDECIDED: "action_required",
}


def annotated(outcome: Outcome) -> tuple[Annotation, ...]:
    """What closes the gate first, then what only asks for a look; at most 500."""
    return tuple(_each(view_of(outcome)))[:MOST]


def conclusion(code: Exit) -> str:
    """GitHub's word for an exit code; what a required check lets through is exit 0 alone."""
    return _CONCLUSIONS.get(code, "failure")


def _each(view: View) -> Iterator[Annotation]:
    for row in (*view.blocking, *view.noted):
        if row.file and row.line:
            yield _annotation(row)
    for each in view.loosenings:
        if each.place.file and each.place.line:
            yield _loosening(each)


def _loosening(each: Loosening) -> Annotation:
    return Annotation(
        path=each.place.file,
        line=each.place.line,
        level="warning",
        title="budget loosened or deleted in this change",
        message=each.sentence,
    )


def _annotation(row: RowView) -> Annotation:
    parts = (row.sentence, *row.notes, *row.remedies, f"reproduce: {row.reproduce}")
    return Annotation(
        path=row.file,
        line=row.line,
        level="failure" if row.effect is Effect.BLOCKS else "warning",
        title=f"{row.mark.word}: {row.id}",
        message="\n".join(filter(None, parts)),
    )
