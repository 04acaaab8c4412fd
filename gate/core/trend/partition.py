"""A history cut into stretches that each keep a level or drift along a line.

Optimal partitioning (Jackson et al. 2005, arXiv math/0309285): the cuts with the least sum of
squares, each cut and each slope at a price. Unlike E-divisive (Matteson and James 2014, arXiv
1306.4933; MongoDB, Daly et al. 2020) and Hunter (Fleming et al. 2023, arXiv 2301.03034) it is exact
and deterministic, takes no neighbour's window, and knows drifts, which means alone cut into stairs.
The prices make it find a change in about one of a hundred histories without one: measured by
bench/trends.py for 20 to 1000 runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from gate.core.trend.bend import bend
from gate.core.trend.fit import Line, Sums
from gate.core.trend.noise import held, variance

SHORTEST = 3
"""So many runs make a level: a change shows from its third run on."""
SHORTEST_DRIFT = 8
_FINE = 160
_COARSE = 80


def partition(values: Sequence[float]) -> tuple[Line, ...]:
    """The stretches of a history, oldest first; one where nothing changes, none of nothing."""
    if len(values) < 2 * SHORTEST:
        return (Sums(values).level(0, len(values)),) if values else ()
    near = held(values)
    noise = variance(near)
    if noise <= 0:
        return (Sums(values).level(0, len(values)),)
    sums = Sums(near)
    edges = _edges(len(values))
    found = _cheapest(sums, edges, noise)
    if len(edges) <= len(values):
        found = _cheapest(sums, _closer(edges, found), noise)
    return _settled(sums, found, near, noise)


def _edges(n: int) -> list[int]:
    """Where cuts may be: between all of the newest runs, between groups of the oldest."""
    if n <= _FINE + _COARSE:
        return list(range(n + 1))
    old = n - _FINE
    step = math.ceil(old / _COARSE)
    return [*range(0, old, step), *range(old, n + 1)]


def _closer(edges: list[int], found: list[Line]) -> list[int]:
    """Every place near a cut that was found between groups of runs."""
    last = edges[-1]
    step = edges[1] - edges[0]
    near = (range(max(0, line.first - step), line.first + step + 1) for line in found)
    places = {0, last, *range(max(0, last - _FINE), last), *(at for row in near for at in row)}
    return sorted(at for at in places if at <= last)


def _prices(n: int) -> tuple[float, float]:
    """What a cut and a slope cost, in units of the noise: more where more could be chosen from."""
    size = math.log(max(n, 20))
    return 7.0 + 2.2 * size, 5.0 + 1.6 * size


def _cheapest(sums: Sums, edges: list[int], noise: float) -> list[Line]:
    cut, slope = _prices(edges[-1])
    best = [-cut] + [math.inf] * (len(edges) - 1)
    last: list[tuple[int, bool]] = [(0, False)] * len(edges)
    y, yy, ty = sums.y, sums.yy, sums.ty
    for j in range(1, len(edges)):
        end = edges[j]
        for i in range(j):
            first = edges[i]
            n = end - first
            if n < SHORTEST:
                break
            total = y[end] - y[first]
            price = best[i] + cut + (yy[end] - yy[first] - total * total / n) / noise
            if price < best[j]:
                best[j], last[j] = price, (i, False)
            if n >= SHORTEST_DRIFT:
                along = ty[end] - ty[first] - (first + end - 1) / 2 * total
                price += slope - 12 * along * along / (n * (n * n - 1)) / noise
                if price < best[j]:
                    best[j], last[j] = price, (i, True)
    found = []
    j = len(edges) - 1
    while j > 0:
        i, drifts = last[j]
        fit = sums.line if drifts else sums.level
        found.append(fit(edges[i], edges[j]))
        j = i
    return found[::-1]


def _settled(
    sums: Sums, found: list[Line], values: Sequence[float], noise: float
) -> tuple[Line, ...]:
    """The same stretches with each cut at its best place, and fitted anew."""
    cuts = [line.first for line in found]
    kinds = [line.slope != 0 for line in found]
    for at in range(1, len(found)):
        end = cuts[at + 1] if at + 1 < len(found) else len(values)
        around = (cuts[at - 1], cuts[at], end)
        cuts[at] = _best_cut(sums, around, (kinds[at - 1], kinds[at]))
        if kinds[at - 1] != kinds[at]:
            cuts[at] = bend(values, (cuts[at - 1], cuts[at], end), noise, falls=kinds[at - 1])
    ends = [*cuts[1:], len(values)]
    return tuple(
        (sums.line if drifts else sums.level)(first, end)
        for first, end, drifts in zip(cuts, ends, kinds, strict=True)
    )


def _best_cut(sums: Sums, around: tuple[int, int, int], drifts: tuple[bool, bool]) -> int:
    """Where between two stretches the cut leaves least unexplained."""
    first, now, end = around
    least = [SHORTEST_DRIFT if drift else SHORTEST for drift in drifts]
    fits = [sums.line if drift else sums.level for drift in drifts]
    places = range(max(first + least[0], now - 60), min(end - least[1], now + 60) + 1)
    return min(
        places,
        key=lambda cut: fits[0](first, cut).rss + fits[1](cut, end).rss,
        default=now,
    )
