"""How much values of one history scatter about their level, whatever levels there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

_MAD = 1.4826
_HELD = 4.0
_CUT = 3.0
_AROUND = 3
_MOST = 0.7


def held(values: Sequence[float]) -> list[float]:
    """The values, each near the median of the seven around it: one odd run is no change.

    Near is within four robust standard deviations; what stays for two runs and more is let through.
    """
    sd = math.sqrt(_scatter(values, 1))
    if sd <= 0 or len(values) < 2 * _AROUND:
        return list(values)
    found = []
    for at, value in enumerate(values):
        middle = median(values[max(0, at - _AROUND) : at + _AROUND + 1])
        found.append(min(middle + _HELD * sd, max(middle - _HELD * sd, value)))
    return found


def variance(values: Sequence[float]) -> float:
    """The variance that a mean of many values goes by: n times that of a mean of n.

    From differences of neighbours, which levels and drifts leave alone (von Neumann 1941), held
    against odd runs. Neighbours that resemble each other, as runs on hosted machines do, say too
    little: what differences over two and three runs have more than those over one is an
    autocorrelation, for which it is enlarged as for an autoregression of first order.
    """
    near = _scatter(values, 1)
    if near <= 0:
        return 0.0
    # Of an autoregression with φ the ratio is (1 - φ²)/(1 - φ) over two, 1 + φ + φ² over three.
    over = [_scatter(values, lag, trimmed=True) for lag in (1, 2, 3)]
    ratio = (over[1] + over[2]) / 2 / over[0] if over[0] > 0 else 1.0
    excess = ratio - 1 - 2.0 / math.sqrt(len(values))
    phi = min(_MOST, max(0.0, (math.sqrt(1 + 2 * excess) - 1) if excess > 0 else 0.0))
    return near * (1 + phi) / (1 - phi) ** 2


def _scatter(values: Sequence[float], lag: int, *, trimmed: bool = False) -> float:
    """Half the mean square of differences over `lag`, held within robust bounds or cut there.

    A step shows in as many differences as the lag is long, so that only cut ones can be compared.
    """
    gaps = [b - a for a, b in zip(values, values[lag:], strict=False)]
    if len(gaps) < 2:
        return 0.0
    middle = median(gaps)
    sd = _MAD * median(abs(gap - middle) for gap in gaps)
    most = _HELD * sd if sd > 0 else math.inf
    if trimmed:
        gaps = [gap for gap in gaps if abs(gap - middle) <= most * _CUT / _HELD]
    squares = math.fsum(min(abs(gap - middle), most) ** 2 for gap in gaps)
    return squares / max(1, len(gaps) - 1) / 2
