"""One campaign of measuring: what was selected, measured unit by unit, becomes a run."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gate.app.against import Against, against, environment_of_base
from gate.app.before import Before, before
from gate.app.exact import verify_exact
from gate.app.measure import Contest, Place, measure_minimum, measure_more
from gate.app.plan import expected, refuse_too_long
from gate.app.progress import OnBase, Progress
from gate.app.redacting import Redacting, redacted
from gate.app.scratch import scratch
from gate.app.select import Selection, base_commit, select
from gate.app.side import Side
from gate.app.systems import Systems, child_environment
from gate.app.trees import base_tree, sweep
from gate.app.workspace import Workspace, load_spec
from gate.ci.git import Repository
from gate.core.run import BaseTree, Run, Turn
from gate.core.verdict import Outcome, Status
from gate.spec import Secrets, Spec
from gate.tools.machine import environment

Provisional = Callable[[Run], Outcome]


def measure(workspace: Workspace, progress: Progress, *, provisional: Provisional) -> Run:
    """Run the tools for every selected budget; what fails becomes missing, never an exception.

    With a base, every budget that compares is measured on both trees, unit by unit in turn. After
    the minimum `provisional` is asked once which budgets are undecided; those are measured on while
    time is left.
    """
    clock = _Clock(datetime.now(UTC), time.monotonic())
    base = base_commit(workspace)
    selection = select(workspace, base)
    earlier = before(workspace, base)
    beside = against(workspace, selection, base, earlier)
    refuse_too_long(workspace, selection.budgets, beside.budgets if beside else frozenset())
    environ = child_environment(workspace.request.environ)
    planned = _filled(workspace, {})
    progress = Redacting(progress, planned.secrets)
    if isinstance(workspace.repo, Repository):
        sweep(workspace.repo, environ)
    with scratch(workspace.out) as place, contextlib.ExitStack() as stack:
        grounds = _Grounds(workspace, selection, planned, environ, place, progress)
        base_side = grounds.base(beside, stack) if beside else None
        head = grounds.head(stack)
        campaign = _Campaign(workspace, selection, head, progress, earlier, clock=clock)
        if beside is not None and base_side is not None:
            campaign.beside(beside, base_side)
        hidden = campaign.secrets
        campaign.measure_minimum(stack)
        looks = 2 if campaign.adaptive else 1
        if looks > 1:
            draft = replace(campaign.run(), looks=looks)
            campaign.measure_on(provisional(redacted(draft, *hidden)))
        campaign.verify_exact()
        run = replace(campaign.run(), looks=looks)
    return redacted(campaign.timed(run), *hidden)


def _filled(workspace: Workspace, exports: Mapping[str, str]) -> Spec:
    """The budgets with every variable filled in; what no service exports yet stands as written."""
    raw = {name: value for service in workspace.spec.services for name, value in service.exports}
    request, root, folders = workspace.request, workspace.root, workspace.folders
    return load_spec(request, root, folders, {**raw, **exports}, measuring=True)


@dataclass(frozen=True, slots=True)
class _Clock:
    """When the campaign began."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What both trees are set up from. Whatever is set up is gone when `stack` closes."""

    workspace: Workspace
    selection: Selection
    planned: Spec
    environ: Mapping[str, str]
    scratch: Path
    progress: Progress

    def head(self, stack: contextlib.ExitStack) -> Side:
        """The user's own tree, as it is."""
        return self._side(self.workspace.root, self.environ, self.progress, None, stack)

    def base(self, beside: Against, stack: contextlib.ExitStack) -> Side:
        """The base revision's tree, with services of its own."""
        self.progress.note(f"base: checking out {beside.revision} (commit {beside.sha[:12]})")
        made = stack.enter_context(base_tree(beside.repo, beside.sha, self.environ))
        environ = environment_of_base(self.environ, self.workspace.root, made.path)
        side = self._side(made.path, environ, OnBase(self.progress), beside.budgets, stack)
        made.prepared()
        return side

    def _side(
        self,
        root: Path,
        environ: Mapping[str, str],
        progress: Progress,
        names: frozenset[str] | None,
        stack: contextlib.ExitStack,
    ) -> Side:
        systems = stack.enter_context(Systems(self.planned.services, root, environ, progress))
        place = Place(root, self.workspace.root, self.scratch, environ)

        def filled(exports: Mapping[str, str]) -> Spec:
            return _filled(self.workspace, exports)

        return Side(self.selection, systems, filled, place, names=names)


