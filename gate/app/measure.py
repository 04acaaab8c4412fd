"""Measuring: services up, budgets in turn, unit by unit, until enough is known or time is up."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate.app.ledger import Ledger
from gate.app.progress import Progress
from gate.app.systems import Systems
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.seams.runner import (
    Job,
    Load,
    ObserverSession,
    Question,
    Refused,
    Session,
    UnitAnswer,
    UnitFailed,
)
from gate.spec import Budget


@dataclass(frozen=True, slots=True)
class Place:
    """Where a budget is measured: tree, scratch folder and environment."""

    root: Path
    scratch: Path
    environ: Mapping[str, str]


@dataclass(slots=True)
class Bench:
    """One budget that is being measured, with its open session and those that observe it."""

    budget: Budget
    ledger: Ledger
    session: Session
    watching: tuple[tuple[Ledger, ObserverSession], ...]
    begun: int = 0
    ended: bool = False

    @property
    def ledgers(self) -> tuple[Ledger, ...]:
        """Its own ledger and the observers'."""
        return (self.ledger, *(ledger for ledger, _ in self.watching))


def open_bench(
    budget: Budget,
    observers: tuple[Budget, ...],
    ledgers: Mapping[str, Ledger],
    place: Place,
    stack: contextlib.ExitStack,
) -> Bench | None:
    """Open the sessions of a budget and its observers; None where the budget itself is refused."""
    own = ledgers[budget.name]
    session = stack.enter_context(budget.runner.open(_job(own, budget, place), budget.options))
    if isinstance(session, Refused):
        own.stop(session.reason)
        for observer in observers:
            ledgers[observer.name].stop(because(Code.NOT_OBSERVED, during=budget.name))
        return None
    own.begin(session.ready)
    watching = []
    for observer in observers:
        ledger = ledgers[observer.name]
        job = _job(ledger, observer, place)
        watcher = stack.enter_context(observer.runner.observe(job, observer.options))
        if isinstance(watcher, Refused):
            ledger.stop(watcher.reason)
        else:
            # What a database does depends on the load: another load is another series.
            ready = watcher.ready
            ledger.begin(replace(ready, shape=(*ready.shape, *session.ready.shape)))
            watching.append((ledger, watcher))
    return Bench(budget, own, session, tuple(watching))


def _job(ledger: Ledger, budget: Budget, place: Place) -> Job:
    out = Path(tempfile.mkdtemp(prefix=f"{budget.name}-", dir=place.scratch))
    return Job(
        budget=budget.name,
        questions=ledger.questions,
        root=place.root,
        harness=place.root,
        out=out,
        env=place.environ,
        timeout=budget.timeout,
    )


def measure_unit(bench: Bench, systems: Systems, progress: Progress) -> None:
    """Measure the next unit, again while it fails and attempts are left; the ledgers take it in."""
    budget, index = bench.budget, bench.begun
    bench.begun += 1
    for attempt in range(1, budget.attempts + 1):
        progress.unit(budget.name, index, budget.repeat.minimum, budget.repeat.maximum)
        answer = _observed_unit(bench, index, attempt)
        gone = systems.check(budget.service) if budget.service and budget.runner.serves else None
        if gone is not None:
            _end(bench, gone)
            return
        if isinstance(answer, UnitAnswer):
            return
        progress.note(f"{budget.name}: attempt {attempt} failed: {answer.reason.sentence}")
        last = attempt == budget.attempts or not answer.again
        if last or answer.reason.code is Code.TOOL_TIMED_OUT:
            _end(bench, answer.reason)
            return


def _observed_unit(bench: Bench, index: int, attempt: int) -> UnitAnswer | UnitFailed:
    for _, watcher in bench.watching:
        watcher.begin(index)
    answer = bench.session.unit(index)
    load: Load | None = None
    if isinstance(answer, UnitAnswer):
        bench.ledger.add(index, answer)
        load = answer.load
    else:
        bench.ledger.fail(index, attempt, answer)
    for ledger, watcher in bench.watching:
        seen = watcher.end(index, load)
        if isinstance(seen, UnitFailed):
            ledger.fail(index, attempt, seen)
        elif isinstance(answer, UnitAnswer):
            ledger.add(index, seen)
    return answer


def _end(bench: Bench, reason: Reason) -> None:
    """No further units: what is not measured by now stays missing."""
    bench.ended = True
    for ledger in bench.ledgers:
        ledger.stop(reason)


def measure_minimum(bench: Bench, systems: Systems, progress: Progress) -> None:
    """Measure the units that the budget asks for at the least."""
    began = time.monotonic()
    while bench.begun < bench.budget.repeat.minimum and not bench.ended:
        measure_unit(bench, systems, progress)
    _complete(bench, systems, progress)
    progress.done(bench.budget.name, bench.ledger.units, time.monotonic() - began)


def _complete(bench: Bench, systems: Systems, progress: Progress) -> None:
    """Measure again, once, as many units as withheld an answer that others gave."""
    minimum = bench.budget.repeat.minimum
    lacking = max(ledger.lacking(minimum) for ledger in bench.ledgers)
    if bench.ended or lacking <= 0 or bench.budget.attempts < 2:
        return
    progress.note(f"{bench.budget.name}: {lacking} repeats withheld an answer, measuring again")
    for _ in range(lacking):
        if not bench.ended:
            measure_unit(bench, systems, progress)


def measure_more(bench: Bench, systems: Systems, progress: Progress, deadline: float) -> None:
    """Measure up to the maximum while the next unit is likely to end before the deadline."""
    while bench.begun < bench.budget.repeat.maximum and not bench.ended:
        took = bench.ledger.tool_seconds / max(1, bench.ledger.units)
        if time.monotonic() + took > deadline:
            return
        measure_unit(bench, systems, progress)


def questions(objectives: tuple[Objective, ...]) -> tuple[Question, ...]:
    """What a runner is asked: SLIs without their bounds."""
    return tuple(Question(o.id, o.sli, o.each) for o in objectives)
