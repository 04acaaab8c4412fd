"""The stored runs that a tighter limit may rest on, or why there are none that it may."""

from __future__ import annotations

from dataclasses import dataclass, field

from gate.app.workspace import Workspace
from gate.ci.commits import trusted
from gate.core.days import ordinal
from gate.core.index import rows_by_id
from gate.core.members import is_member
from gate.core.metric import Better, Kind
from gate.core.model import Objective
from gate.core.ratchet import Kept, Rules
from gate.core.trend import Point, trace
from gate.core.verdict import Bound, Row, Status, Verdict
from gate.seams.history import Archive, archive_of
from gate.seams.store import Entry

Why = str
_DAY = len("2026-11-23")


@dataclass(slots=True)
class Evidence:
    """What a store tells about a trusted branch; each entry is read once."""

    workspace: Workspace
    rules: Rules
    branch: str = field(init=False)
    _archive: Archive = field(init=False)
    _names: tuple[str, ...] = field(init=False)
    _entries: dict[str, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the branch that was stored last, and what has a history there."""
        patterns = self.workspace.spec.promises.policy.branches
        heads = self.workspace.store.heads()
        self.branch = next((h.branch for h in heads if h.valid and trusted(h.branch, patterns)), "")
        self._archive = archive_of(self.workspace.store)
        self._names = self._archive.objectives(self.branch) if self.branch else ()

    def members(self, objective: Objective, others: set[str]) -> tuple[str, ...]:
        """The ids that a promise holds for: its own, or what `each` was spread over."""
        if not objective.each:
            return (objective.id,)
        return tuple(n for n in self._names if n not in others and is_member(objective, n))

    def kept(self, objective: Objective, name: str) -> tuple[Kept, ...] | Why:
        """The last comparable runs, oldest first; or why a tighter limit cannot rest on them."""
        points = self._archive.history(name, self.branch) if self.branch else ()
        if not points:
            return "no run of a trusted branch is stored with it"
        here = [p for p in points if _key(p) == _key(points[-1])][-self.rules.runs :]
        if len(here) < self.rules.runs:
            return _few(len(here), len(points), self.rules.runs)
        span = ordinal(here[-1].at[:_DAY]) - ordinal(here[0].at[:_DAY])
        if span < self.rules.days:
            return f"its last {len(here)} runs are of {span} days, not of {self.rules.days}"
        found: list[Kept] = []
        for point in here:
            each = self._one(objective, name, point)
            if isinstance(each, str):
                return each
            found.append(each)
        return _worsens(here, objective) or tuple(found)

    def _one(self, objective: Objective, name: str, point: Point) -> Kept | Why:
        entry, day = self._entry(point.entry), point.at[:_DAY]
        row = next(iter(rows_by_id(entry.outcome.rows).get(name, ())), None)
        verdict = _limit(row)
        if row is None or verdict is None:
            return f"on {day} it had no limit"
        if verdict.status not in {Status.PASS, Status.WARN}:
            return f"on {day} its limit was {verdict.status}: {verdict.reason.sentence}"
        for quiet in entry.outcome.quiet:
            left = [unit for unit in quiet.disturbed if not unit.dropped]
            if quiet.budget == row.objective.budget and left:
                return f"on {day} {len(left)} of its repeats were disturbed"
        return Kept(point.at, point.value, _worst(verdict, objective, point.value))

    def _entry(self, entry_id: str) -> Entry:
        if entry_id not in self._entries:
            self._entries[entry_id] = self.workspace.store.get(entry_id)
        return self._entries[entry_id]


def _key(point: Point) -> tuple[str, str]:
    return (point.environment, point.series)


def _few(here: int, stored: int, wanted: int) -> Why:
    others = stored - here
    told = f"; {others} more are of another environment or measured otherwise" if others else ""
    runs = "1 run is" if here == 1 else f"{here} runs are"
    return f"only {runs} comparable of the {wanted} it takes{told}"


def _limit(row: Row | None) -> Verdict | None:
    verdicts = row.verdicts if row is not None else ()
    return next((verdict for verdict in verdicts if verdict.bound is Bound.LIMIT), None)


def _worst(verdict: Verdict, objective: Objective, value: float) -> float:
    """The bad end of the interval that decided the limit; the value itself where it has none."""
    comparison = verdict.comparison
    if comparison is None:
        return value
    if objective.better is Better.LOWER:
        return max(value, comparison.high if comparison.high is not None else value)
    return min(value, comparison.low if comparison.low is not None else value)


def _worsens(points: list[Point], objective: Objective) -> Why:
    """Why not where these runs hold a drift for the worse, "" where they do not."""
    sign = 1 if objective.better is Better.LOWER else -1
    for track in trace(points, exact=objective.kind is Kind.EXACT).tracks:
        for stretch in track.stretches:
            if sign * stretch.slope > 0:
                return f"it drifts for the worse since {track.points[stretch.first].at[:_DAY]}"
    return ""
