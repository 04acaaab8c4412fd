"""Where a level bends into a drift, or a drift into a level, without a step between them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gate.core.trend.fit import Sums

_REACH = 40
_STEP = 30.0
"""A jump at the cut whose square is beyond so many times its variance is a step, not a bend."""


def bend(
    values: Sequence[float], around: tuple[int, int, int], noise: float, *, falls: bool
) -> int:
    """The first run after the bend; the cut as it is where the two sides do not meet.

    `around` are the begin of the first stretch, the cut and the end of the second. `falls` says
    that the first one drifts. A continuous fit knows the place better than two that ignore each
    other: a line that starts anywhere may begin some runs early or late at no cost.
    """
    first, cut, end = around
    if _is_step(values, around, noise, falls=falls):
        return cut
    places = range(max(first + 2, cut - _REACH), min(end - 2, cut + _REACH + 1))
    stretch = values[first:end]
    costs = ((_unexplained(stretch, place - first, falls=falls), place) for place in places)
    return min(costs, default=(0.0, cut))[1]


def _is_step(
    values: Sequence[float], around: tuple[int, int, int], noise: float, *, falls: bool
) -> bool:
    first, cut, end = around
    sums = Sums(values)
    left = (sums.line if falls else sums.level)(first, cut)
    right = (sums.level if falls else sums.line)(cut, end)
    gap = right.at(cut - 0.5) - left.at(cut - 0.5)
    parts = ((left.n, falls), (right.n, not falls))
    error = sum(noise * (4 if slopes else 1) / n for n, slopes in parts)
    return gap * gap > _STEP * error


def _unexplained(values: Sequence[float], place: int, *, falls: bool) -> float:
    """What is left of the squares by a level and a line that meet just before `place`."""
    at = place - 0.5
    hinge = [min(0.0, t - at) if falls else max(0.0, t - at) for t in range(len(values))]
    n = len(values)
    mean_h, mean_y = math.fsum(hinge) / n, math.fsum(values) / n
    hh = math.fsum((h - mean_h) ** 2 for h in hinge)
    hy = math.fsum((h - mean_h) * (y - mean_y) for h, y in zip(hinge, values, strict=True))
    yy = math.fsum((y - mean_y) ** 2 for y in values)
    return yy - hy * hy / hh if hh > 0 else yy
