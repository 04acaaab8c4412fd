"""Which part of a check this run measures. Every shard finds the same split by itself.

So the split rests on nothing but the budgets that are committed: neither the machine nor what is
stored changes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gate.app.workspace import Share, Workspace
from gate.core.run import BaseTree, Confirmation, Measurement, Part, Run, Shards
from gate.errors import UsageError
from gate.seams.runner import LoadGenerator
from gate.spec import Budget

_SECONDS = {"bundle": 1, "command": 5, "pytest-benchmark": 10, "lighthouse": 20, "k6": 30}
"""About what a unit takes where nothing is stored; only the balance of shards rests on it."""
_UNKNOWN = 10

Split = tuple[tuple[str, ...], ...]
"""The budgets of each shard, by name."""


def split(budgets: Iterable[Budget], shards: int) -> Split:
    """The budgets over so many shards, the longest first, each to the shard with the least so far.

    What observes a budget stays with it. Shards beyond the number of budgets are empty.
    """
    budgets = tuple(budgets)
    groups = {b.name: [b.name] for b in budgets if not b.during}
    for budget in budgets:
        if budget.during:
            groups[budget.during].append(budget.name)
    longest = sorted((b for b in budgets if not b.during), key=lambda b: (-_seconds(b), b.name))
    taken = [0.0] * shards
    found: list[list[str]] = [[] for _ in range(shards)]
    for budget in longest:
        least = taken.index(min(taken))
        taken[least] += _seconds(budget)
        found[least].extend(groups[budget.name])
    return tuple(tuple(sorted(names)) for names in found)


def _seconds(budget: Budget) -> float:
    return budget.repeat.minimum * _SECONDS.get(budget.runner.name, _UNKNOWN)


def own(workspace: Workspace, chosen: Iterable[Budget]) -> tuple[Budget, ...]:
    """Of the budgets that the check measures those of this shard."""
    shard = workspace.request.shard
    chosen = tuple(chosen)
    names = split(chosen, shard.of)[shard.number - 1]
    found = tuple(budget for budget in chosen if budget.name in names)
    if workspace.request.generator.of > 1:
        _refuse_unshared(workspace, found)
    return found


def _refuse_unshared(workspace: Workspace, budgets: Iterable[Budget]) -> None:
    """Refuse load generators where their units would not be one load on one system."""
    started = {service.name for service in workspace.spec.services if service.command}
    for budget in budgets:
        if budget.during:
            raise UsageError(
                f"--generator: {budget.name} observes {budget.during}, and sees the load of all "
                "generators in each of them",
                hint="choose budgets with --only, and observe them in a check of their own",
            )
        if not isinstance(budget.runner, LoadGenerator):
            raise UsageError(
                f"--generator: {budget.name} is measured by {budget.runner.name}, which makes no "
                "load that several could share",
                hint="choose the budgets that load with --only; --shard splits any check",
            )
        if budget.service in started:
            raise UsageError(
                f"--generator: {budget.name} uses the service {budget.service}, and every run "
                "would start one of its own",
                hint="load generators share a system that runs already: a service without a "
                "`command:` in budgets/services.yml",
            )


def as_shard(workspace: Workspace, run: Run) -> Run:
    """The run as a part of its check, with the whole split; units say who measured them."""
    shard, generator = workspace.request.shard, workspace.request.generator
    if shard.of == generator.of == 1:
        return run
    left_out = {entry.objective.partition("/")[0] for entry in run.skipped}
    chosen = (budget for budget in workspace.spec.budgets if budget.name not in left_out)
    whole = split(chosen, shard.of)
    part = Part(
        run.id,
        run.started,
        whole[shard.number - 1],
        run.environment,
        shard.number,
        generator.number,
        confirms=run.confirmation is not None,
    )
    return replace(
        run,
        measurements=_marked(run.measurements, shard, generator),
        base=run.base and _marked_base(run.base, shard, generator),
        confirmation=run.confirmation and _marked_again(run.confirmation, shard, generator),
        shards=Shards(whole, generator.of, (part,)),
    )


def _marked(
    measurements: Iterable[Measurement], shard: Share, generator: Share
) -> tuple[Measurement, ...]:
    """Units with who measured them; the load of more generators is another series."""
    one, two = (f"{s.number}/{s.of}" if s.of > 1 else "" for s in (shard, generator))
    more = (("load generators", str(generator.of)),) if generator.of > 1 else ()
    return tuple(
        replace(
            m,
            units=tuple(replace(u, shard=one, generator=two) for u in m.units),
            shape=(*m.shape, *more),
        )
        for m in measurements
    )


def _marked_base(base: BaseTree, shard: Share, generator: Share) -> BaseTree:
    return replace(base, measurements=_marked(base.measurements, shard, generator))


def _marked_again(fresh: Confirmation, shard: Share, generator: Share) -> Confirmation:
    base = fresh.base and _marked_base(fresh.base, shard, generator)
    return replace(fresh, measurements=_marked(fresh.measurements, shard, generator), base=base)


def record_name(workspace: Workspace) -> str:
    """The file of the run: the records of all shards can lie in one folder."""
    shard, generator = workspace.request.shard, workspace.request.generator
    words = [f"{shard.number}-of-{shard.of}"] if shard.of > 1 else []
    if generator.of > 1:
        words.append(f"generator-{generator.number}-of-{generator.of}")
    return f"run{''.join(f'-{word}' for word in words)}.json"


def lines(workspace: Workspace, skipped: Iterable[str]) -> tuple[str, ...]:
    """What the plan says of the shards of a check that skips these budgets."""
    shard = workspace.request.shard
    if shard.of == 1:
        return ()
    left_out = set(skipped)
    chosen = (budget for budget in workspace.spec.budgets if budget.name not in left_out)
    return tuple(
        f"shard {number} of {shard.of}{' (this one)' if number == shard.number else ''}: "
        f"{', '.join(names) or 'nothing to measure'}\n"
        for number, names in enumerate(split(chosen, shard.of), start=1)
    )
