"""Sentences that belong to the outcome as a whole."""

from __future__ import annotations

from gate.core.attempts import attempt_of
from gate.core.days import ordinal
from gate.core.judge.effects import World
from gate.core.run import Run
from gate.core.verdict import Effect, Row, Status

_NOTICE_DAYS = 14


def warnings(rows: tuple[Row, ...], world: World) -> tuple[str, ...]:
    """What a reader has to know besides the rows: nothing concerned, waivers near their end."""
    found = []
    if rows and all(row.status is Status.SKIPPED for row in rows):
        found.append("nothing that is asked for is concerned: every objective was skipped")
    found.extend(_unread(world.run))
    found.extend(_waivers(rows, world))
    if world.run.commit.dirty:
        found.append("the tree had uncommitted changes: this run is no baseline for others")
    return tuple(found)


def _unread(run: Run) -> tuple[str, ...]:
    """That fails may be forgotten, where a later attempt knows nothing of those before it."""
    if not run.unread:
        return ()
    before = "an earlier attempt" if run.unread == 1 else f"{run.unread} earlier attempts"
    said = (
        f"this is attempt {attempt_of(run)}, and {before} could not be read: what it measured is "
        "not pooled, and a fail in it would not be known; keep .gate/attempts from one to the next"
    )
    return (said,)


def _waivers(rows: tuple[Row, ...], world: World) -> list[str]:
    failing = {row.objective.id for row in rows if row.effect is not Effect.NONE}
    found = []
    for waiver in world.run.promises.waivers:
        left = _days(world.day, waiver.expires)
        if 0 <= left <= _NOTICE_DAYS:
            found.append(
                f"the waiver of {waiver.objective} ({waiver.owner}) ends in {left} days, "
                f"on {waiver.expires}"
            )
        if waiver.objective not in failing and left >= 0:
            found.append(f"the waiver of {waiver.objective} is not needed any more")
    return found


def _days(start: str, end: str) -> int:
    return ordinal(end) - ordinal(start)
