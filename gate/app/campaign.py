"""One campaign of measuring: what was selected, measured unit by unit, becomes a run."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gate.app.against import against
from gate.app.before import Before, before
from gate.app.confirming import Confirming, confirm, may_confirm
from gate.app.exact import verify_exact
from gate.app.grounds import Grounds, filled
from gate.app.plan import expected, refuse_too_long
from gate.app.progress import Progress
from gate.app.proposed import refuse_loosened
from gate.app.redacting import Redacting, redacted
from gate.app.scratch import scratch
from gate.app.select import base_commit, select
from gate.app.session import Session
from gate.app.side import Side
from gate.app.systems import child_environment
from gate.app.trees import sweep
from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.ci.git import Repository
from gate.core.run import Run
from gate.core.verdict import Outcome
from gate.spec import Secrets
from gate.tools.machine import environment
from gate.tools.quiet import Watch

Provisional = Callable[[Run], Outcome]


def measure(workspace: Workspace, progress: Progress, *, provisional: Provisional) -> Run:
    """Run the tools for every selected budget; what fails becomes missing, never an exception.

    With a base, every budget that compares is measured on both trees, unit by unit in turn. After
    the minimum and after every round `provisional` is asked what is undecided; that is measured on
    while time is left. What only a stored baseline makes suspect is measured again, in turn with
    the base.
    """
    clock = _Clock(datetime.now(UTC), time.monotonic())
    base = base_commit(workspace)
    selection = select(workspace, base)
    earlier = before(workspace, base)
    notes = refuse_loosened(workspace, base, earlier)
    workspace = replace(workspace, notes=(*workspace.notes, *notes))
    beside = against(workspace, selection, base, earlier)
    refuse_too_long(workspace, selection.budgets, beside.budgets if beside else frozenset())
    environ = child_environment(workspace.request.environ)
    planned = filled(workspace, {})
    progress = Redacting(progress, planned.secrets)
    if isinstance(workspace.repo, Repository):
        sweep(workspace.repo, environ)
    with scratch(workspace.out) as place, contextlib.ExitStack() as stack:
        grounds = Grounds(workspace, selection, planned, environ, place, progress)
        base_side = grounds.base(beside, stack) if beside else None
        head = grounds.head(stack)
        seed = secrets.randbits(32)
        session = Session(head, base_side, beside, seed, progress, watcher=Watch())
        campaign = _Campaign(grounds, session, earlier, clock)
        campaign.measure_minimum(stack)
        campaign.decide(provisional, base, stack)
        verify_exact(workspace, session.contests, progress)
        run, hidden = campaign.run(), campaign.secrets
    return redacted(campaign.timed(run), *hidden)


@dataclass(frozen=True, slots=True)
class _Clock:
    """When the campaign began."""

    wall: datetime
    monotonic: float


class _Campaign:
    """The state of measuring: a session, and where stored baselines screen, one that confirms."""

    def __init__(self, grounds: Grounds, session: Session, earlier: Before, clock: _Clock) -> None:
        self._grounds = grounds
        self._session = session
        self._earlier = earlier
        self._clock = clock
        self._token = secrets.token_hex(3)
        self._confirming: Confirming | None = None

    @property
    def secrets(self) -> tuple[Secrets, ...]:
        """What no record shows, of each tree."""
        return tuple(side.spec.secrets for side in self._sides)

    @property
    def _sides(self) -> tuple[Side, ...]:
        fresh = self._confirming.session if self._confirming is not None else None
        return (*self._session.sides, *(fresh.sides if fresh is not None else ()))

    def measure_minimum(self, stack: contextlib.ExitStack) -> None:
        """Measure every budget's minimum and say what is left."""
        workspace, budgets = self._grounds.workspace, self._grounds.selection.budgets
        base = self._session.base
        twice = frozenset(b.name for b in budgets if base is not None and base.measures(b.name))

        def announce(position: int) -> None:
            left = expected(budgets[position:], workspace, twice)
            name = budgets[position].name
            self._grounds.progress.budget(name, position + 1, len(budgets), left)

        self._session.measure_minimum(budgets, stack, announce)

    def decide(
        self, provisional: Provisional, base: Base | None, stack: contextlib.ExitStack
    ) -> None:
        """Spend the time that the policy allows on what the first look leaves open."""
        deadline = time.monotonic() + self._session.head.spec.promises.policy.time

        def ask() -> Outcome:
            return provisional(redacted(self.run(), *self.secrets))

        if base is None and not self._session.adaptive:
            return
        first = ask()
        if base is not None and may_confirm(self._grounds, base, first):
            left = deadline - time.monotonic()
            self._confirming = confirm(self._grounds, base, self._session, first, left, stack)
        doubted = self._confirming.suspects if self._confirming is not None else ()
        if self._confirming is not None and self._confirming.session is not None:
            self._confirming.session.measure_on(ask, deadline, lambda id_: id_ in doubted)
        if self._session.adaptive:
            self._session.measure_on(ask, deadline, lambda id_: id_ not in doubted)

    def run(self) -> Run:
        """Everything measured so far as a run."""
        workspace, head = self._grounds.workspace, self._session.head
        ledgers, spec = head.ledgers.values(), head.spec
        commit = replace(workspace.commit, base=self._earlier.commit)
        declared = tuple(o for ledger in ledgers for o in ledger.declared())
        objectives = (*spec.promises.objectives, *declared)
        started = self._clock.wall
        told = [note for side in self._sides for note in side.notes]
        run = Run(
            id=f"{started:%Y%m%dT%H%M%S}-{commit.sha[:8] or 'nogit'}-{self._token}",
            # In milliseconds: of two checks in one second the earlier never looks at the later.
            started=f"{started:%Y-%m-%dT%H:%M:%S}.{started.microsecond // 1000:03d}Z",
            seconds=self._seconds,
            commit=commit,
            environment=environment(workspace.ci.image),
            promises=replace(spec.promises, objectives=objectives),
            measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
            missing=tuple(m for ledger in ledgers for m in ledger.missing()),
            skipped=self._grounds.selection.skipped,
            failed_attempts=tuple(f for ledger in ledgers for f in ledger.failed),
            tools=tuple(sorted({tool for ledger in ledgers for tool in ledger.tools()})),
            looks=self._session.looks(),
            tool_seconds=self._tool_seconds,
            new_objectives=self._earlier.new(objectives),
            loosened=self._earlier.loosened(workspace.own.promises),
            notes=tuple(dict.fromkeys((*workspace.notes, *self._earlier.notes, *told))),
            base=self._session.base_tree(),
            quiet=self._session.quiet(),
        )
        return self._confirming.of(run) if self._confirming is not None else run

    def timed(self, run: Run) -> Run:
        """The run with the time of all of it: the systems under test took theirs to end."""
        return replace(run, seconds=self._seconds, tool_seconds=self._tool_seconds)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._clock.monotonic

    @property
    def _tool_seconds(self) -> float:
        systems = {id(side.systems): side.systems.seconds for side in self._sides}
        return sum(systems.values()) + sum(side.seconds for side in self._sides)
