"""Whether what several runs measured of one budget can be put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gate.core.days import seconds_of
from gate.core.run import Environment, Measurement, Run
from gate.core.shards import of_budget
from gate.core.unite.given import Given, Refusal, pairs, shared_budgets


def clash(given: Sequence[Given]) -> Refusal | None:
    """Why the units of some budget do not belong together, None where they do."""
    for one, two in pairs(given):
        for budget in shared_budgets(one, two):
            for check in (_places, _series, _looks, _times):
                found = check(one, two, budget)
                if found is not None:
                    return found
    return _confirmations(given)


def _places(one: Given, two: Given, budget: str) -> Refusal | None:
    here, there = one.run.environment, two.run.environment
    if here.key == there.key:
        return None
    message = (
        f"{one.name} and {two.name} both measured {_asked(one.run, budget)}, "
        f"in different environments: {_differences(here, there)}"
    )
    return Refusal(
        message,
        "give each budget to one shard: `gate measure --shard 1/2` and `--shard 2/2`; "
        "or measure it on machines of one kind",
    )


def _asked(run: Run, budget: str) -> str:
    skipped = {entry.objective for entry in run.skipped}
    asked = (o for o in run.promises.objectives if o.budget == budget and o.id not in skipped)
    return next((o.id for o in asked), budget)


def _differences(one: Environment, two: Environment) -> str:
    parts = (
        f"{name} is {mine or 'unknown'} and {other or 'unknown'}"
        for name, mine, other in one.changes_to(two)
    )
    return ", ".join(parts) or "other facts are compared"


def _series(one: Given, two: Given, budget: str) -> Refusal | None:
    for mine, other in zip(_sides(one.run), _sides(two.run), strict=True):
        known = {(m.objective, m.sli): m for m in other}
        for measurement in mine:
            also = known.get((measurement.objective, measurement.sli))
            if also is None or of_budget(measurement) != budget:
                continue
            if also.series_key != measurement.series_key:
                message = (
                    f"{one.name} and {two.name} measured {budget}/{measurement.sli} differently: "
                    f"{_shapes(measurement, also)}"
                )
                return Refusal(message, "measure it in the same way, with the same tools")
    return None


def _sides(run: Run) -> tuple[Iterable[Measurement], Iterable[Measurement]]:
    return run.measurements, run.base.measurements if run.base is not None else ()


def _shapes(one: Measurement, two: Measurement) -> str:
    before, after = dict(one.shape), dict(two.shape)
    names = [n for n in sorted(before | after) if before.get(n) != after.get(n)]
    said = (f"{n} is {before.get(n, 'unknown')} and {after.get(n, 'unknown')}" for n in names)
    return ", ".join(said) or "the SLI differs"


def _looks(one: Given, two: Given, budget: str) -> Refusal | None:
    """Repeats that were measured until something was decided end where chance ended them."""
    for each in (one, two):
        fresh = each.run.confirmation.looks if each.run.confirmation is not None else ()
        again = each.run.confirmation is not None and budget in {
            name.partition("/")[0] for name in each.run.confirmation.suspects
        }
        if again or any(looks.budget == budget for looks in (*each.run.looks, *fresh)):
            message = (
                f"{one.name} and {two.name} both measured {budget}, and how often depended on "
                f"what was seen in {each.name}"
            )
            return Refusal(
                message,
                "state an exact number of repeats, as in `repeat: 5`, "
                "or give the budget to one shard",
            )
    return None


def _times(one: Given, two: Given, budget: str) -> Refusal | None:
    """Generators of one load run at the same time; clocks may differ by some seconds."""
    if one.generators == 1:
        return None
    spans = [_span(each.run) for each in (one, two)]
    known = sorted(span for span in spans if span is not None)
    if len(known) < 2:
        unknown = (one, two)[spans.index(None)]
        message = f"{unknown.name} does not say when it ran: {unknown.run.started[:40]!r}"
        return Refusal(message, "load generators of a shard have to run at the same time")
    gap = known[1][0] - known[0][1]
    if gap <= _CLOCKS:
        return None
    message = (
        f"{one.name} and {two.name} are load generators of {budget}, but did not run at the same "
        f"time: {gap:.0f} s lie between them"
    )
    return Refusal(message, "start all load generators of a shard together")


_CLOCKS = 5.0
"""By how many seconds the clocks of two machines may differ."""


def _span(run: Run) -> tuple[float, float] | None:
    """When a run began and ended, in seconds; None where it does not say so."""
    began = seconds_of(run.started)
    if began is None:
        return None
    return began, began + run.seconds


def _confirmations(given: Sequence[Given]) -> Refusal | None:
    """With a base beside head for one run of a budget and not for the other, they differ."""
    for one, two in pairs(given):
        for budget in shared_budgets(one, two):
            beside = [
                each.run.base is not None and budget in each.run.base.budgets for each in (one, two)
            ]
            if beside[0] != beside[1]:
                has, lacks = (one, two) if beside[0] else (two, one)
                message = f"{has.name} measured {budget} on the base, too, and {lacks.name} did not"
                return Refusal(message, "measure every run of it with `--against REV`, or none")
    return None
