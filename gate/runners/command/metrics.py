"""What a command can be asked for."""

from __future__ import annotations

from gate.core.metric import Better, Kind, Metric
from gate.core.units import Dimension

_OF_RUNS = ("median", "mean", "min", "max")

TIME = Metric(
    "time",
    Dimension.TIME,
    Better.LOWER,
    Kind.TIMING,
    _OF_RUNS,
    "median",
    summary="seconds from the start of the command to its end",
)
CPU_TIME = Metric(
    "cpu_time",
    Dimension.TIME,
    Better.LOWER,
    Kind.TIMING,
    _OF_RUNS,
    "median",
    summary="seconds of processor time, its own and of all that it started and waited for",
)
RSS = Metric(
    "rss",
    Dimension.SIZE,
    Better.LOWER,
    Kind.COUNTED,
    ("max",),
    "max",
    summary="peak memory of its largest process; below the some ten MB of the Python that starts "
    "it nothing can be told, the report says how many",
)
INSTRUCTIONS = Metric(
    "instructions",
    Dimension.NUMBER,
    Better.LOWER,
    Kind.COUNTED,
    ("mean",),
    "mean",
    summary="instructions of the command and all that it starts, counted by valgrind's cachegrind "
    "or perf, hash seed and address layout pinned",
)
METRICS = (TIME, CPU_TIME, RSS, INSTRUCTIONS)
TIMED = frozenset({TIME.name, CPU_TIME.name, RSS.name})
