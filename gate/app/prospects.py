"""What a check could decide, promise by promise, from stored runs or the stated spread."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.app.refusals import problem_at, refuse
from gate.core.attempts import part_of
from gate.core.compare.case import Units
from gate.core.compare.power import (
    Known,
    Precision,
    can_pass,
    headroom_needed,
    in_turn,
    known_from,
    prospect,
    smallest_found,
    smallest_passed,
    smallest_tolerance,
    stored,
)
from gate.core.compare.rule import Errors
from gate.core.index import member_id
from gate.core.judge.sides import sign, units
from gate.core.looks import part_at, schedule
from gate.core.model import Objective, Policy, Tolerance
from gate.core.past import Past, find
from gate.core.units import show, show_ratio
from gate.spec import Budget, Problem, Spec

_FEW = 3
_SELDOM = 0.01


@dataclass(frozen=True, slots=True)
class Ahead:
    """One promise (or member of an `each`) before the run, with what is known of it."""

    spec: Spec
    budget: Budget
    objective: Objective
    member: str
    known: Known
    together: bool

    @property
    def errors(self) -> Errors:
        """An equal share of the alarm rate for each budget; within one Holm's strictest step."""
        policy = self.spec.promises.policy
        sharing = [o for o in self.budget.objectives if o.tolerance is not None and o.blocking]
        parts = len(self.spec.budgets) * max(1, len(sharing))
        last = part_at_last(self.budget)
        return Errors(policy.alarm_rate * last / parts, policy.miss_rate * last)

    @property
    def limit_errors(self) -> Errors:
        """What may be spent on a limit, which shares with no other bound."""
        return limit_errors(self.spec.promises.policy, self.budget)

    @property
    def precision(self) -> Precision:
        """The design's own at the largest number of repeats."""
        design = in_turn if self.together else stored
        return design(self.known, self.budget.repeat.maximum)

    @property
    def base(self) -> float:
        """The value of the stored runs; one where there are none: relative bounds need no more."""
        return math.exp(self.known.level)

    def decides(self, tolerance: Tolerance) -> bool:
        """Whether the smallest worsening of this tolerance is known at all."""
        amounts = (tolerance.fail, tolerance.detect)
        relative = all(a is None or a.relative for a in amounts) and not tolerance.floor
        return bool(self.known.runs) or (relative and not self.together)


def prospects(
    spec: Spec, budget: Budget, earlier: tuple[Past, ...], twice: frozenset[str]
) -> tuple[Ahead, ...]:
    """Every promise of a budget whose spread is known or stated, its members one by one."""
    return tuple(
        Ahead(spec, budget, objective, member, known, budget.name in twice)
        for objective in budget.objectives
        for member, runs in stored_units(objective, earlier).items()
        if (known := known_from([run.values for run in runs], objective.kind)) is not None
    )


def stored_units(
    objective: Objective, earlier: tuple[Past, ...]
) -> Mapping[str, tuple[Units, ...]]:
    """The units of the stored runs in the newest one's environment, oldest first, by member."""
    newest = max(earlier, key=lambda past: past.run.started, default=None)
    here = [p for p in earlier if newest and p.run.environment.key == newest.run.environment.key]
    members = {
        member_id(m): None
        for past in here
        for m in past.run.measurements
        if m.objective == objective.id or member_id(m) == objective.id
    }
    found = {}
    for member in sorted(members):
        known = find(tuple(here), (member,))
        series = known[0][1].series_key
        runs = [(p.run.started, units(m)) for p, m in known if m.series_key == series]
        found[member] = tuple(each for _, each in sorted(runs, key=lambda run: run[0]))
    return found or {objective.id: ()}


def lines(ahead: tuple[Ahead, ...]) -> Iterator[str]:
    """What awaits each limit and each tolerance, in words."""
    for each in ahead:
        objective = each.objective
        if objective.limit is not None and objective.limit.fail > 0:
            yield f"  {each.member}: limit, {_limit_text(each, objective.limit.fail)}\n"
        if objective.tolerance is not None:
            yield f"  {each.member}: tolerance, {_tolerance_text(each, objective.tolerance)}\n"


