"""One session of measuring: budgets on head, alone or in turn with a base, look by look."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

from gate.app.against import Against
from gate.app.ledger import Ledger
from gate.app.measure import Contest, look, measure_minimum, measure_to_next_look
from gate.app.progress import Progress, Waiting
from gate.app.quiet import Watcher, guard_of
from gate.app.side import Side
from gate.core.quiet import Quiet
from gate.core.run import BaseTree, Looks, Turn
from gate.core.verdict import Outcome, Row, Status
from gate.spec import Budget

Ask = Callable[[], Outcome]
"""The judge's answer to everything measured so far."""


class Session:
    """The contests of one session; what they measured becomes part of a run."""

    def __init__(
        self,
        head: Side,
        base: Side | None,
        beside: Against | None,
        seed: int,
        progress: Progress,
        *,
        watcher: Watcher[Any] | None = None,
    ) -> None:
        """`watcher` tells how quiet the machine was during each unit."""
        self.head = head
        self.base = base
        self._beside = beside
        self.seed = seed
        self._progress = progress
        self.watcher = watcher
        self.contests: list[Contest] = []

    @property
    def sides(self) -> tuple[Side, ...]:
        """The trees that are measured."""
        return (self.head,) if self.base is None else (self.head, self.base)

    @property
    def base_ledgers(self) -> tuple[Ledger, ...]:
        """What the base gave; none where there is no base."""
        return tuple(self.base.ledgers.values()) if self.base is not None else ()

    @property
    def adaptive(self) -> bool:
        """Whether any budget may be measured on after its minimum."""
        return any(len(contest.looks) > 1 for contest in self.contests)

    def measure_minimum(
        self,
        budgets: Iterable[Budget],
        stack: contextlib.ExitStack,
        announce: Callable[[int], None],
    ) -> None:
        """Open and measure every budget's minimum, one budget after the other: the first look."""
        for position, chosen in enumerate(budgets):
            announce(position)
            head = self.head.open(chosen.name, stack)
            if head is None:
                continue
            both = self.base is not None and self.base.measures(chosen.name)
            base = self.base.open(chosen.name, stack) if self.base and both else None
            contest = Contest(head, base, self.seed, guard=guard_of(head.ledgers, self.watcher))
            measure_minimum(contest, self._progress)
            look(contest)
            self.contests.append(contest)

    def measure_on(self, ask: Ask, deadline: float, concerns: Callable[[str], bool]) -> None:
        """Round by round measure what is not decided, and ask again, while there is time.

        `concerns` says of an objective whether this session measures it.
        """
        while True:
            rows = [row for row in ask().rows if concerns(row.objective.id)]
            waiting = self._waiting(rows)
            self._progress.looked(sum(_is_decided(row) for row in rows), waiting)
            names = {each.objective.partition("/")[0] for each in waiting if each.left}
            if not self._round(names, deadline):
                return

    def _round(self, names: set[str], deadline: float) -> bool:
        """Measure these budgets up to their next look; whether anything was measured."""
        going = [c for c in self.contests if names & {each.budget for each in c.head.ledgers}]
        measured = False
        for contest in going:
            if measure_to_next_look(contest, self._progress, deadline):
                look(contest)
                measured = True
        return measured

    def _waiting(self, rows: Iterable[Row]) -> tuple[Waiting, ...]:
        left = {
            ledger.budget: max(0, contest.looks[-1] - contest.begun) if contest.next_look else 0
            for contest in self.contests
            for ledger in contest.head.ledgers
        }
        return tuple(
            Waiting(
                row.objective.id,
                row.reason.sentence if row.reason else "",
                left.get(row.objective.budget, 0),
            )
            for row in rows
            if row.status is Status.UNDECIDED
        )

    def looks(self) -> tuple[Looks, ...]:
        """When the data of each budget were judged, of those that may be measured on."""
        return tuple(
            Looks(ledger.budget, contest.looks, tuple(contest.asked))
            for contest in self.contests
            if len(contest.looks) > 1 and contest.asked and contest.asked[0] > 0
            for ledger in contest.head.ledgers
        )

    def quiet(self) -> tuple[Quiet, ...]:
        """How quiet the machine was, by budget and side."""
        return tuple(q for c in self.contests for q in c.guard.told(c.budget.name))

    def base_tree(self) -> BaseTree | None:
        """The base's part of the run, None where there is no base."""
        if self._beside is None or self.base is None:
            return None
        ledgers = self.base_ledgers
        # An observer's units are those of the budget that it observes.
        turns = tuple(
            Turn(ledger.budget, base, unit)
            for contest in self.contests
            if contest.base is not None
            for ledger in contest.head.ledgers
            for base, unit in contest.turns
        )
        return BaseTree(
            commit=self._beside.sha,
            revision=self._beside.revision,
            seed=self.seed,
            budgets=tuple(sorted(self._beside.budgets)),
            measurements=tuple(m for ledger in ledgers for m in ledger.measurements()),
            missing=tuple(m for ledger in ledgers for m in ledger.missing()),
            failed_attempts=tuple(f for ledger in ledgers for f in ledger.failed),
            tools=tuple(sorted({tool for ledger in ledgers for tool in ledger.tools()})),
            turns=turns,
        )


def _is_decided(row: Row) -> bool:
    return row.status not in {Status.UNDECIDED, Status.SKIPPED}
