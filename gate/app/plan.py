"""What a check would do, in words, before it does it."""

from __future__ import annotations

from collections.abc import Mapping

from gate.app.against import against
from gate.app.before import before
from gate.app.history import named, pasts
from gate.app.prospects import lines as prospect_lines
from gate.app.prospects import prospects, refuse_hopeless
from gate.app.refusals import refuse_impossible
from gate.app.select import base_commit, objectives_of, select
from gate.app.shards import lines as shard_lines
from gate.app.share_prospects import share_lines
from gate.app.workspace import Workspace
from gate.core.counted import counted
from gate.core.past import Past
from gate.core.units import Dimension, show
from gate.errors import UsageError
from gate.reports.sentences import RUNGS
from gate.spec import Budget


def plan(workspace: Workspace) -> str:
    """The plan as text: budgets in the order they run, repeats, estimates, the baseline.

    Raises `SpecProblemsError` for promises that it could never show to be kept, and `UsageError`
    where it could not be measured in the time that the policy allows.
    """
    base = base_commit(workspace)
    selection = select(workspace, base)
    beside = against(workspace, selection, base, before(workspace, base))
    twice = beside.budgets if beside else frozenset()
    earlier = _earlier(workspace)
    seconds = unit_seconds(earlier)
    refuse_impossible(workspace.spec)
    refuse_too_long(workspace, selection.budgets, twice)
    ahead = {
        budget.name: prospects(workspace.spec, budget, earlier, twice) for budget in selection.all
    }
    refuse_hopeless(tuple(each for found in ahead.values() for each in found))
    lines = []
    for budget in selection.budgets:
        lines.append(_line(workspace, budget, seconds))
        lines.extend(prospect_lines(ahead[budget.name]))
        lines.extend(share_lines(workspace.spec, budget, earlier))
        for watcher in selection.observers.get(budget.name, ()):
            lines.append(f"  observed by {watcher.name}: {_objectives(workspace, watcher)}\n")
            lines.extend(prospect_lines(ahead[watcher.name]))
            lines.extend(share_lines(workspace.spec, watcher, earlier))
    skipped = sorted({entry.objective.partition("/")[0] for entry in selection.skipped})
    lines.extend(shard_lines(workspace, skipped))
    for name in skipped:
        reason = next(e.reason for e in selection.skipped if e.objective.startswith(f"{name}/"))
        lines.append(f"{name}: skipped, {reason.sentence}\n")
    if beside is not None:
        both = ", ".join(b.name for b in selection.budgets if b.name in twice)
        lines.append(
            f"against: {beside.revision} (commit {beside.sha[:12]}) is measured in turn: {both}\n"
        )
    if not workspace.request.against:
        lines.append(_baseline(workspace, earlier))
    lines.append(_total(selection.budgets, seconds, workspace, twice))
    return "".join(lines)


def refuse_too_long(
    workspace: Workspace, budgets: tuple[Budget, ...], twice: frozenset[str]
) -> None:
    """Refuse a check whose minimum cannot fit `policy.time`; earlier runs give the estimate.

    The budgets of `twice` are measured on the base too. What was never measured only adds to it.
    Raises `UsageError` (exit 2) with the estimate.
    """
    total, unknown = _estimate(budgets, unit_seconds(_earlier(workspace)), twice)
    allowed = workspace.spec.promises.policy.time
    if total > allowed:
        more = f" and those of {', '.join(unknown)}" if unknown else ""
        raise UsageError(
            f"the minimum repeats take about {show(total, Dimension.TIME)}{more}, "
            f"but `time:` in budgets/policy.yml allows {show(allowed, Dimension.TIME)}",
            hint="raise `time:`, lower `repeat:`, or choose budgets with --only",
        )


def expected(
    budgets: tuple[Budget, ...], workspace: Workspace, twice: frozenset[str] = frozenset()
) -> float:
    """Seconds that the minimum of these budgets took before; 0 where one was never measured."""
    total, unknown = _estimate(budgets, unit_seconds(_earlier(workspace)), twice)
    return 0.0 if unknown else total


def unit_seconds(earlier: tuple[Past, ...]) -> dict[str, float]:
    """Seconds of one unit by budget, from the nearest earlier run that measured it."""
    found: dict[str, float] = {}
    for past in reversed(earlier):
        for measurement in past.run.measurements:
            took = [unit.seconds for unit in measurement.units if unit.seconds > 0]
            if took:
                found[measurement.objective.partition("/")[0]] = sum(took) / len(took)
    return found


def _earlier(workspace: Workspace) -> tuple[Past, ...]:
    reference = workspace.request.baseline
    if reference:
        return named(workspace.store, workspace.repo, workspace.commit, reference)
    return pasts(workspace.store, workspace.commit, before="9999")


def _line(workspace: Workspace, budget: Budget, seconds: Mapping[str, float]) -> str:
    repeat = budget.repeat
    fixed = repeat.minimum == repeat.maximum
    often = f"{'' if fixed else f'{repeat.minimum} to '}{counted(repeat.maximum, 'repeat')}"
    took = seconds.get(budget.name)
    each = f", about {show(took, Dimension.TIME)} each" if took else ""
    service = f" on service {budget.service}" if budget.service else ""
    what = _objectives(workspace, budget)
    return f"{budget.name}: {budget.runner.name}{service}, {often}{each}: {what}\n"


def _objectives(workspace: Workspace, budget: Budget) -> str:
    return counted(len(objectives_of(budget, workspace.spec.promises.objectives)), "objective")


def _baseline(workspace: Workspace, earlier: tuple[Past, ...]) -> str:
    if not earlier:
        return f"baseline: none comparable by commit in {workspace.store.where}\n"
    nearest = earlier[0]
    distance = nearest.distance
    away = f"{counted(distance, 'commit')} away" if distance else "this very commit"
    reach = counted(len(earlier), "run")
    return (
        f"baseline: run {nearest.run.id} of commit {nearest.run.commit.sha[:12]} "
        f"({RUNGS.get(nearest.rung, nearest.rung)}, {away}), {reach} in reach\n"
    )


def _total(
    budgets: tuple[Budget, ...],
    seconds: Mapping[str, float],
    workspace: Workspace,
    twice: frozenset[str],
) -> str:
    total, unknown = _estimate(budgets, seconds, twice)
    rest = f", without {', '.join(unknown)} (never measured here)" if unknown else ""
    allowed = show(workspace.spec.promises.policy.time, Dimension.TIME)
    return f"time: about {show(total, Dimension.TIME)} for the minimum{rest}; {allowed} allowed\n"


def _estimate(
    budgets: tuple[Budget, ...], seconds: Mapping[str, float], twice: frozenset[str]
) -> tuple[float, list[str]]:
    unknown = [budget.name for budget in budgets if budget.name not in seconds]
    total = sum(
        b.repeat.minimum * seconds[b.name] * (2 if b.name in twice else 1)
        for b in budgets
        if b.name in seconds
    )
    return total, unknown
