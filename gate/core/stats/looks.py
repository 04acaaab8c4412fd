"""Group-sequential looks: how much of an error may be spent each time that the data are asked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from gate.core.stats.special import normal_quantile

_POINTS = 160
_REACH = 9.0


def spent(error: float, part: float) -> float:
    """The error that may be spent when `part` of the units is there, 0 < part <= 1.

    Lan and DeMets' spending function that resembles O'Brien and Fleming's boundary (1983).
    """
    return 2 * _upper(-normal_quantile(error / 2) / math.sqrt(part))


@lru_cache(maxsize=512)
def nominal_levels(looks: tuple[int, ...], error: float) -> tuple[float, ...]:
    """The one-sided level of each look, so that all looks together err with `error`.

    The boundaries of a Brownian motion seen at `looks` by recursive numerical integration
    (Armitage, McPherson and Rowe 1969); used as levels of Student's t, the significance level
    approach (Jennison and Turnbull 2000, §4.4).
    """
    levels: list[float] = []
    density: _Density | None = None
    done = 0.0
    for look in looks:
        target = spent(error, look / looks[-1]) - done
        done += target
        bound = _find(density, look, target)
        levels.append(_upper(bound))
        density = _Density.at(density, look, bound)
    return tuple(levels)


class _Density:
    """The sub-density of the score at one look, of the paths that crossed no bound before."""

    def __init__(self, look: int, grid: Sequence[float], weights: Sequence[float]) -> None:
        self.look, self.grid, self.weights = look, grid, weights

    @classmethod
    def at(cls, before: _Density | None, look: int, bound: float) -> _Density:
        """Integrate the step from the look before up to this look's bound (Simpson's rule)."""
        root = math.sqrt(look)
        low, high = -_REACH * root, bound * root
        step = (high - low) / _POINTS
        grid = [low + step * i for i in range(_POINTS + 1)]
        simpson = [1.0, *([4.0, 2.0] * (_POINTS // 2))[: _POINTS - 1], 1.0]
        heights = [_height(before, look, at) for at in grid]
        weights = [h * s * step / 3 for h, s in zip(heights, simpson, strict=True)]
        return cls(look, grid, weights)

    def beyond(self, look: int, bound: float) -> float:
        """The chance to lie beyond `bound` (in standard errors) at a later look."""
        root, gap = bound * math.sqrt(look), math.sqrt(look - self.look)
        return math.fsum(
            weight * _upper((root - at) / gap)
            for at, weight in zip(self.grid, self.weights, strict=True)
        )


def _height(before: _Density | None, look: int, at: float) -> float:
    if before is None:
        return math.exp(-at * at / (2 * look)) / math.sqrt(2 * math.pi * look)
    gap = look - before.look
    scale = 1 / math.sqrt(2 * math.pi * gap)
    return scale * math.fsum(
        weight * math.exp(-((at - x) ** 2) / (2 * gap))
        for x, weight in zip(before.grid, before.weights, strict=True)
    )


def _find(before: _Density | None, look: int, target: float) -> float:
    """The bound at this look beyond which lies the target."""
    if before is None:
        return _crossing(_upper, target)
    return _crossing(lambda bound: before.beyond(look, bound), target)


def _crossing(chance: Callable[[float], float], target: float) -> float:
    low, high = -_REACH, _REACH
    for _ in range(60):
        middle = (low + high) / 2
        if chance(middle) > target:
            low = middle
        else:
            high = middle
    return high


def _upper(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2
