"""The rule of design §4: fail, pass or undecided from evidence and bounds."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.compare.bounds import Bounds
from gate.core.stats.evidence import Evidence
from gate.core.verdict import Status


@dataclass(frozen=True, slots=True)
class Errors:
    """The chances of error that a decision may spend: of a false fail and of a false pass."""

    alarm: float
    miss: float


def errors_of(alarm_rate: float, miss_rate: float) -> Errors:
    """The rates as errors. Raises `ValueError` where they do not lie between 0 and 1."""
    if not 0 < alarm_rate < 1 or not 0 < miss_rate < 1:
        msg = "alarm_rate (1 - confidence) and miss_rate lie between 0 and 1"
        raise ValueError(msg)
    return Errors(alarm_rate, miss_rate)


def decide(evidence: Evidence, bounds: Bounds, errors: Errors) -> Status:
    """Fail where the good end lies beyond the bound, pass where the bad end lies within detect."""
    if evidence.low(errors.alarm) > bounds.fail:
        return Status.FAIL
    if bounds.warn is not None and evidence.low(errors.alarm) > bounds.warn:
        return Status.WARN
    if evidence.exact or evidence.high(errors.miss) <= bounds.detect:
        beyond_warn = bounds.warn is not None and evidence.estimate > bounds.warn
        return Status.WARN if beyond_warn else Status.PASS
    return Status.UNDECIDED
