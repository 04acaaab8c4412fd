"""An objective with a tolerance, its baseline and head, as a case for the comparison."""

from __future__ import annotations

from collections.abc import Mapping

from gate.core.compare.answer import plain_side
from gate.core.compare.case import Case, Design, Session
from gate.core.judge.sides import sign, thin, units
from gate.core.metric import Kind
from gate.core.model import Objective, Tolerance
from gate.core.past import Baseline
from gate.core.reasons import Code, Reason, because
from gate.core.run import VARIES, Measurement
from gate.core.units import show


def tolerance_case(
    objective: Objective,
    tolerance: Tolerance,
    baseline: Baseline,
    head: Measurement,
    *,
    part: float = 1.0,
) -> Case | Reason:
    """Head against the newest session of the baseline and all runs before it, or why not.

    `part` of the error rates may be spent: earlier attempts spent the rest.
    """
    for measurement in (head, *baseline.sessions):
        if reason := thin(measurement):
            return reason
    newest = baseline.sessions[0]
    base = units(newest)
    if plain_side(base).value == 0 and _needs_floor(tolerance):
        return because(Code.ZERO_BASE)
    return Case(
        objective.id,
        objective.kind,
        sign(objective),
        tolerance,
        Design(baseline.design),
        base,
        units(head),
        _history(baseline),
        budget=objective.budget,
        weight=objective.weight,
        blocking=objective.blocking,
        part=part,
    )


def _history(baseline: Baseline) -> tuple[Session, ...]:
    """The other runs oldest first; those that the baseline may rest on are marked."""
    newest = baseline.sessions[0]
    accepted = {id(measurement) for measurement in baseline.sessions}
    return tuple(
        Session(units(measurement), id(measurement) in accepted)
        for measurement in reversed(baseline.history)
        if measurement is not newest
    )


def _needs_floor(tolerance: Tolerance) -> bool:
    """A part of zero is zero: only a floor says what is too much; `0%` needs none."""
    amount = tolerance.fail
    return amount.relative and amount.value != 0 and not tolerance.floor


def said_exactly(objective: Objective, reason: Reason, *measured: Measurement) -> Reason:
    """The refusal of an exact metric in the objective's own units, with the name of what varies."""
    facts: Mapping[str, str] = dict(reason.facts)
    if objective.kind is not Kind.EXACT or "low" not in facts:
        return reason
    low, high = (show(float(facts[end]), objective.dimension) for end in ("low", "high"))
    named = dict(fact for m in measured for fact in m.facts if fact[0] == VARIES)
    high = f"{high} ({named[VARIES]})" if named else high
    return because(Code.NOT_EXACT, metric=objective.sli, low=low, high=high)
