"""One budget on one tree, ready to be measured: its session, and those that observe it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate import process
from gate.app.ledger import Ledger
from gate.app.systems import Systems
from gate.core.model import Objective
from gate.core.reasons import Code, because
from gate.seams.runner import Job, ObserverSession, Question, Refused, Session
from gate.spec import Budget


@dataclass(frozen=True, slots=True)
class Place:
    """Where a budget is measured: tree, the tree that drives it, scratch folder, environment."""

    root: Path
    harness: Path
    scratch: Path
    environ: Mapping[str, str]

    @property
    def base(self) -> bool:
        """Whether another tree drives it: then it is the base's."""
        return self.root != self.harness


@dataclass(slots=True)
class Bench:
    """One budget that is being measured on one tree: its session and those that observe it."""

    budget: Budget
    ledger: Ledger
    session: Session
    watching: tuple[tuple[Ledger, ObserverSession], ...]
    systems: Systems
    base: bool = False
    ended: bool = False

    @property
    def title(self) -> str:
        """What progress calls it."""
        return f"{self.budget.name} (base)" if self.base else self.budget.name

    @property
    def ledgers(self) -> tuple[Ledger, ...]:
        """Its own ledger and the observers'."""
        return (self.ledger, *(ledger for ledger, _ in self.watching))


def open_bench(
    budget: Budget,
    observers: tuple[Budget, ...],
    ledgers: Mapping[str, Ledger],
    place: Place,
    systems: Systems,
    stack: contextlib.ExitStack,
) -> Bench | None:
    """Open the sessions of a budget and its observers; None where the budget itself is refused."""
    own = ledgers[budget.name]
    began = process.spent()
    session = stack.enter_context(budget.runner.open(_job(own, budget, place), budget.options))
    own.opening_seconds = process.spent() - began
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
    return Bench(budget, own, session, tuple(watching), systems, base=place.base)


def _job(ledger: Ledger, budget: Budget, place: Place) -> Job:
    out = Path(tempfile.mkdtemp(prefix=f"{budget.name}-", dir=place.scratch))
    return Job(
        budget=budget.name,
        questions=ledger.questions,
        root=place.root,
        harness=place.harness,
        out=out,
        env=place.environ,
        timeout=budget.timeout,
    )


def questions(objectives: tuple[Objective, ...]) -> tuple[Question, ...]:
    """What a runner is asked: SLIs without their bounds."""
    return tuple(Question(o.id, o.sli, o.each) for o in objectives)
