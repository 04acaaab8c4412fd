"""What k6 says on stdout of its progress: nothing else tells of iterations that did not end.

`…, 0/1 VUs, 3 complete and 1 interrupted iterations` (execution/scheduler.go, the same from v0.29
to v2.2); the last such line is the whole run's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    rb"^[^\n]*, +\d+/\d+ VUs, \d+ complete and (\d+) interrupted iterations\r?$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many iterations k6 ended because their gracefulStop was over."""

    interrupted: int


@dataclass(frozen=True, slots=True)
class Unsaid:
    """k6 said nothing of its progress."""


def read_progress(stdout: bytes) -> Progress | Unsaid:
    """Read how many iterations were interrupted; what a script prints itself can only add."""
    counts = [int(count[:18]) for count in _LINE.findall(stdout)]
    return Progress(max(counts)) if counts else Unsaid()
