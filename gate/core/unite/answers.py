"""What several runs answered, laid together: every question is measured or missing, never both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement, Missing
from gate.core.sample import Unit, can_pool
from gate.core.sli import Sli

Key = tuple[str, Sli]
"""An objective and the member of it that was measured."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One side of a run: what it measured and what not."""

    measurements: tuple[Measurement, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What laying together depends on: the SLI of each objective, and how many generators share."""

    slis: Mapping[str, Sli]
    generators: int


def together(sides: Sequence[Answered], asked: Asked) -> Answered:
    """All answers of these sides, in their order.

    A time-out in one of them is never dropped, nor what one of several load generators did not
    measure: then it is missing altogether.
    """
    found: dict[Key, Measurement | Missing] = {}
    for key, measurement in _joined(sides).items():
        reason = _refusal(key, sides, asked)
        found[key] = measurement if reason is None else Missing(*key, reason)
        if reason is None and asked.generators > 1:
            found[key] = _shared(measurement, asked.generators)
    absent = [m for side in sides for m in side.missing]
    absent.sort(key=lambda m: m.reason.code is not Code.TOOL_TIMED_OUT)  # a time-out says most
    for missing in absent:
        found.setdefault((missing.objective, missing.sli), missing)
    return Answered(
        tuple(m for m in found.values() if isinstance(m, Measurement)),
        tuple(m for m in found.values() if isinstance(m, Missing)),
    )


def _joined(sides: Iterable[Answered]) -> dict[Key, Measurement]:
    found: dict[Key, Measurement] = {}
    for side in sides:
        for m in side.measurements:
            key = (m.objective, m.sli)
            before = found.get(key)
            found[key] = m if before is None else _both(before, m)
    return found


def _both(one: Measurement, two: Measurement) -> Measurement:
    facts = tuple(dict.fromkeys((*one.facts, *two.facts)))
    return replace(one, units=(*one.units, *two.units), facts=facts)


def _refusal(key: Key, sides: Iterable[Answered], asked: Asked) -> Reason | None:
    """Why a measurement does not count although some side has one."""
    objective, sli = key
    of_it = {sli, asked.slis.get(objective)}
    for side in sides:
        for missing in side.missing:
            same = missing.objective == objective and missing.sli in of_it
            late = missing.reason.code is Code.TOOL_TIMED_OUT
            if same and (late or asked.generators > 1):
                return missing.reason
    return None


def _shared(measurement: Measurement, generators: int) -> Measurement | Missing:
    """The units that all load generators measured."""
    here: dict[tuple[str, int], set[str]] = {}
    for unit in measurement.units:
        here.setdefault(_place(unit), set()).add(unit.generator)
    whole = tuple(u for u in measurement.units if len(here[_place(u)]) == generators)
    objective, sli = measurement.objective, measurement.sli
    if not whole:
        detail = "no repeat was measured by all of them"
        reason = because(Code.NOT_REPORTED, tool="the load generators", detail=detail)
        return Missing(objective, sli, reason)
    if not can_pool(whole, sli):
        return Missing(objective, sli, because(Code.NOT_POOLED, statistic=sli.statistic))
    return replace(measurement, units=whole)


def _place(unit: Unit) -> tuple[str, int]:
    return unit.shard, unit.index
