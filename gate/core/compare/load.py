"""Load signals: whether a system under load kept up, told by the load alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

QUEUEING = 0.15
"""From this lag-1 autocorrelation of log latency on, requests wait for one another."""

_LOST = 0.005
_ENOUGH = 100


def saturated(latencies: Sequence[float], *, dropped: int = 0) -> bool:
    """Whether a run shows a queue: requests in order that wait for one another, or are dropped.

    Behind a server that keeps up, one request's latency says next to nothing about the next one's
    (measured: at most 0.07 over I/O-bound runs, 0.24 and more on an overloaded machine). `dropped`
    counts iterations that the load generator could not start; half a per cent is too many.
    """
    if dropped > _LOST * (len(latencies) + dropped):
        return True
    return len(latencies) >= _ENOUGH and autocorrelation(latencies) > QUEUEING


def autocorrelation(latencies: Sequence[float]) -> float:
    """The lag-1 autocorrelation of log latency, 0 where nothing varies; latencies above zero."""
    logs = [math.log(value) for value in latencies if value > 0]
    if len(logs) < 3:
        return 0.0
    mean = math.fsum(logs) / len(logs)
    apart = [value - mean for value in logs]
    total = math.fsum(value * value for value in apart)
    if total <= 0:
        return 0.0
    return math.fsum(a * b for a, b in pairwise(apart)) / total
