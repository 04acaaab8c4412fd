"""One objective as a reader sees it: columns, sentences, what to do, and its place in the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gate.core.metric import Better
from gate.core.model import Objective, Origin, Policy
from gate.core.units import show
from gate.core.verdict import Bound, Effect, Row, Status, Verdict
from gate.reports.causes import causes_of, other_facts
from gate.reports.chart import Chart, chart_of
from gate.reports.marks import Mark, mark_of
from gate.reports.next_steps import explain, remedies, reproduce
from gate.reports.sentences import sentence_of, source_text, warn_text
from gate.reports.strip import Strip, Trend, strip_of, trend_of
from gate.reports.words import change_text, excluded_text, interval_text, is_improved, value_of

_KEPT = {Status.PASS, Status.SKIPPED}


@dataclass(frozen=True, slots=True)
class BoundView:
    """One bound of an objective; "" where there is nothing to say.

    `change` is against the baseline, for a limit the interval; `note` is about the effect.
    """

    name: str
    mark: Mark
    status: Status
    promise: str
    sentence: str
    change: str
    excluded: str
    baseline: str
    source: str
    note: str
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class RowView:
    """All that a report says about one objective; "" where there is nothing to say.

    `sentences` say what happened, of the worst bounds; `notes` what it does to the build and why;
    `causes` where to look, each with the kind of place; `facts` whatever else the runner knows.
    """

    id: str
    title: str
    budget: str
    status: Status
    effect: Effect
    mark: Mark
    value: str
    n: int
    bounds: tuple[BoundView, ...]
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    remedies: tuple[str, ...]
    causes: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    owner: str
    why: str
    place: str
    file: str
    line: int
    reproduce: str
    explain: str
    strip: Strip | None
    trend: Trend | None
    rank: tuple[int, str, float, str]

    @property
    def promise(self) -> str:
        """All bounds in words."""
        return ", ".join(bound.promise for bound in self.bounds)

    @property
    def compared(self) -> BoundView | None:
        """The bound that was compared with a baseline, if any."""
        return next((bound for bound in self.bounds if bound.baseline), None)

    @property
    def shown_value(self) -> str:
        """The measured value; in words that there is none."""
        return self.value or ("" if self.status is Status.SKIPPED else "not measured")

    @property
    def shown_baseline(self) -> str:
        """The baseline's value, `none` where a tolerance has none, "" where none is asked for."""
        asked = any(bound.name == Bound.TOLERANCE.value for bound in self.bounds)
        absent = "none" if asked and self.status is not Status.SKIPPED else ""
        return self.compared.baseline if self.compared else absent

    @property
    def shown_change(self) -> str:
        """The change with its interval, and what is excluded."""
        bounds = (self.compared,) if self.compared else self.bounds
        parts = [part for bound in bounds for part in (bound.change, bound.excluded)]
        return "; ".join(part for part in parts if part)

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Where to look for the cause, then the other facts."""
        return (*self.causes, *self.facts)

    @property
    def worsening(self) -> float:
        """How far the worst bound is from its reference, as a share of it, for sorting."""
        return -self.rank[2]

    @property
    def sentence(self) -> str:
        """What happened, in one line."""
        return "; ".join(self.sentences)


def row_view(row: Row, policy: Policy, base: str, folders: Sequence[str] = ()) -> RowView:
    """The view of one row, its texts visible already; `base` is the commit compared with.

    `folders` are those that `--budgets` has to name for the command that reproduces the row.
    """
    objective, value = row.objective, value_of(row)
    base_value = next(
        (v.comparison.base.value for v in row.verdicts if v.comparison and v.comparison.base), None
    )
    bounds = tuple(_bound(objective, verdict, base_value) for verdict in row.verdicts)
    improved = any(is_improved(objective, verdict) for verdict in row.verdicts)
    mark = mark_of(row.status, row.effect, improved=improved)
    return RowView(
        id=objective.id,
        title=objective.name,
        budget=objective.budget,
        status=row.status,
        effect=row.effect,
        mark=mark,
        value="" if value is None else show(value, objective.dimension),
        n=row.n,
        bounds=bounds,
        sentences=_sentences(row, bounds),
        notes=tuple(dict.fromkeys(bound.note for bound in bounds if bound.note)),
        remedies=remedies(row),
        causes=causes_of(objective.sli, row.facts) if row.status not in _KEPT else (),
        facts=row.facts if row.status in _KEPT else other_facts(row.facts),
        owner=objective.owner,
        why=objective.why,
        place=_place(objective),
        file=objective.place.file,
        line=objective.place.line,
        reproduce=reproduce(row, policy, base, folders),
        explain=explain(objective.id),
        strip=strip_of(row),
        trend=trend_of(row),
        rank=(_order(row, improved=improved), mark.word, -_severity(row), objective.id),
    )


def _bound(objective: Objective, verdict: Verdict, base_value: float | None) -> BoundView:
    comparison = verdict.comparison
    miss = comparison.miss if comparison else 0.0
    base = comparison.base if comparison else None
    return BoundView(
        name=verdict.bound.value,
        mark=mark_of(verdict.status, verdict.effect, improved=is_improved(objective, verdict)),
        status=verdict.status,
        promise=verdict.bound_text + warn_text(objective, verdict.bound),
        sentence=sentence_of(objective, verdict, miss),
        change=change_text(objective, verdict, miss) or interval_text(objective, verdict, miss),
        excluded=excluded_text(objective, verdict, miss),
        baseline=show(base.value, objective.dimension) if base else "",
        source=source_text(verdict.baseline) if base else "",
        note=verdict.effect_reason,
        chart=chart_of(objective, verdict, base_value),
    )


def _sentences(row: Row, bounds: tuple[BoundView, ...]) -> tuple[str, ...]:
    """The bounds of the row's status first, a regression before a limit; passes only of a pass.

    What was compared with a baseline is said always: a broken limit, too, came from somewhere.
    """
    limit = Bound.LIMIT.value
    ordered = sorted(bounds, key=lambda b: (b.status is not row.status, b.name == limit))
    passed = row.status is Status.PASS
    said = [b.sentence for b in ordered if passed or b.status is not Status.PASS or b.baseline]
    fallback = row.reason.sentence if row.reason is not None else "no bound was judged"
    return tuple(dict.fromkeys(said or [fallback]))


def _place(objective: Objective) -> str:
    match objective.origin:
        case Origin.IMPLIED:
            return "implied by perfgate"
        case Origin.SCRIPT:
            return "a threshold of the load script"
        case _:
            place = objective.place
            return f"{place.file}:{place.line}" if place.line else place.file


_QUIET = {
    Status.FAIL: 3,
    Status.MISSING: 4,
    Status.UNDECIDED: 5,
    Status.WARN: 6,
    Status.PASS: 8,
    Status.SKIPPED: 9,
}


def _order(row: Row, *, improved: bool) -> int:
    """Worst first: what blocks (failed, not measured, undecided), then the rest alike."""
    if row.effect is Effect.BLOCKS:
        return {Status.FAIL: 0, Status.UNDECIDED: 2}.get(row.status, 1)
    return _QUIET[row.status] - (improved and row.status is Status.PASS)


def _severity(row: Row) -> float:
    """How far the worst bound is from its reference, as a share of it."""
    found = [0.0]
    for verdict in row.verdicts:
        comparison = verdict.comparison
        if comparison is None or verdict.status is not row.status:
            continue
        base = comparison.base.value if comparison.base else verdict.bound_value
        sign = 1 if row.objective.better is Better.LOWER else -1
        found.append(sign * (comparison.head.value - base) / (abs(base) or 1.0))
    return max(found)
