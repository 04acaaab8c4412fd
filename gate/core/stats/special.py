"""Quantiles of Student's t, the normal and the beta distribution.

The incomplete beta function is Lentz's continued fraction (Press et al., Numerical Recipes, 3rd
ed., §6.4); quantiles are found by bisection. Cross-checked against SciPy in the tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300


def normal_quantile(p: float) -> float:
    """The standard normal's quantile, 0 < p < 1."""
    return _NORMAL.inv_cdf(p)


def t_cdf(t: float, df: float) -> float:
    """The chance that Student's t with `df` > 0 degrees of freedom is at most `t`."""
    square = t * t
    if square < df:  # near the middle the tail's own argument would round to one
        half = beta_cdf(square / (df + square), 0.5, df / 2) / 2
        return 0.5 + half if t > 0 else 0.5 - half
    tail = beta_cdf(df / (df + square), df / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


@lru_cache(maxsize=65536)
def t_quantile(p: float, df: float) -> float:
    """Student's t quantile, 0 < p < 1; the normal's beyond 10^7 degrees of freedom.

    Hill's approximation (CACM algorithm 396, 1970) where it holds, then Newton's steps on the
    distribution function; bisection below one degree of freedom and where a step runs away.
    """
    if df > 1e7:
        return normal_quantile(p)
    if p > 0.5:
        return -t_quantile(1 - p, df)
    return -_t_beyond(p, df) if p < 0.5 else 0.0


def _t_beyond(tail: float, df: float) -> float:
    """The t beyond which lies `tail` < 1/2, told by the tail itself: 1 - 1e-17 would be 1."""
    guess = _hill(tail, df) if df >= 1 else 0.0
    for _ in range(40):
        density = _t_density(guess, df) if 0 < guess < 1e12 else 0.0
        if density == 0:
            break
        step = (tail - t_cdf(-guess, df)) / density
        step = max(-guess / 2, min(guess / 2, step))
        guess -= step
        if abs(step) <= 1e-8 * guess:  # the next step would be its square
            return guess
    high = 1.0
    while t_cdf(-high, df) > tail:
        high *= 2
    return _bisect(lambda t: t_cdf(-t, df) > tail, 0.0, high)


def _hill(tail: float, df: float) -> float:
    a = 1 / (df - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * df
    y = (d * 2 * tail) ** (2 / df)
    if y <= 0.05 + a:
        y = (
            (1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3) + 0.5 / (df + 4)) * y
            - 1
        ) * (df + 1) / (df + 2) + 1 / y
        return math.sqrt(df * y)
    x = -normal_quantile(tail)
    y = x * x
    c += 0.3 * (df - 4.5) * (x + 0.6) if df < 5 else 0.0
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    y = a * y * y
    return math.sqrt(df * (math.expm1(y) if y > 0.002 else 0.5 * y * y + y))


def _t_density(t: float, df: float) -> float:
    log_constant = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - math.log(df * math.pi) / 2
    return math.exp(log_constant - (df + 1) / 2 * math.log1p(t * t / df))


@lru_cache(maxsize=4096)
def beta_quantile(p: float, a: float, b: float) -> float:
    """The beta distribution's quantile, 0 < p < 1, a and b > 0."""
    return _bisect(lambda x: beta_cdf(x, a, b) < p, 0.0, 1.0)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        result *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return result


def _away(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def _bisect(below: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def digamma(x: float) -> float:
    """The derivative of log gamma, x > 0: recurrence, then the asymptotic series (DLMF 5.11.2)."""
    below = 0.0
    while x < 10:
        below -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return below + math.log(x) - 0.5 / x - series


def trigamma(x: float) -> float:
    """The second derivative of log gamma, x > 0: recurrence, then the series (DLMF 5.15.8)."""
    below = 0.0
    while x < 10:
        below += 1 / (x * x)
        x += 1
    square = 1 / (x * x)
    series = square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)))
    return below + 1 / x + square / 2 + series / x


def trigamma_inverse(y: float) -> float:
    """The x > 0 with trigamma(x) = y, y > 0; it falls, so it is found by bisection."""
    low, high = 1e-8, 1.0
    while trigamma(high) > y:
        high *= 2
    return _bisect(lambda x: trigamma(x) > y, low, high)
