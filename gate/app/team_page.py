"""`gate docs`: the budgets with what the store knows of each promise, as a page for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.app.workspace import Workspace
from gate.ci.commits import trusted
from gate.core.days import ordinal
from gate.core.members import is_member
from gate.core.metric import Kind
from gate.core.model import Accepted, Objective, Waiver
from gate.core.trend import Point, Track, trace
from gate.core.units import show
from gate.reports.history.words import amount, change_words
from gate.reports.promises import Group, Promise, Promises, Trend
from gate.reports.promises.words import rules, sentences
from gate.seams.history import archive_of
from gate.spec import Budget

_DAY = len("2026-11-23")
_SHORT = 12
_DRAWN = 60
"""So many of the newest runs are in a picture."""
_TOLD = 5
"""So many members of an `each` are told by name."""


def team_page(workspace: Workspace, today: str) -> Promises:
    """The page as of a day (ISO, UTC)."""
    stored = _Stored(workspace)
    promises, commit = workspace.spec.promises, workspace.commit
    at = f"{commit.sha[:_SHORT]}{' with changes' if commit.dirty else ''}" if commit.sha else ""
    return Promises(
        day=today,
        commit=at,
        source=stored.source,
        groups=tuple(_group(workspace, budget, stored, today) for budget in workspace.spec.budgets),
        rules=rules(promises.policy),
        retired=tuple(f"{r.objective}, by {r.owner}: {r.reason}" for r in promises.retired),
    )


@dataclass(slots=True)
class _Stored:
    """The histories of the trusted branch that was stored last."""

    workspace: Workspace
    branch: str = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        patterns = self.workspace.spec.promises.policy.branches
        heads = self.workspace.store.heads()
        self.branch = next((h.branch for h in heads if h.valid and trusted(h.branch, patterns)), "")
        archive = archive_of(self.workspace.store)
        self.names = archive.objectives(self.branch) if self.branch else ()

    @property
    def source(self) -> str:
        """Where the values are from."""
        where = self.workspace.store.where
        if not self.branch:
            return f"no run of a trusted branch is stored in {where} yet"
        return f"values of the branch {self.branch}, from {where}"

    def of(self, objective: Objective) -> tuple[tuple[str, tuple[Point, ...]], ...]:
        """The stored runs of a promise, or of each of its members."""
        archive = archive_of(self.workspace.store)
        found = [n for n in self.names if _is_of(objective, n, self.workspace)]
        return tuple((name, archive.history(name, self.branch)) for name in found)


def _is_of(objective: Objective, name: str, workspace: Workspace) -> bool:
    """Whether an id is that of a promise or of a member that has no promise of its own."""
    if name == objective.id or not is_member(objective, name):
        return name == objective.id
    return all(each.id != name for each in workspace.spec.promises.objectives)


def _group(workspace: Workspace, budget: Budget, stored: _Stored, today: str) -> Group:
    promises = tuple(_promise(workspace, each, stored, today) for each in budget.objectives)
    return Group(
        name=budget.name,
        title=budget.title or budget.name,
        runner=budget.catalogue.runner,
        place=budget.place.file,
        owner=budget.owner,
        why=budget.why,
        promises=promises,
    )


def _promise(workspace: Workspace, objective: Objective, stored: _Stored, today: str) -> Promise:
    known = stored.of(objective)
    status = known[0][1][-1].status if len(known) == 1 else ""
    return Promise(
        id=objective.id,
        title=objective.name or str(objective.sli),
        named=bool(objective.name),
        says=sentences(objective),
        place=f"{objective.place.file}:{objective.place.line}",
        owner=objective.owner,
        why=objective.why,
        status=status,
        now=_now(objective, known),
        trend=_trend(objective, known[0][1]) if len(known) == 1 else None,
        exceptions=tuple(_exceptions(workspace, objective, today)),
    )


def _now(objective: Objective, known: tuple[tuple[str, tuple[Point, ...]], ...]) -> str:
    if len(known) == 1:
        return _value(objective, known[0][1][-1])
    told = [f"{name}: {_value(objective, points[-1])}" for name, points in known[:_TOLD]]
    if len(known) > _TOLD:
        told.append(f"{len(known) - _TOLD} more")
    return "; ".join(told)


def _value(objective: Objective, point: Point) -> str:
    at = f" at {point.commit[:_SHORT]}" if point.commit else ""
    return f"{show(point.value, objective.dimension)}, {point.status} on {point.at[:_DAY]}{at}"


def _trend(objective: Objective, points: tuple[Point, ...]) -> Trend:
    """The newest comparable runs: another machine is no trend."""
    last = points[-1]
    key = (last.environment, last.series)
    same = [p for p in points if (p.environment, p.series) == key]
    track = trace(same, exact=objective.kind is Kind.EXACT).tracks[-1]
    limit = objective.limit.fail if objective.limit is not None else None
    return Trend(_words(objective, track), tuple(p.value for p in same[-_DRAWN:]), limit)


def _words(objective: Objective, track: Track) -> str:
    points, last = track.points, track.stretches[-1]
    since = points[last.first].at[:_DAY]
    count = last.end - last.first
    runs = "1 run" if count == 1 else f"{count} runs"
    if last.slope:
        moved = amount(last.total, objective.dimension, absolute=track.absolute)
        return f"drifts: {moved} over {runs} since {since}"
    if not track.changes:
        return f"level over {runs} since {since}"
    change = track.changes[-1]
    said = change_words(change, objective.dimension)
    return f"{said}, on {change.at.at[:_DAY]}; level since, over {runs}"


def _exceptions(workspace: Workspace, objective: Objective, today: str) -> Iterator[str]:
    promises = workspace.spec.promises
    for waiver in promises.waivers:
        if _is_of(objective, waiver.objective, workspace):
            yield _waived(waiver, objective, today)
    for entry in promises.accepted:
        if _is_of(objective, entry.objective, workspace):
            yield _accepted(entry, objective, today)


def _waived(waiver: Waiver, objective: Objective, today: str) -> str:
    most = ""
    if waiver.ceiling is not None:
        most = f", as far as {show(waiver.ceiling, objective.dimension)}"
    ticket = f" ({waiver.ticket})" if waiver.ticket else ""
    until = _left(waiver.expires, today)
    said = f"its {waiver.bound} is waived {until}{most}, by {waiver.owner}: {waiver.reason}{ticket}"
    return _of_member(waiver.objective, objective, said)


def _accepted(entry: Accepted, objective: Objective, today: str) -> str:
    value = show(entry.value, objective.dimension)
    until = _left(entry.until, today)
    if entry.until >= today:  # it ends with what it excuses: the new level is the baseline then
        until += " or the first recorded run with it"
    said = f"{value} is accepted {until}, by {entry.owner}: {entry.reason}"
    return _of_member(entry.objective, objective, said)


def _of_member(name: str, objective: Objective, said: str) -> str:
    return said if name == objective.id else f"{name}: {said}"


def _left(last: str, today: str) -> str:
    """Until when, and how long that is."""
    days = ordinal(last) - ordinal(today)
    if days < 0:
        return f"until {last}, which is over"
    return f"until {last} ({'today' if days == 0 else '1 day' if days == 1 else f'{days} days'})"