def part_at_last(budget: Budget) -> float:
    """The part of an error rate that a first attempt may spend at a budget's last look."""
    declared = len(schedule(budget.repeat.minimum, budget.repeat.maximum))
    return part_of(1) * part_at(declared - 1, declared)


def limit_errors(policy: Policy, budget: Budget) -> Errors:
    """What a first attempt may spend on a limit at the last look."""
    last = part_at_last(budget)
    return Errors(policy.alarm_rate * last, policy.miss_rate * last)


def _limit_text(each: Ahead, limit: float) -> str:
    if not each.known.runs:
        needed = show_ratio(headroom_needed(each.objective.kind, _SELDOM) or 0.0).removeprefix("+")
        return (
            f"no stored run; by the stated spread 1 run in 100 lies beyond with {needed} headroom"
        )
    repeats = each.budget.repeat.maximum
    found = prospect(each.known, limit, sign(each.objective), repeats, each.limit_errors)
    blocked = show_ratio(found.undecided).removeprefix("+")
    return f"headroom {show_ratio(found.headroom)}, undecided and blocked in {blocked} of runs"


def _tolerance_text(each: Ahead, tolerance: Tolerance) -> str:
    design = "in turn" if each.together else "with a stored baseline"
    if not each.decides(tolerance):
        return f"what is found {design} shows after the first stored run"
    found = smallest_found(tolerance, each.base, sign(each.objective), each.precision, each.errors)
    least = "" if each.known.runs else "at the best "
    return f"finds {least}{show_ratio(found).removeprefix('+')} worse {design}"


def refuse_hopeless(ahead: tuple[Ahead, ...]) -> None:
    """Refuse blocking promises that this design can never show to be kept.

    Raises `SpecProblemsError` with the smallest that it can.
    """
    found = [problem for each in ahead if each.objective.blocking for problem in _hopeless(each)]
    if ahead:
        refuse(ahead[0].spec, found)


def _hopeless(each: Ahead) -> Iterator[Problem]:
    objective = each.objective
    if objective.limit is not None and objective.limit.fail > 0 and each.known.runs >= _FEW:
        yield from _no_headroom(each, objective.limit.fail)
    tolerance = objective.tolerance
    if tolerance is None or not each.decides(tolerance):
        return
    if each.known.runs and each.known.runs < _FEW:  # they say too little of how runs vary
        return
    miss, at = each.errors.miss, each.precision
    if can_pass(tolerance, each.base, sign(objective), at, miss):
        return
    detect = smallest_passed(at, miss)
    least = f"{smallest_tolerance(detect) * 100:.2g}%"
    wider = f"tolerance of {least}" if tolerance.detect is None else f"`detect:` of {detect:.2%}"
    other = "" if each.together else "; or measure the base in turn: `gate check --against REV`"
    yield problem_at(
        each.spec.root,
        objective,
        f"{each.member}: this tolerance can never pass {_by(each)}: code that is exactly as fast "
        f"leaves up to {detect * 100:.2g} % worse not excluded",
        f"the smallest that can is a {wider}{other}",
    )


def _by(each: Ahead) -> str:
    repeats = f"with {each.budget.repeat.maximum} repeats"
    if each.together:
        return f"{repeats} of both trees"
    of = f"the spread of {each.known.runs} stored runs" if each.known.runs else "the stated spread"
    return f"{repeats} and {of}"


def _no_headroom(each: Ahead, limit: float) -> Iterator[Problem]:
    objective, repeats = each.objective, each.budget.repeat.maximum
    found = prospect(each.known, limit, sign(objective), repeats, each.limit_errors)
    if found.decidable:
        return
    value = show(each.base, objective.dimension)
    yield problem_at(
        each.spec.root,
        objective,
        f"{each.member}: this limit has no headroom: the last stored runs lie at {value}, so near "
        f"to {show(limit, objective.dimension)} that {repeats} repeats cannot tell the side",
        "expected a limit that is further off than its runs vary: move it, or raise `repeat:`",
    )