class _Campaign:
    """The state of measuring: a contest for every budget that could be opened."""

    def __init__(
        self,
        workspace: Workspace,
        selection: Selection,
        head: Side,
        progress: Progress,
        earlier: Before,
        *,
        clock: _Clock,
    ) -> None:
        self._workspace = workspace
        self._selection = selection
        self._head = head
        self._base: Side | None = None
        self._against: Against | None = None
        self._progress = progress
        self._earlier = earlier
        self._clock = clock
        self._token = secrets.token_hex(3)
        self._seed = secrets.randbits(32)
        self._contests: list[Contest] = []

    def beside(self, base: Against, side: Side) -> None:
        """Measure this base in turn with head."""
        self._against, self._base = base, side

    @property
    def secrets(self) -> tuple[Secrets, ...]:
        """What no record shows, of each tree."""
        return tuple(side.spec.secrets for side in self._sides)

    @property
    def adaptive(self) -> bool:
        """Whether any budget may be measured on after its minimum."""
        repeats = (contest.budget.repeat for contest in self._contests)
        return any(repeat.maximum > repeat.minimum for repeat in repeats)

    @property
    def _sides(self) -> tuple[Side, ...]:
        return (self._head,) if self._base is None else (self._head, self._base)

    def measure_minimum(self, stack: contextlib.ExitStack) -> None:
        """Open and measure every budget's minimum, one budget after the other."""
        for position, chosen in enumerate(self._selection.budgets):
            self._announce(position)
            head = self._head.open(chosen.name, stack)
            if head is None:
                continue
            both = self._base is not None and self._base.measures(chosen.name)
            base = self._base.open(chosen.name, stack) if self._base and both else None
            contest = Contest(head, base, self._seed)
            measure_minimum(contest, self._progress)
            self._contests.append(contest)

    def _announce(self, position: int) -> None:
        budgets = self._selection.budgets
        twice = self._against.budgets if self._against else frozenset()
        left = expected(budgets[position:], self._workspace, twice)
        self._progress.budget(budgets[position].name, position + 1, len(budgets), left)

    def measure_on(self, provisional: Outcome) -> None:
        """Spend the rest of the time on the budgets that are not decided yet."""
        undecided = {
            row.objective.budget for row in provisional.rows if row.status is Status.UNDECIDED
        }
        deadline = time.monotonic() + self._head.spec.promises.policy.time
        for contest in self._contests:
            names = {ledger.budget for ledger in contest.head.ledgers}
            if names & undecided and not contest.head.ended:
                self._progress.note(f"{contest.budget.name}: not decided yet, measuring on")
                measure_more(contest, self._progress, deadline)

    def verify_exact(self) -> None:
        """Measure again what is said to be exact and was never seen before."""
        verify_exact(self._workspace, self._contests, self._progress)

    def run(self) -> Run:
        """Everything measured so far as a run."""
        workspace, ledgers, spec = self._workspace, self._head.ledgers.values(), self._head.spec
        commit = replace(workspace.commit, base=self._earlier.commit)
        declared = tuple(o for ledger in ledgers for o in ledger.declared())
        objectives = (*spec.promises.objectives, *declared)
        started = self._clock.wall
        return Run(
            id=f"{started:%Y%m%dT%H%M%S}-{commit.sha[:8] or 'nogit'}-{self._token}",
            # In milliseconds: of two checks in one second the earlier never looks at the later.
            started=f"{started:%Y-%m-%dT%H:%M:%S}.{started.microsecond // 1000:03d}Z",
            seconds=self._seconds,
            commit=commit,
            environment=environment(workspace.ci.image),
            promises=replace(spec.promises, objectives=objectives),
            measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
            missing=tuple(m for ledger in ledgers for m in ledger.missing()),
            skipped=self._selection.skipped,
            failed_attempts=tuple(f for ledger in ledgers for f in ledger.failed),
            tools=tuple(sorted({tool for ledger in ledgers for tool in ledger.tools()})),
            tool_seconds=self._tool_seconds,
            new_objectives=self._earlier.new(objectives),
            loosened=self._earlier.loosened(spec.promises),
            notes=tuple(dict.fromkeys(note for side in self._sides for note in side.notes)),
            base=self._base_tree(),
        )

    def timed(self, run: Run) -> Run:
        """The run with the time of all of it: the systems under test took theirs to end."""
        return replace(run, seconds=self._seconds, tool_seconds=self._tool_seconds)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._clock.monotonic

    @property
    def _tool_seconds(self) -> float:
        return sum(side.seconds for side in self._sides)

    def _base_tree(self) -> BaseTree | None:
        if self._against is None or self._base is None:
            return None
        ledgers = self._base.ledgers.values()
        # An observer's units are those of the budget that it observes.
        turns = tuple(
            Turn(ledger.budget, base, unit)
            for contest in self._contests
            if contest.base is not None
            for ledger in contest.head.ledgers
            for base, unit in contest.turns
        )
        return BaseTree(
            commit=self._against.sha,
            revision=self._against.revision,
            seed=self._seed,
            budgets=tuple(sorted(self._against.budgets)),
            measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
            missing=tuple(m for ledger in ledgers for m in ledger.missing()),
            failed_attempts=tuple(f for ledger in ledgers for f in ledger.failed),
            tools=tuple(sorted({tool for ledger in ledgers for tool in ledger.tools()})),
            turns=turns,
        )
