"""What a benchmark can be asked for: its time, and witnesses that do not depend on the machine."""

from __future__ import annotations

from gate.core.metric import Better, Kind, Metric
from gate.core.units import Dimension

_TAGS = ("test", "group")

TIME = Metric(
    "time",
    Dimension.TIME,
    Better.LOWER,
    Kind.TIMING,
    ("median", "mean", "min", "max", "pNN"),
    "median",
    _TAGS,
    "test",
    "seconds of one call, over the rounds of a process; `test` is the id as pytest prints it",
)
CPU_TIME = Metric(
    "cpu_time",
    Dimension.TIME,
    Better.LOWER,
    Kind.TIMING,
    ("median", "mean", "min", "max", "pNN"),
    "median",
    _TAGS,
    "test",
    "CPU seconds of one call, of all threads of its process: without waiting, and without what "
    "others take",
)
INSTRUCTIONS = Metric(
    "instructions",
    Dimension.NUMBER,
    Better.LOWER,
    Kind.COUNTED,
    ("median", "mean"),
    "median",
    _TAGS,
    "test",
    "instructions of one call under valgrind's cachegrind, hash seed and address layout pinned: "
    "2N calls less N calls, by N, in nine layouts of memory which are the same for both trees and "
    "others in every unit; how far they differ is told with each value",
)
RSS = Metric(
    "rss",
    Dimension.SIZE,
    Better.LOWER,
    Kind.COUNTED,
    ("max",),
    "max",
    _TAGS,
    "test",
    "peak memory of a process that makes N calls, beyond that of one which makes none; known to "
    "some hundred kB, so give its tolerance a `floor`",
)
ALLOCATIONS = Metric(
    "allocations",
    Dimension.SIZE,
    Better.LOWER,
    Kind.COUNTED,
    ("max",),
    "max",
    _TAGS,
    "test",
    "the most bytes that Python's allocators hold at once during a call, beyond those before it "
    "(tracemalloc); of five calls the least",
)
METRICS = (TIME, CPU_TIME, INSTRUCTIONS, RSS, ALLOCATIONS)
