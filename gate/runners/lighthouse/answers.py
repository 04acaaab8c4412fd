"""What a collector gives for each target: Lighthouse's report, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import UnitFailed

TOOL = "lighthouse"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A report as Lighthouse wrote it, and where the loads of a flow ended, in order."""

    lhr: Mapping[str, Any]
    landings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """The answer for each target, by its id. `seconds` is the wall time of the tools."""

    answers: Mapping[str, Loaded | Reason]
    seconds: float

    def of(self, target: Target) -> Loaded | Reason:
        """The target's answer; what was not answered says so."""
        silence = because(Code.OUTPUT_EMPTY, tool=TOOL, detail=f"nothing about {target.title}")
        return self.answers.get(target.id, silence)


class Collector(Protocol):
    """A way to drive Lighthouse."""

    def collect(self, targets: tuple[Target, ...], index: int) -> Collected | UnitFailed:
        """Measure every target once, in this order; never raises for what the tools do."""
