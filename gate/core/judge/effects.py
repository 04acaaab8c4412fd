"""What a verdict does to the build: blocks, warns, is waived or advisory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gate.core.accepting import covers, ended_by, entries_of
from gate.core.attempts import attempt_of, part_of, pooled
from gate.core.index import by_member, first_of, rows_by_id
from gate.core.judge.sides import side, sign
from gate.core.looks import of_budget, part_at
from gate.core.model import Accepted, Objective, Policy, Waiver
from gate.core.past import LATEST, Past, comparable, in_session
from gate.core.reasons import Code
from gate.core.run import Measurement, Run
from gate.core.trend import Story
from gate.core.units import show
from gate.core.verdict import Bound, Effect, Status, Verdict

_LAST_RUNS = 10


@dataclass(frozen=True, slots=True)
class World:
    """All that a verdict and its effect depend on. `day` is an ISO day in UTC.

    `run` has the units of earlier attempts at the same trial. What of the store are such attempts
    is no past to compare with, or head would be compared with itself; `same` holds those. `look` is
    the one that the run is seen at, counted from 0, `alarm` the part of the alarm rate for it.
    `stories` are what the store holds of objectives with a drift budget, `pins` the pinned runs.
    """

    run: Run
    pasts: tuple[Past, ...]
    day: str
    same: tuple[Past, ...] = ()
    look: int = 0
    alarm: float = 1.0
    stories: tuple[Story, ...] = ()
    pins: tuple[Past, ...] = ()

    @classmethod
    def of(
        cls,
        run: Run,
        pasts: tuple[Past, ...],
        at: str,
        *,
        look: int = 0,
        alarm: float = 1.0,
        stories: tuple[Story, ...] = (),
    ) -> World:
        """The world of a run at an ISO time, among the runs of a store."""
        pins = tuple(past for past in pasts if past.pin)
        pasts = tuple(past for past in pasts if past.run.id != run.id and not past.pin)
        tried = (p for p in pasts if run.trial and p.run.trial == run.trial)
        same = tuple(past for past in tried if not past.accepted)  # by hand: somebody wants it
        others = tuple(past for past in pasts if past not in same)
        return cls(pooled(run), others, at[:10], same, look, alarm, stories, pins)

    @property
    def policy(self) -> Policy:
        """The policy of the run."""
        return self.run.promises.policy

    def part(self, budget: str) -> float:
        """The part of the error rates that this attempt at a budget may spend at this look."""
        looks = of_budget(self.run, budget)
        part = part_of(attempt_of(self.run, budget))
        return part if looks is None else part * part_at(self.look, len(looks.declared))


def with_effect(objective: Objective, verdict: Verdict, world: World) -> Verdict:
    """The verdict with what it does to the build and why."""
    effect, why = _effect(objective, verdict, world)
    if effect is Effect.BLOCKS and not objective.blocking:
        effect, why = Effect.ADVISORY, "the objective is `blocking: false`"
    if effect is Effect.BLOCKS and verdict.status in {Status.FAIL, Status.UNDECIDED}:
        waived = _waived(objective, verdict, world)
        if waived is None or waived[0] is Effect.BLOCKS:
            waived = _wanted(objective, verdict, world) or waived
        effect, why = waived or (effect, why)
    return replace(verdict, effect=effect, effect_reason=why)


def _effect(objective: Objective, verdict: Verdict, world: World) -> tuple[Effect, str]:
    match verdict.status:
        case Status.PASS:
            return Effect.NONE, ""
        case Status.WARN:
            return Effect.WARNS, ""
        case Status.FAIL:
            return Effect.BLOCKS, ""
        case Status.SKIPPED:
            if world.policy.signoff and verdict.reason.code is not Code.RETIRED:
                return Effect.BLOCKS, "a sign-off refuses what was skipped"
            return Effect.NONE, ""
        case Status.MISSING:
            return _missing(objective, verdict, world)
        case Status.UNDECIDED:
            return _undecided(objective, verdict, world)


_NO_BASELINE = {
    Code.NO_BASELINE,
    Code.BASE_UNMEASURED,
    Code.OTHER_SERIES,
}


def _missing(objective: Objective, verdict: Verdict, world: World) -> tuple[Effect, str]:
    if verdict.reason.code is Code.NEW_OBJECTIVE and not world.policy.signoff:
        return Effect.WARNS, "the base has nothing that it could be compared with"
    pinned = bool(objective.baseline) and verdict.bound is Bound.TOLERANCE
    asked = world.policy.signoff or pinned or verdict.reason.code not in _NO_BASELINE
    excuse = "" if asked else _without_baseline(objective, world)
    return (Effect.WARNS, excuse) if excuse else (Effect.BLOCKS, "")


def _without_baseline(objective: Objective, world: World) -> str:
    """Why no baseline is asked for, "" where one is."""
    if objective.id in world.run.new_objectives:
        return "the objective is new since the base commit"
    until = world.policy.bootstrap_until
    return f"no baseline is asked for before {until}" if until and world.day < until else ""


def _undecided(objective: Objective, verdict: Verdict, world: World) -> tuple[Effect, str]:
    if world.policy.signoff or world.policy.undecided == "fail":
        return Effect.BLOCKS, "the policy asks for a decision"
    if verdict.reason.code is Code.SHORT_HISTORY:
        return Effect.WARNS, "the history is not long enough yet"
    if verdict.reason.code is Code.NOT_ANCESTOR:
        return Effect.BLOCKS, "the baseline is no ancestor of this commit"
    tolerance = objective.tolerance
    goal = verdict.bound is Bound.TOLERANCE and tolerance is not None and tolerance.fail.value < 0
    if verdict.bound is Bound.LIMIT or goal:
        if not _beyond(objective, verdict):
            return Effect.WARNS, "the estimate is on the good side"
        if verdict.bound is Bound.LIMIT and _base_beyond(objective, verdict, world):
            return Effect.WARNS, "not by this change: the baseline is as far beyond"
        elsewhere = verdict.reason.code is Code.OTHER_ENVIRONMENT
        if elsewhere and (excuse := _without_baseline(objective, world)):
            return Effect.WARNS, excuse
        if verdict.comparison is None:
            return Effect.BLOCKS, "there is no estimate that could be within the bound"
        return Effect.BLOCKS, "the estimate is beyond the bound"
    if _always_undecided(objective, verdict, world):
        return Effect.BLOCKS, f"undecided in its last {_LAST_RUNS} runs"
    return Effect.WARNS, ""


def _beyond(objective: Objective, verdict: Verdict) -> bool:
    """Whether the estimate is beyond the bound; without an estimate it may be, so yes."""
    comparison = verdict.comparison
    if comparison is None:
        return True
    orient = sign(objective)
    if verdict.bound is Bound.LIMIT:
        return orient * comparison.head.value > orient * verdict.bound_value
    relative = objective.tolerance is None or objective.tolerance.fail.relative
    share = None if comparison.ratio is None else comparison.ratio - 1
    change = share if relative else comparison.difference
    return change is None or orient * change > verdict.bound_value


def _base_beyond(objective: Objective, verdict: Verdict, world: World) -> bool:
    if verdict.comparison is None:
        return False
    orient, head = sign(objective), verdict.comparison.head.value
    base = in_session(world.run, objective)
    if base is not None:
        return orient * side(base).value >= orient * head
    for past, measurement in _comparable(objective, world):
        if past.ordinary and past.rung != LATEST and not _same_tree(past, world.run):
            return orient * side(measurement).value >= orient * head
    return False


def _comparable(objective: Objective, world: World) -> tuple[tuple[Past, Measurement], ...]:
    """The stored runs that measured it as this run did, where this run did, nearest first."""
    measured = by_member(world.run.measurements).get(objective.id, ())
    return comparable(objective, measured[0], world.run, world.pasts) if measured else ()


def _same_tree(past: Past, run: Run) -> bool:
    """Whether a stored run is of the very change that is asked about, and says nothing of it."""
    known = bool(run.commit.sha) and not run.commit.dirty
    return known and past.run.commit.sha == run.commit.sha


def _always_undecided(objective: Objective, verdict: Verdict, world: World) -> bool:
    newest = sorted((*world.pasts, *world.same), key=lambda past: past.run.started, reverse=True)
    last = [
        before.status
        for past in newest
        for row in first_of(rows_by_id(past.outcome.rows), objective.names)
        for before in row.verdicts
        if before.bound is verdict.bound and before.reason.code is not Code.SHORT_HISTORY
    ][:_LAST_RUNS]
    return len(last) == _LAST_RUNS and set(last) == {Status.UNDECIDED}


def _waived(objective: Objective, verdict: Verdict, world: World) -> tuple[Effect, str] | None:
    """What waivers make of a verdict: one that helps is enough, whatever became of others."""
    said = None
    for waiver in world.run.promises.waivers:
        if waiver.objective != objective.id or waiver.bound not in {verdict.bound, "any"}:
            continue
        if world.day > waiver.expires:
            said = f"the waiver of {waiver.owner} expired on {waiver.expires}"
        elif _past_ceiling(objective, verdict, waiver):
            ceiling = show(waiver.ceiling or 0.0, objective.dimension)
            said = f"past the ceiling {ceiling} of the waiver of {waiver.owner}"
        else:
            ticket = f" ({waiver.ticket})" if waiver.ticket else ""
            who = f"waived by {waiver.owner} until {waiver.expires}{ticket}: {waiver.reason}"
            return Effect.WAIVED, who
    return (Effect.BLOCKS, said) if said is not None else None


def _wanted(objective: Objective, verdict: Verdict, world: World) -> tuple[Effect, str] | None:
    """What accepted.yml makes of a tolerance: its value is excused, until it is recorded."""
    if verdict.bound is not Bound.TOLERANCE or verdict.comparison is None:
        return None
    value, said = verdict.comparison.head.value, None
    for entry in entries_of(objective, world.run.promises.accepted):
        shown = show(entry.value, objective.dimension)
        if world.day > entry.until:
            said = f"that {entry.owner} accepted {shown} ended on {entry.until}"
        elif (first := ended(objective, entry, world)) is not None:
            since = f"with the first recorded run, {first.run.id}"
            said = f"that {entry.owner} accepted {shown} ended {since}"
        elif not covers(objective, entry, value):
            said = f"worse than the {shown} that {entry.owner} accepted"
        else:
            who = f"accepted by {entry.owner} until {entry.until}, up to {shown}: {entry.reason}"
            return Effect.WAIVED, who
    return (Effect.BLOCKS, said) if said is not None else None


def ended(objective: Objective, entry: Accepted, world: World) -> Past | None:
    """The recorded run that ended an entry of accepted.yml, None where it still counts."""
    known = _comparable(objective, world)
    return ended_by(objective, entry, world.run, tuple(past for past, _ in known))


def _past_ceiling(objective: Objective, verdict: Verdict, waiver: Waiver) -> bool:
    if waiver.ceiling is None:
        return False
    if verdict.comparison is None:
        return True
    orient = sign(objective)
    return orient * verdict.comparison.head.value > orient * waiver.ceiling
