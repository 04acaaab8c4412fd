"""An open Lighthouse job: each unit loads every asked page once and runs every asked flow once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.addresses import same_page
from gate.runners.lighthouse.answers import Collected, Collector, Loaded
from gate.runners.lighthouse.health import (
    Expected,
    ended_elsewhere,
    flow_problem,
    page_problem,
)
from gate.runners.lighthouse.metrics import Unreported, value_of
from gate.runners.lighthouse.questions import Wanted, answer, wanted_of
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import Found, Load, NotFound, Question, Ready, UnitAnswer, UnitFailed

Report = Mapping[str, Any]
# Nothing is known about any page: another attempt can help.
_TOOL_TROUBLE = frozenset({Code.TOOL_CRASHED, Code.OUTPUT_EMPTY, Code.OUTPUT_UNREADABLE})


@dataclass(frozen=True, slots=True)
class LighthouseSession:
    """Measures with a collector; `expected` is what every report must agree with."""

    ready: Ready
    questions: tuple[Question, ...]
    targets: tuple[Target, ...]
    collector: Collector
    expected: Expected

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Measure one unit; the order turns with its index, so that no page is always first."""
        asked = [wanted_of(question, self.targets) for question in self.questions]
        unmatched = tuple(each for each in asked if isinstance(each, NotFound))
        wanted = [each for many in asked if not isinstance(many, NotFound) for each in many]
        needed = {each.target.id for each in wanted}
        order = turned(tuple(t for t in self.targets if t.id in needed), index)
        if not order:
            return UnitAnswer((), unmatched)
        collected = self.collector.collect(order, index)
        if isinstance(collected, UnitFailed):
            return collected
        reports = {target.id: self._report(target, collected.of(target)) for target in order}
        given = [report for report in reports.values() if isinstance(report, Reason)]
        if len(given) == len(order) and all(reason.code in _TOOL_TROUBLE for reason in given):
            return UnitFailed(given[0], tool_seconds=collected.seconds)
        return _unit_answer(wanted, unmatched, order, reports, collected)

    def _report(self, target: Target, given: Loaded | Reason) -> Report | Reason:
        """The target's report where it may be believed."""
        if isinstance(given, Reason):
            return given
        if target.kind == "page":
            problem = page_problem(given.lhr, target.name, target.landings[0], self.expected)
        else:
            problem = _landing_problem(target, given) or flow_problem(
                given.lhr, target.name, self.expected
            )
        return problem or given.lhr


def turned(targets: tuple[Target, ...], index: int) -> tuple[Target, ...]:
    """The targets beginning with another one in each unit."""
    start = index % len(targets) if targets else 0
    return targets[start:] + targets[:start]


def _unit_answer(
    wanted: list[Wanted],
    unmatched: tuple[NotFound, ...],
    order: tuple[Target, ...],
    reports: Mapping[str, Report | Reason],
    collected: Collected,
) -> UnitAnswer:
    told = ("order in the last unit", ", ".join(target.title for target in order))
    answers = [answer(each, lambda target: reports[target.id]) for each in wanted]
    found = [each for each in answers if isinstance(each, Found)]
    return UnitAnswer(
        found=tuple(replace(each, facts=(*each.facts, told)) for each in found),
        not_found=(*unmatched, *(each for each in answers if isinstance(each, NotFound))),
        load=_load(reports, collected.seconds),
        tool_seconds=collected.seconds,
    )


def _load(reports: Mapping[str, Report | Reason], seconds: float) -> Load | None:
    """The requests of all loads, None where those of one are not known."""
    requests = 0
    for report in reports.values():
        counted = value_of(report, "requests") if not isinstance(report, Reason) else None
        if counted is None or isinstance(counted, Unreported):
            return None
        requests += round(counted)
    return Load(requests, seconds)


def _landing_problem(target: Target, given: Loaded) -> Reason | None:
    """A `goto:` of the flow that ended at another page."""
    if len(given.landings) != len(target.landings):
        detail = f"{len(given.landings)} of {len(target.landings)} pages were reached"
        return because(Code.PAGE_FAILED, page=f"in {target.title}", detail=detail)
    for landing, ended in zip(target.landings, given.landings, strict=True):
        if not same_page(landing, ended):
            detail = ended_elsewhere(landing, ended)
            return because(Code.PAGE_FAILED, page=f"in {target.title}", detail=detail)
    return None
