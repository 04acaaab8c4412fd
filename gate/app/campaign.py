"""One campaign of measuring: what was selected, measured unit by unit, becomes a run."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gate.app.before import Before, before
from gate.app.ledger import Ledger
from gate.app.measure import (
    Bench,
    Place,
    measure_minimum,
    measure_more,
    open_bench,
    questions,
)
from gate.app.plan import expected, refuse_too_long
from gate.app.progress import Progress
from gate.app.redacting import Redacting, redacted
from gate.app.scratch import scratch
from gate.app.select import Selection, base_commit, objectives_of, select
from gate.app.systems import Systems, child_environment
from gate.app.workspace import Workspace, load_spec
from gate.core.run import Run
from gate.core.verdict import Outcome, Status
from gate.spec import Budget, Spec
from gate.tools.machine import environment

Provisional = Callable[[Run], Outcome]


def measure(workspace: Workspace, progress: Progress, *, provisional: Provisional) -> Run:
    """Run the tools for every selected budget; what fails becomes missing, never an exception.

    After the minimum `provisional` is asked once which budgets are undecided; those are measured
    on while time is left.
    """
    clock = _Clock(datetime.now(UTC), time.monotonic())
    base = base_commit(workspace)
    selection = select(workspace, base)
    refuse_too_long(workspace, selection.budgets)
    earlier = before(workspace, base)
    environ = child_environment(workspace.request.environ)
    planned = _filled(workspace, {})
    progress = Redacting(progress, planned.secrets)
    with (
        scratch(workspace.out) as place,
        Systems(planned.services, workspace.root, environ, progress) as systems,
        contextlib.ExitStack() as stack,
    ):
        _start(selection, systems)
        spec = _filled(workspace, systems.exports)
        where = Place(workspace.root, place, {**environ, **systems.exports})
        campaign = _Campaign(workspace, selection, spec, systems, progress, earlier, clock=clock)
        campaign.measure_minimum(where, stack)
        run = campaign.run()
        if campaign.adaptive:
            campaign.measure_on(provisional(redacted(replace(run, looks=2), spec.secrets)))
            run = replace(campaign.run(), looks=2)
    return redacted(run, spec.secrets)


def _filled(workspace: Workspace, exports: Mapping[str, str]) -> Spec:
    """The budgets with every variable filled in; what no service exports yet stands as written."""
    raw = {name: value for service in workspace.spec.services for name, value in service.exports}
    request, root, folders = workspace.request, workspace.root, workspace.folders
    return load_spec(request, root, folders, {**raw, **exports}, measuring=True)


def _start(selection: Selection, systems: Systems) -> None:
    """Prepare and start what the selected budgets need."""
    for budget in selection.all:
        if budget.service:
            systems.ensure(budget.service, serves=budget.runner.serves)


@dataclass(slots=True)
class _Clock:
    """When the campaign began."""

    wall: datetime
    monotonic: float


class _Campaign:
    """The state of measuring: a ledger for every budget, a bench for every open one."""

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection,
        spec: Spec,
        systems: Systems,
        progress: Progress,
        earlier: Before,
        *,
        clock: _Clock,
    ) -> None:
        self._workspace = workspace
        self._selection = selection
        self._spec = spec
        self._systems = systems
        self._progress = progress
        self._earlier = earlier
        self._clock = clock
        self._token = secrets.token_hex(3)
        self._budgets: Mapping[str, Budget] = {budget.name: budget for budget in spec.budgets}
        self._ledgers = {chosen.name: self._ledger(chosen.name) for chosen in selection.all}
        self._benches: list[Bench] = []

    def _ledger(self, name: str) -> Ledger:
        budget = self._budgets[name]
        objectives = objectives_of(budget, self._spec.promises.objectives)
        known = {objective.id: objective for objective in objectives}
        return Ledger(name, questions(objectives), known, budget.repeat.minimum)

    @property
    def adaptive(self) -> bool:
        """Whether any budget may be measured on after its minimum."""
        repeats = (bench.budget.repeat for bench in self._benches)
        return any(repeat.maximum > repeat.minimum for repeat in repeats)

    def measure_minimum(self, where: Place, stack: contextlib.ExitStack) -> None:
        """Open and measure every budget's minimum, one budget after the other."""
        for position, chosen in enumerate(self._selection.budgets):
            budget = self._budgets[chosen.name]
            self._announce(position)
            watchers = self._selection.observers.get(budget.name, ())
            observers = tuple(self._budgets[watcher.name] for watcher in watchers)
            serves = budget.runner.serves
            down = self._systems.ensure(budget.service, serves=serves) if budget.service else None
            if down is not None:
                for each in (budget, *observers):
                    self._ledgers[each.name].stop(down)
                continue
            bench = open_bench(budget, observers, self._ledgers, where, stack)
            if bench is not None:
                measure_minimum(bench, self._systems, self._progress)
                self._benches.append(bench)

    def _announce(self, position: int) -> None:
        budgets = self._selection.budgets
        left = expected(budgets[position:], self._workspace)
        self._progress.budget(budgets[position].name, position + 1, len(budgets), left)

    def measure_on(self, provisional: Outcome) -> None:
        """Spend the rest of the time on the budgets that are not decided yet."""
        undecided = {
            row.objective.budget for row in provisional.rows if row.status is Status.UNDECIDED
        }
        deadline = time.monotonic() + self._spec.promises.policy.time
        for bench in self._benches:
            names = {ledger.budget for ledger in bench.ledgers}
            if names & undecided and not bench.ended:
                self._progress.note(f"{bench.budget.name}: not decided yet, measuring on")
                measure_more(bench, self._systems, self._progress, deadline)

    def run(self) -> Run:
        """Everything measured so far as a run."""
        workspace, ledgers, spec = self._workspace, self._ledgers.values(), self._spec
        commit = replace(workspace.commit, base=self._earlier.commit)
        declared = tuple(o for ledger in ledgers for o in ledger.declared())
        objectives = (*spec.promises.objectives, *declared)
        started = self._clock.wall
        return Run(
            id=f"{started:%Y%m%dT%H%M%S}-{commit.sha[:8] or 'nogit'}-{self._token}",
            # In milliseconds: of two checks in one second the earlier never looks at the later.
            started=f"{started:%Y-%m-%dT%H:%M:%S}.{started.microsecond // 1000:03d}Z",
            seconds=time.monotonic() - self._clock.monotonic,
            commit=commit,
            environment=environment(workspace.ci.image),
            promises=replace(spec.promises, objectives=objectives),
            measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
            missing=tuple(m for ledger in ledgers for m in ledger.missing()),
            skipped=self._selection.skipped,
            failed_attempts=tuple(f for ledger in ledgers for f in ledger.failed),
            tools=tuple(sorted({tool for ledger in ledgers for tool in ledger.tools()})),
            tool_seconds=self._systems.seconds + sum(b.ledger.tool_seconds for b in self._benches),
            new_objectives=self._earlier.new(objectives),
            loosened=self._earlier.loosened(spec.promises),
            notes=tuple(dict.fromkeys(n for ledger in ledgers for n in ledger.notes)),
        )
