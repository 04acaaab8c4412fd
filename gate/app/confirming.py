"""Measuring suspects again, base and head in turn, before anything fails by a stored baseline."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace

from gate.app.against import Against
from gate.app.grounds import Grounds
from gate.app.session import Session
from gate.ci.commits import Base
from gate.ci.git import Repository
from gate.core.judge import screens, suspects
from gate.core.run import Confirmation, Run
from gate.core.units import Dimension, show
from gate.core.verdict import Bound, Outcome
from gate.errors import UsageError
from gate.spec import Budget


@dataclass(slots=True)
class Confirming:
    """The confirmation of one check. `session` is None where nobody was suspect."""

    suspects: tuple[str, ...]
    session: Session | None = None

    def of(self, run: Run) -> Run:
        """The run with what was measured again."""
        if self.session is None:
            return replace(run, confirmation=Confirmation())
        ledgers = self.session.head.ledgers.values()
        fresh = Confirmation(
            self.suspects,
            tuple(m for ledger in ledgers for m in ledger.measurements()),
            tuple(m for ledger in ledgers for m in ledger.missing()),
            tuple(f for ledger in ledgers for f in ledger.failed),
            self.session.base_tree(),
            self.session.looks(),
        )
        return replace(run, confirmation=fresh, quiet=(*run.quiet, *self.session.quiet()))


def may_confirm(grounds: Grounds, base: Base | None, outcome: Outcome) -> bool:
    """Whether stored baselines only screen: the base can be checked out, and none was named.

    A stored run of this very tree accuses the machine or what is around it: nothing to check out.
    """
    workspace = grounds.workspace
    if base is None or workspace.request.baseline or workspace.request.generator.of > 1:
        return False
    if not isinstance(workspace.repo, Repository):
        return False
    return any(
        verdict.bound is Bound.TOLERANCE
        and verdict.baseline is not None
        and screens(verdict.baseline, outcome.commit)
        for row in outcome.rows
        for verdict in row.verdicts
    )


def confirm(
    grounds: Grounds,
    base: Base,
    first: Session,
    outcome: Outcome,
    time_left: float,
    stack: contextlib.ExitStack,
) -> Confirming | None:
    """Measure the suspects of the first look again, each minimum; None where that cannot be done.

    Then the first look decides, corrected for all its tolerances. `time_left` is in seconds.
    """
    doubted = suspects(outcome)
    if not doubted:
        return Confirming(())
    budgets = _budgets(grounds, doubted)
    names = frozenset(name for budget in budgets for name in _group(grounds, budget))
    say = grounds.progress.note
    seconds = 2 * sum(_minimum_seconds(first, budget.name) for budget in budgets)
    if seconds > time_left:
        say(f"not confirmed: that takes about {show(seconds, Dimension.TIME)}, more than is left")
        return None
    say(f"suspect against the stored baseline, measured again: {', '.join(doubted)}")
    session = _session(grounds, base, first, names, stack)
    if session is None:
        return None
    session.measure_minimum(budgets, stack, lambda _: None)
    if not any(list(ledger.measurements()) for ledger in session.base_ledgers):
        say("not confirmed: the base could not be measured here, so the first look decides")
        return None
    return Confirming(doubted, session)


def _session(
    grounds: Grounds,
    base: Base,
    first: Session,
    names: frozenset[str],
    stack: contextlib.ExitStack,
) -> Session | None:
    repo = grounds.workspace.repo
    if not isinstance(repo, Repository):
        return None
    beside = Against(repo, base.sha, base.sha[:12], names)
    try:
        other = grounds.base(beside, stack)
    except UsageError as error:
        grounds.progress.note(f"not confirmed: {error.message}")
        return None
    again, say = grounds.again(first.head, names), grounds.progress
    return Session(again, other, beside, first.seed, say, watcher=first.watcher)


def _budgets(grounds: Grounds, doubted: tuple[str, ...]) -> tuple[Budget, ...]:
    """The budgets to measure: for what an observer doubts, the budget that it observes."""
    names = {name.partition("/")[0] for name in doubted}
    return tuple(budget for budget in grounds.selection.budgets if names & _group(grounds, budget))


def _group(grounds: Grounds, budget: Budget) -> set[str]:
    watching = grounds.selection.observers.get(budget.name, ())
    return {budget.name, *(each.name for each in watching)}


def _minimum_seconds(first: Session, budget: str) -> float:
    return sum(
        contest.seconds * contest.looks[0]
        for contest in first.contests
        if contest.budget.name == budget
    )
