"""What awaits the limits on shares, from the events and trials of stored runs."""

from __future__ import annotations

from collections.abc import Iterator

from gate.app.prospects import limit_errors, stored_units
from gate.core.compare.share_power import share_prospect
from gate.core.judge.sides import sign
from gate.core.metric import Kind
from gate.core.past import Past
from gate.core.units import show_ratio
from gate.spec import Budget, Spec


def share_lines(spec: Spec, budget: Budget, earlier: tuple[Past, ...]) -> Iterator[str]:
    """The headroom of each limit on a share, and how often a run is undecided and blocked."""
    for objective in budget.objectives:
        limit = objective.limit
        if objective.kind is not Kind.PROPORTION or limit is None or not 0 < limit.fail < 1:
            continue
        errors = limit_errors(spec.promises.policy, budget)
        for member, units in stored_units(objective, earlier).items():
            runs = [each.counts for each in units if each.counts]
            if not runs:
                yield f"  {member}: limit, what is left of it shows after the first stored run\n"
                continue
            found = share_prospect(runs, limit.fail, sign(objective), errors)
            blocked = show_ratio(found.undecided).removeprefix("+")
            room = f"headroom {show_ratio(found.headroom)}"
            yield f"  {member}: limit, {room}, undecided and blocked in {blocked} of runs\n"
