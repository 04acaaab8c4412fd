"""The exit codes, apart from everything else so that a light start can name them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. They are API: never renumber one."""

    OK = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3
    UNDECIDED = 4
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143
