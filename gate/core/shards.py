"""A check that is measured in several runs: which part of it a run holds, and what is absent.

Every shard knows the whole split, so that what was not handed in is missing by name: judging three
of four shards never opens a gate.
"""

from __future__ import annotations

from dataclasses import replace

from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Environment, Measurement, Missing, Part, Run, Shards


def environment_of(run: Run, budget: str) -> Environment:
    """Where a budget was measured: shards of one check may differ in that."""
    parts = run.shards.parts if run.shards is not None else ()
    return next((part.environment for part in parts if budget in part.budgets), run.environment)


def confirms(run: Run, budget: str) -> bool:
    """Whether a stored baseline only makes suspect what this budget measured."""
    if run.confirmation is None:
        return False
    parts = run.shards.parts if run.shards is not None else ()
    own = [part for part in parts if budget in part.budgets]
    return all(part.confirms for part in own)


def budgets_here(run: Run) -> tuple[str, ...]:
    """The budgets that a run was asked for, and was to measure itself."""
    skipped = {entry.objective for entry in run.skipped}
    asked = (o.budget for o in run.promises.objectives if o.id not in skipped)
    return tuple(name for name in dict.fromkeys(asked) if not _elsewhere(run, name))


def part_here(run: Run) -> float:
    """The part of a check's alarm rate that belongs to the budgets which are here, by weight."""
    if run.shards is None:
        return 1.0
    given = dict(run.promises.weights)
    skipped = {entry.objective for entry in run.skipped}
    compared = {
        o.budget
        for o in run.promises.objectives
        if (o.tolerance is not None or o.drift is not None) and o.id not in skipped
    }
    here = compared & set(budgets_here(run))
    whole = sum(given.get(name, 1.0) for name in sorted(compared))
    return sum(given.get(name, 1.0) for name in sorted(here)) / whole if here else 1.0


def with_absent(run: Run) -> Run:
    """The run with everything missing that a shard or a load generator was to measure elsewhere.

    What only some of a shard's load generators measured is not the load that was asked for.
    """
    if run.shards is None:
        return run
    skipped = {entry.objective for entry in run.skipped}
    gone = {
        o.id: Missing(o.id, o.sli, reason)
        for o in run.promises.objectives
        if o.id not in skipped and (reason := _absence(run.shards, o)) is not None
    }
    return replace(
        run,
        measurements=tuple(m for m in run.measurements if m.objective not in gone),
        missing=(*(m for m in run.missing if m.objective not in gone), *gone.values()),
    )


def told(run: Run) -> tuple[str, ...]:
    """Of which runs a check was made, in sentences; nothing of one that is whole."""
    shards = run.shards
    if shards is None:
        return ()
    found = [f"made of {_part(part, shards)}" for part in shards.parts]
    return (*found, *(f"absent: {each}" for each in _absent(shards)))


def name_of(part: Part, shards: Shards) -> str:
    """What people call a part: `shard 2 of 4, load generator 1 of 3`; "" for a run of no shard."""
    words = []
    if shards.split and len(shards.split) > 1:
        words.append(f"shard {part.shard} of {len(shards.split)}")
    if shards.generators > 1:
        words.append(f"load generator {part.generator} of {shards.generators}")
    return ", ".join(words)


def generator_of(run: Run) -> int:
    """Which of several load generators a run is; 0 where it is not one alone."""
    shards = run.shards
    if shards is None or shards.generators == 1 or len(shards.parts) > 1:
        return 0
    return shards.parts[0].generator


def of_budget(measurement: Measurement | Missing) -> str:
    """The budget that a measurement, or what is missing, belongs to."""
    return measurement.objective.partition("/")[0]


def _elsewhere(run: Run, budget: str) -> bool:
    if run.shards is None:
        return False
    return not any(budget in part.budgets for part in run.shards.parts)


def _absence(shards: Shards, objective: Objective) -> Reason | None:
    """Why nothing that is here answers an objective, None where something does."""
    for number, budgets in enumerate(shards.split, start=1):
        if objective.budget not in budgets:
            continue
        lacking = _lacking(shards, number)
        if not lacking:
            return None
        detail = ", ".join(_label(shards, number, generator) for generator in lacking)
        if len(lacking) == shards.generators:
            detail = f"shard {number} of {len(shards.split)}"
        return because(Code.OTHER_SHARD, detail=detail)
    return (
        None
        if not shards.split
        else because(Code.OTHER_SHARD, detail=f"a shard with {objective.budget}")
    )


def _lacking(shards: Shards, number: int) -> list[int]:
    """The load generators of a shard that are not here."""
    here = {part.generator for part in shards.parts if part.shard == number}
    return [each for each in range(1, shards.generators + 1) if each not in here]


def _absent(shards: Shards) -> list[str]:
    return [
        f"{_label(shards, number, generator)} ({', '.join(budgets) or 'nothing to measure'})"
        for number, budgets in enumerate(shards.split, start=1)
        for generator in _lacking(shards, number)
    ]


def _label(shards: Shards, number: int, generator: int) -> str:
    return name_of(Part("", "", (), Environment(), number, generator), shards)


def _part(part: Part, shards: Shards) -> str:
    name = name_of(part, shards)
    what = ", ".join(part.budgets) or "nothing to measure"
    where = dict(part.environment.facts).get("cpu", "")
    return f"{name or 'run'} {part.run_id}: {what}{f', on {where}' if where else ''}"
