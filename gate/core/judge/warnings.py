"""Sentences that belong to the outcome as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.accepting import entries_of
from gate.core.attempts import attempt_of
from gate.core.days import ordinal
from gate.core.judge.effects import World, ended
from gate.core.past import LATEST, PINNED
from gate.core.run import Run
from gate.core.verdict import Bound, Effect, Row, Status

_NOTICE_DAYS = 14
_FAR = 50
_OLD_DAYS = 30


def warnings(rows: tuple[Row, ...], world: World) -> tuple[str, ...]:
    """What a reader has to know besides the rows: nothing concerned, waivers near their end."""
    found = []
    if rows and all(row.status is Status.SKIPPED for row in rows):
        found.append("nothing that is asked for is concerned: every objective was skipped")
    found.extend(_unread(world.run))
    found.extend(_waivers(rows, world))
    found.extend(_accepted(rows, world))
    found.extend(_far(rows, world))
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
    kept = {r.objective.id for r in rows if r.status is Status.PASS and r.effect is Effect.NONE}
    found = []
    for waiver in world.run.promises.waivers:
        left = _days(world.day, waiver.expires)
        if 0 <= left <= _NOTICE_DAYS:
            found.append(
                f"the waiver of {waiver.objective} ({waiver.owner}) ends {_in(left)}, "
                f"on {waiver.expires}"
            )
        if waiver.objective in kept and left >= 0:
            found.append(f"the waiver of {waiver.objective} is not needed any more")
    return found


def _accepted(rows: tuple[Row, ...], world: World) -> Iterator[str]:
    """Entries of accepted.yml that have ended, and those that will before long."""
    for row in rows:
        for entry in entries_of(row.objective, world.run.promises.accepted):
            named = f"the accepted regression of {entry.objective} ({entry.owner})"
            left = _days(world.day, entry.until)
            first = ended(row.objective, entry, world)
            if first is not None:
                day, at = first.run.started[:10], first.run.commit.sha[:12] or first.run.id
                yield f"{named} is recorded since {day} (commit {at}) and ended: remove the entry"
            elif left < 0:
                yield f"{named} ended on {entry.until}: remove the entry"
            elif left <= _NOTICE_DAYS:
                yield f"{named} ends {_in(left)}, on {entry.until}"


def _far(rows: tuple[Row, ...], world: World) -> Iterator[str]:
    """Baselines that say less than they seem to: of no ancestor, far back, or old."""
    sources = [
        (row.objective.id, v.baseline)
        for row in rows
        for v in row.verdicts
        if v.bound is Bound.TOLERANCE
        and v.baseline is not None
        and v.baseline.rung not in {"explicit", "against"}
        and not v.baseline.rung.startswith(PINNED)
    ]
    strange = [name for name, source in sources if source.rung == LATEST]
    if strange:
        yield f"{_named(strange)}: the baseline is not an ancestor of this commit"
    far = [(n, s.distance) for n, s in sources if s.rung != LATEST and s.distance > _FAR]
    if far:
        most = max(distance for _, distance in far)
        yield f"{_named([n for n, _ in far])}: the baseline is far, {most} commits back"
    old = [(n, _days(s.at[:10], world.day)) for n, s in sources if s.at]
    old = [(name, days) for name, days in old if days > _OLD_DAYS]
    if old:
        yield f"{_named([n for n, _ in old])}: the baseline is {max(d for _, d in old)} days old"


def _named(names: list[str]) -> str:
    return f"{names[0]}, and {len(names) - 1} more" if len(names) > 1 else names[0]


def _in(days: int) -> str:
    """When that is, by whole days: a last day counts until it is over."""
    return "today" if days == 0 else "in 1 day" if days == 1 else f"in {days} days"


def _days(start: str, end: str) -> int:
    return ordinal(end) - ordinal(start)
