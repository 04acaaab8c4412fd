"""Whether the whole run moved: another host or a reboot shifts everything, a change does not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from gate.core.compare.case import Case, Design
from gate.core.compare.estimate import Estimate
from gate.core.metric import Kind
from gate.core.stats.evidence import Scale

MANY = 20
BUDGETS = 3
"""So many timing objectives over so many budgets show a shift that they share."""

_LEAST = math.log(1.01)
_SAME_WAY = 0.7
_SURE = 4.0


def moved(cases: Sequence[Case], estimates: Sequence[Estimate]) -> float:
    """The shift on the log scale that all stored timings share, 0.0 where the run did not move.

    The median worsening has to reach 1 %, seven of ten objectives have to move the same way, and
    it has to lie four standard errors of a median away from nothing (for reference benchmarks, also
    four of what their own units leave open). Fewer than twenty objectives
    or three named budgets cannot tell a machine from a change; a reference benchmark can.
    """
    stored = [
        (case, found)
        for case, found in zip(cases, estimates, strict=True)
        if case.design is Design.STORED and case.kind is Kind.TIMING and found.scale is Scale.RATIO
    ]
    outside = [(case.sign * found.worsening, found) for case, found in stored if case.reference]
    if outside:
        noise = [found.spread.variance * found.per for _, found in outside]
        error = math.sqrt(math.fsum(noise)) / len(noise)
        return _shift([change for change, _ in outside], least=1, error=error)
    budgets = {case.budget for case, _ in stored}
    if len(budgets) < BUDGETS and budgets != {""}:
        return 0.0
    return _shift([case.sign * found.worsening for case, found in stored], least=MANY)


def _shift(changes: Sequence[float], least: int, error: float = 0.0) -> float:
    if len(changes) < least:
        return 0.0
    middle = median(changes)
    same_way = sum(change * middle > 0 for change in changes) / len(changes)
    if abs(middle) < _LEAST or same_way < _SAME_WAY:
        return 0.0
    scatter = 1.4826 * median(abs(change - middle) for change in changes)
    error = max(error, 1.2533 * scatter / math.sqrt(len(changes)))
    return middle if abs(middle) > _SURE * error else 0.0
