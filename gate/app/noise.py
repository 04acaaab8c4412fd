"""`gate doctor --noise`: head against itself, and what that says of every tolerance.

The budgets that compare are measured as in a check against a base, only that the base is head's own
tree a second time, with services of its own. The judge answers as in a check; the error of each
comparison says which worsening the same design would find with another number of repeats.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gate.app.against import Against
from gate.app.grounds import Grounds, filled
from gate.app.holding import Holding, holding
from gate.app.measure import Contest, measure_until
from gate.app.progress import Progress
from gate.app.quiet import guard_of
from gate.app.redacting import Redacting, redacted
from gate.app.scratch import scratch
from gate.app.select import Selection, objectives_of, select
from gate.app.session import Session
from gate.app.systems import child_environment
from gate.app.workspace import Workspace
from gate.ci.git import Repository
from gate.core.judge import judge
from gate.core.quiet import Quiet, Reading
from gate.core.run import Run
from gate.core.verdict import Bound
from gate.errors import UsageError
from gate.seams.runner import Repeat
from gate.spec import Budget
from gate.tools.machine import environment
from gate.tools.probe import Machine, look
from gate.tools.quiet import Watch

_LEAST = 3
"""Units a side that are measured whatever time they take: of fewer there is no spread."""
_MOMENT = 1.0


@dataclass(frozen=True, slots=True)
class Noise:
    """What this machine can hold: its facts, a moment without our load, and every tolerance."""

    machine: Machine
    moment: Reading
    untold: tuple[str, ...]
    seconds: float
    quiet: tuple[Quiet, ...]
    held: tuple[Holding, ...]

    @property
    def measured(self) -> bool:
        """Whether anything could be said."""
        return any(each.units for each in self.held)


def measure_noise(workspace: Workspace, progress: Progress, seconds: float) -> Noise:
    """Measure head against itself for so many seconds, shared equally by the budgets.

    Each budget is measured three times a side at the least. Raises `UsageError` where nothing that
    is selected has a tolerance.
    """
    selection = select(workspace, None)
    budgets = tuple(b for b in selection.budgets if _compares(workspace, selection, b))
    if not budgets:
        raise UsageError(
            "no budget that is selected states a tolerance: there is nothing to hold",
            hint="add `tolerance:` to an objective, or choose other budgets with --only",
        )
    watch = Watch()
    moment = _moment(watch)
    began = datetime.now(UTC), time.monotonic()
    planned = filled(workspace, {})
    progress = Redacting(progress, planned.secrets)
    environ = child_environment(workspace.request.environ)
    with scratch(workspace.out) as place, contextlib.ExitStack() as stack:
        grounds = Grounds(workspace, selection, planned, environ, place, progress)
        session = _session(grounds, budgets, watch, stack)
        _measure(session, budgets, began[1] + seconds, progress, stack)
        run = _run(workspace, session, began[0])
        hidden = tuple(side.spec.secrets for side in session.sides)
    took = time.monotonic() - began[1]
    run = redacted(run, *hidden)
    return Noise(look(), moment, watch.untold(), took, run.quiet, tuple(_held(session, run)))


def _compares(workspace: Workspace, selection: Selection, budget: Budget) -> bool:
    """Whether the budget, or one that observes it, has a tolerance."""
    group = (budget, *selection.observers.get(budget.name, ()))
    objectives = workspace.spec.promises.objectives
    return any(o.tolerance is not None for each in group for o in objectives_of(each, objectives))


def _moment(watch: Watch) -> Reading:
    """What the machine does while we do nothing."""
    before = watch.look()
    time.sleep(_MOMENT)
    return watch.reading(before, watch.look())


def _session(
    grounds: Grounds, budgets: tuple[Budget, ...], watch: Watch, stack: contextlib.ExitStack
) -> Session:
    """Head and its twin; the twin stands where a check has the base."""
    watchers = grounds.selection.observers
    names = frozenset(
        each.name for budget in budgets for each in (budget, *watchers.get(budget.name, ()))
    )
    workspace = grounds.workspace
    repo = workspace.repo
    if not isinstance(repo, Repository):
        repo = Repository(workspace.root, shallow=False)
    beside = Against(repo, workspace.commit.sha, "the same tree", names)
    twin = grounds.twin(names, stack)
    head = grounds.head(stack)
    seed = secrets.randbits(32)
    return Session(head, twin, beside, seed, grounds.progress, watcher=watch)


def _measure(
    session: Session,
    budgets: tuple[Budget, ...],
    deadline: float,
    progress: Progress,
    stack: contextlib.ExitStack,
) -> None:
    """Every budget on both sides in turn, each in its part of the time that is left."""
    for position, budget in enumerate(budgets):
        left = max(0.0, deadline - time.monotonic())
        progress.budget(budget.name, position + 1, len(budgets), left)
        contest = _opened(session, budget, stack)
        if contest is None:
            continue
        until = time.monotonic() + left / (len(budgets) - position)
        measure_until(contest, progress, until, least=_LEAST)
        progress.done(budget.name, contest.head.ledger.units, contest.head.ledger.tool_seconds)
        session.contests.append(contest)
    for position, contest in enumerate(session.contests):  # what quick budgets left over
        left = max(0.0, deadline - time.monotonic())
        until = time.monotonic() + left / (len(session.contests) - position)
        measure_until(contest, progress, until, least=_LEAST)


def _opened(session: Session, budget: Budget, stack: contextlib.ExitStack) -> Contest | None:
    head, twin = (side.open(budget.name, stack) for side in session.sides)
    if head is None or twin is None:
        return None
    twin.base = True
    return Contest(head, twin, session.seed, guard=guard_of(head.ledgers, session.watcher))


def _run(workspace: Workspace, session: Session, started: datetime) -> Run:
    """What was measured as a run, so that the judge answers it as it answers a check."""
    ledgers = session.head.ledgers.values()
    promises = session.head.spec.promises
    names = session.base.ledgers.keys() if session.base is not None else set()
    asked = (o for o in promises.objectives if o.budget in names and o.tolerance is not None)
    return Run(
        id="noise",
        started=f"{started:%Y-%m-%dT%H:%M:%S}Z",
        seconds=0.0,
        commit=workspace.commit,
        environment=environment(workspace.ci.image),
        promises=replace(
            promises,
            objectives=tuple(
                replace(o, limit=None, repeat_min=min(2, o.repeat_min)) for o in asked
            ),
        ),
        measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
        missing=tuple(m for ledger in ledgers for m in ledger.missing()),
        base=session.base_tree(),
        quiet=session.quiet(),
    )


def _held(session: Session, run: Run) -> Iterator[Holding]:
    """What can be said of each tolerance, in the order of the budgets."""
    repeats = {
        ledger.budget: contest.budget.repeat
        for contest in session.contests
        for ledger in contest.head.ledgers
    }
    for row in judge(run, (), run.started).rows:
        for verdict in row.verdicts:
            if verdict.bound is Bound.TOLERANCE:
                repeat = repeats.get(row.objective.budget, Repeat(1, 1))
                yield holding(row.objective, verdict, repeat)
