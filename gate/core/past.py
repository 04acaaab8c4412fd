"""Earlier runs as the judge sees them, and the choice of a baseline objective by objective."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gate.core.accepting import failed, wanted
from gate.core.differences import environment_difference, shape_changes, shape_difference
from gate.core.index import by_member, by_objective, first_of
from gate.core.metric import Kind
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import BaseTree, Environment, Measurement, Run, Turn
from gate.core.shards import environment_of, of_budget
from gate.core.verdict import BaselineSource, Outcome

WINDOW = 8
"""How many of the last accepted runs locate a baseline."""

PINNED = "pin "
"""How the rung of a pinned run begins; its name follows."""

SIDE, LATEST = "side", "latest"
"""The rungs of an ancestor on a branch that was merged, and of what is no ancestor at all."""

DAYS = "days"
"""The rung of a run that only tells how days differ: somebody named the runs to compare with."""


def rank_of(rung: str) -> int:
    """How near a rung is, before any distance: the line, what was merged into it, the rest."""
    return (SIDE, LATEST).index(rung) + 1 if rung in {SIDE, LATEST} else 0


@dataclass(frozen=True, slots=True)
class Past:
    """A stored run with its outcome. `distance` counts commits from head, 0 is the same commit.

    `accepted` says that somebody took this run as baseline by hand; `rung` says why it is here.
    """

    run: Run
    outcome: Outcome
    distance: int
    rung: str = "ancestor"
    accepted: bool = False

    @property
    def pin(self) -> str:
        """The name that this run was pinned under, "" for a run of the history."""
        return self.rung.removeprefix(PINNED) if self.rung.startswith(PINNED) else ""

    @property
    def ordinary(self) -> bool:
        """Whether an objective without a pin may be compared with this run."""
        return not self.pin and self.rung != DAYS


@dataclass(frozen=True, slots=True)
class Baseline:
    """What head is compared with: the newest session first, each a measurement of one run.

    `design` says how they were measured: `stored` on other days; `together`, in one session with
    head; `paired`, each unit also next to the unit of head that has its index.
    """

    sessions: tuple[Measurement, ...]
    history: tuple[Measurement, ...]
    source: BaselineSource
    design: str = "stored"


def find(pasts: tuple[Past, ...], names: tuple[str, ...]) -> tuple[tuple[Past, Measurement], ...]:
    """The pasts that measured an objective, nearest first, newest first at one distance.

    `names` are the ids that it has or had; a run is asked for the first of them that it knows.
    """
    ordered = sorted(pasts, key=lambda past: past.run.started, reverse=True)
    ordered.sort(key=lambda past: (rank_of(past.rung), past.distance))
    return tuple(
        (past, measurement)
        for past in ordered
        for measurement in first_of(by_member(past.run.measurements), names)
    )


def choose(
    objective: Objective, head: Measurement, run: Run, pasts: tuple[Past, ...]
) -> Baseline | Reason:
    """The base of the same session, else the nearest comparable accepted runs; or why none.

    An objective with a pin is held to that run alone; how days differ is told by all others.
    """
    pins = tuple(past for past in pasts if objective.baseline and past.pin == objective.baseline)
    own = tuple(past for past in pasts if past.ordinary)
    if objective.baseline and not pins:
        return because(Code.NO_BASELINE, detail=f"no run is pinned as {objective.baseline}")
    beside = run.base is not None and objective.budget in run.base.budgets
    if run.base is not None and beside and all(_same_tree(past, run.base) for past in pins):
        return _asked_of_pin(_in_session(objective, head, run, run.base), objective)
    chosen = pins or own
    found = _asked_of_pin(_stored(objective, head, run, chosen), objective)
    if isinstance(found, Reason):
        return found
    same = {past.run.started for past in chosen}  # a pin is a copy of a run that is also stored
    rest = tuple(p for p in pasts if not p.pin and p.run.started not in same)
    others = (measurement for _, measurement in comparable(objective, head, run, rest))
    return replace(found, history=(*found.history, *others))


def _asked_of_pin(found: Baseline | Reason, objective: Objective) -> Baseline | Reason:
    """That it is new does not excuse an objective from its pin."""
    new = isinstance(found, Reason) and found.code is Code.NEW_OBJECTIVE
    detail = f"{objective.baseline} does not have it"
    return because(Code.NO_BASELINE, detail=detail) if objective.baseline and new else found


def _same_tree(past: Past, base: BaseTree) -> bool:
    return not past.run.commit.dirty and past.run.commit.sha == base.commit


def _stored(
    objective: Objective, head: Measurement, run: Run, pasts: tuple[Past, ...]
) -> Baseline | Reason:
    """The nearest comparable accepted runs of those; or why none."""
    known = find(pasts, objective.names)
    if not known:
        stored = any(by_objective(p.run.measurements).get(head.objective) for p in pasts)
        if not objective.was and _is_new(objective, head, run, stored=stored):
            return because(Code.NEW_OBJECTIVE)
        detail = "no earlier run is stored for this branch" if not pasts else "no run measured it"
        return because(Code.NO_BASELINE, detail=detail)
    same_series = [(p, m) for p, m in known if _series(m, objective) == _series(head, objective)]
    if not same_series:
        return _of_no_series(known, head, run)
    comparable = [(p, m) for p, m in same_series if _same_place(objective, p, m, run)]
    if not comparable:
        detail = _places_difference(objective, same_series[0], run)
        return because(Code.OTHER_ENVIRONMENT, detail=detail)
    runs = tuple(past for past, _ in comparable)
    good = [(p, m) for p, m in comparable if _accepted(objective, p, run, runs)]
    if not good:
        return because(Code.NO_BASELINE, detail="every stored run failed it; none was accepted")
    related = [(p, m) for p, m in good if p.rung != LATEST]
    level = _of_one_level(objective, related or good)
    nearest, measured = level[0]
    source = BaselineSource(
        nearest.rung,
        nearest.run.commit.sha,
        nearest.distance,
        len(level),
        nearest.run.started,
        _where(nearest, measured).key,
    )
    sessions = tuple(m for _, m in level[: 1 if objective.kind is Kind.EXACT else WINDOW])
    return Baseline(sessions, tuple(m for _, m in comparable), source)


def comparable(
    objective: Objective, head: Measurement, run: Run, pasts: tuple[Past, ...]
) -> tuple[tuple[Past, Measurement], ...]:
    """The pasts that measured the same series in the same environment, whatever they came to."""
    return tuple(
        (past, measurement)
        for past, measurement in find(pasts, objective.names)
        if _series(measurement, objective) == _series(head, objective)
        and _same_place(objective, past, measurement, run)
    )


def in_session(run: Run, objective: Objective) -> Measurement | None:
    """What the base that was measured in turn with this run gave for an objective."""
    measured = run.base.measurements if run.base is not None else ()
    return next(iter(by_member(measured).get(objective.id, ())), None)


def _in_session(
    objective: Objective, head: Measurement, run: Run, base: BaseTree
) -> Baseline | Reason:
    found = in_session(run, objective)
    if found is None:
        return _not_on_base(objective, head, run, base)
    if found.series_key != head.series_key:
        return because(Code.OTHER_SERIES, detail=shape_difference(found, head))
    have = len({unit.index for unit in found.units})
    if have < objective.repeat_min:
        detail = f"{have} of at least {objective.repeat_min} repeats were measured"
        return because(Code.BASE_UNMEASURED, commit=base.commit[:12], detail=detail)
    order = {sha: at for at, sha in enumerate((run.commit.sha, *run.commit.ancestors))}
    distance = order.get(base.commit, len(order))
    here = environment_of(run, objective.budget).key
    source = BaselineSource("against", base.commit, distance, 1, run.started, here)
    paired = _alternate(found, head, _turns(objective, base))
    return Baseline((found,), (), source, "paired" if paired else "together")


def _turns(objective: Objective, base: BaseTree) -> tuple[Turn, ...]:
    return tuple(turn for turn in base.turns if turn.budget == objective.budget)


def _alternate(base: Measurement, head: Measurement, turns: tuple[Turn, ...]) -> bool:
    """Whether every unit of the base was measured next to the unit of head with its index."""
    units = [(unit.shard, unit.index) for unit in base.units]
    if sorted(units) != sorted((unit.shard, unit.index) for unit in head.units):
        return False
    twos = zip(turns[::2], turns[1::2], strict=False)
    together = {one.unit for one, two in twos if one.unit == two.unit and one.base != two.base}
    return {index for _, index in units} <= together


def _not_on_base(objective: Objective, head: Measurement, run: Run, base: BaseTree) -> Reason:
    """Where the base promised it and gave nothing at all, something is wrong with the base."""
    asked = {objective.id, head.objective}
    others = head.objective in by_objective(base.measurements)
    if _is_new(objective, head, run, stored=others):
        return because(Code.NEW_OBJECTIVE)
    said = next((m.reason.sentence for m in base.missing if m.objective in asked), "")
    detail = said or "it gave no answer"
    return because(Code.BASE_UNMEASURED, commit=base.commit[:12], detail=detail)


def _is_new(objective: Objective, head: Measurement, run: Run, *, stored: bool) -> bool:
    """New is what the base did not promise, and a member that came to those which are `stored`."""
    promised = {objective.id, head.objective}.isdisjoint(run.new_objectives)
    return not promised or (stored and head.objective != objective.id)


def _series(measurement: Measurement, objective: Objective) -> str:
    key = measurement.series_key
    return key.partition("@")[2] if objective.was else key


_SURROUNDINGS = {"throttling"}
"""What shapes a measurement from outside, beside the versions of its tools."""


def _of_no_series(
    known: tuple[tuple[Past, Measurement], ...], head: Measurement, run: Run
) -> Reason:
    """Why none of these can be compared: only what measured differs, or what was measured."""
    for past, measurement in known:
        tools = {name.casefold() for name, _ in (*past.run.tools, *run.tools)} | _SURROUNDINGS
        changed = shape_changes(measurement, head)
        if changed and all(name.casefold() in tools for name, _, _ in changed):
            detail = "; ".join(f"{name}: {was} there, {now} here" for name, was, now in changed)
            return because(Code.OTHER_ENVIRONMENT, detail=detail)
    return because(Code.OTHER_SERIES, detail=shape_difference(known[0][1], head))


def _same_place(objective: Objective, past: Past, measured: Measurement, run: Run) -> bool:
    same = _where(past, measured).key == environment_of(run, objective.budget).key
    return objective.kind is Kind.EXACT or same


def _where(past: Past, measured: Measurement) -> Environment:
    """Where an earlier run measured it: under the name that it had then."""
    return environment_of(past.run, of_budget(measured))


def _places_difference(objective: Objective, known: tuple[Past, Measurement], run: Run) -> str:
    return environment_difference(_where(*known), environment_of(run, objective.budget))


def _accepted(objective: Objective, past: Past, run: Run, known: tuple[Past, ...]) -> bool:
    """Whether a run may be compared with: it did not fail, or what it came to is wanted."""
    if past.accepted or not failed(objective, past):
        return True
    return wanted(objective, past, run, known)


def _of_one_level(
    objective: Objective, good: list[tuple[Past, Measurement]]
) -> tuple[tuple[Past, Measurement], ...]:
    """Those since the last regression that was wanted: what was before it is another level."""
    taken: list[tuple[Past, Measurement]] = []
    begun = False
    for past, measurement in good[:WINDOW]:
        worse = failed(objective, past)
        if begun and not worse:
            break
        begun = begun or worse
        taken.append((past, measurement))
    return tuple(taken)
