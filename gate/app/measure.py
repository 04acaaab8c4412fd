"""Measuring a budget unit by unit, on head and in turn on the base, until enough is known."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from gate.app.bench import Bench
from gate.app.progress import Progress
from gate.app.quiet import Guard
from gate.app.turns import base_first
from gate.core.looks import schedule
from gate.core.quiet import Watched
from gate.core.reasons import Code, Reason
from gate.seams.runner import (
    Load,
    SideBySide,
    UnitAnswer,
    UnitFailed,
)
from gate.spec import Budget


@dataclass(slots=True)
class Contest:
    """One budget on head and, where there is one, on the base: unit by unit in turn.

    `turns` are the units that gave an answer, in their order, with whether it was the base's;
    `asked` is how many units had begun at each look that there was; `again` are units that
    something disturbed and that are measured again.
    """

    head: Bench
    base: Bench | None = None
    seed: int = 0
    begun: int = 0
    turns: list[tuple[bool, int]] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    guard: Guard = field(default_factory=Guard)
    again: list[int] = field(default_factory=list)

    @property
    def looks(self) -> tuple[int, ...]:
        """The looks that there may be, as numbers of units."""
        return schedule(self.budget.repeat.minimum, self.budget.repeat.maximum)

    @property
    def next_look(self) -> int:
        """The number of units at the next look, 0 where there is none."""
        if self.head.ended or len(self.asked) >= len(self.looks):
            return 0
        done = self.asked[-1] if self.asked else 0
        return next((look for look in self.looks if look > done), 0)

    @property
    def budget(self) -> Budget:
        """The budget as head promises it."""
        return self.head.budget

    @property
    def benches(self) -> tuple[Bench, ...]:
        """Those that can still be measured."""
        both = (self.head,) if self.base is None else (self.head, self.base)
        return tuple(bench for bench in both if not bench.ended)

    @property
    def seconds(self) -> float:
        """What one more unit of each is likely to take."""
        return sum(b.ledger.tool_seconds / max(1, b.ledger.units) for b in self.benches)


def measure_unit(bench: Bench, index: int, progress: Progress, first: int = 1) -> bool:
    """Measure a unit, again while it fails and attempts are left; whether it gave an answer.

    `first` is the number of the first attempt.
    """
    budget, title = bench.budget, bench.title
    for attempt in range(first, budget.attempts + 1):
        progress.unit(title, index, budget.repeat.minimum, budget.repeat.maximum)
        answer = _observed_unit(bench, index, attempt)
        serves = budget.service and budget.runner.serves
        gone = bench.systems.check(budget.service) if serves else None
        if gone is not None:
            _end(bench, gone)
            return False
        if isinstance(answer, UnitAnswer):
            return True
        if _given_up(bench, answer, attempt, progress):
            return False
    return False


def _given_up(bench: Bench, failed: UnitFailed, attempt: int, progress: Progress) -> bool:
    """Say that an attempt failed; whether that was the last one, so that the budget ends."""
    progress.note(f"{bench.title}: attempt {attempt} failed: {failed.reason.sentence}")
    last = attempt == bench.budget.attempts or not failed.again
    if last or failed.reason.code is Code.TOOL_TIMED_OUT:
        _end(bench, failed.reason)
    return bench.ended


def _measure_turn(contest: Contest, progress: Progress) -> None:
    """The next unit on every tree."""
    contest.begun += 1
    _measure_pair(contest, contest.begun - 1, progress)


def _measure_pair(contest: Contest, index: int, progress: Progress) -> None:
    """A unit on every tree, in the order that was drawn for it; the base never alone."""
    benches = contest.benches
    turned = base_first(contest.seed, contest.budget.name, index)
    if _can_be_side_by_side(benches):
        with contest.guard.watching(Watched.BOTH):
            _measure_side_by_side(contest, index, progress, base_first=turned)
    else:
        for bench in benches[::-1] if turned else benches:
            if contest.head.ended:
                break
            with contest.guard.watching(Watched.BASE if bench.base else Watched.HEAD):
                given = measure_unit(bench, index, progress)
            if given:
                contest.turns.append((bench.base, index))
    _drop_if_disturbed(contest, index, progress)


def _drop_if_disturbed(contest: Contest, index: int, progress: Progress) -> None:
    """Drop a unit of both trees where others disturbed one of them; it is measured again later."""
    by = contest.guard.settled(
        index,
        minimum=contest.budget.repeat.minimum,
        begun=contest.begun,
        last=contest.head.ended,
    )
    if not by:
        return
    for bench in (contest.head, contest.base):
        for ledger in bench.ledgers if bench is not None else ():
            ledger.drop(index)
    contest.turns = [turn for turn in contest.turns if turn[1] != index]
    contest.again.append(index)
    progress.note(
        f"{contest.budget.name}: repeat {index + 1} is dropped on both sides and measured again: "
        f"{by[0].sentence}"
    )


def _measure_dropped(contest: Contest, progress: Progress, deadline: float = math.inf) -> None:
    """Measure again what was dropped, while there is time; what there is none for stays dropped."""
    while contest.again and not contest.head.ended:
        if time.monotonic() + contest.seconds > deadline:
            break
        _measure_pair(contest, contest.again.pop(0), progress)
    contest.again.clear()


def _can_be_side_by_side(benches: tuple[Bench, ...]) -> bool:
    """Whether both trees are there, and nobody watches a unit or waits for a server of its own."""
    return len(benches) == 2 and all(
        isinstance(bench.session, SideBySide)
        and not bench.watching
        and not bench.budget.runner.serves
        for bench in benches
    )


def _measure_side_by_side(
    contest: Contest, index: int, progress: Progress, *, base_first: bool
) -> None:
    """A unit of both trees at once; one that fails is tried again by itself."""
    head, base = contest.benches
    repeat = contest.budget.repeat
    progress.unit(f"{head.title} and base", index, repeat.minimum, repeat.maximum)
    if not isinstance(head.session, SideBySide):
        msg = f"{head.title} cannot be measured side by side"
        raise TypeError(msg)
    answers = head.session.beside(base.session, index, other_first=base_first)
    both = list(zip((head, base), answers, strict=True))
    for bench, answer in both[::-1] if base_first else both:
        if isinstance(answer, UnitAnswer):
            bench.ledger.add(index, answer)
            given = True
        else:
            bench.ledger.fail(index, 1, answer)
            up = _given_up(bench, answer, 1, progress)
            given = not up and measure_unit(bench, index, progress, first=2)
        if given:
            contest.turns.append((bench.base, index))


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


def measure_minimum(contest: Contest, progress: Progress) -> None:
    """Measure the units that the budget asks for at the least."""
    began, head = time.monotonic(), contest.head
    while contest.begun < contest.budget.repeat.minimum and not head.ended:
        _measure_turn(contest, progress)
    _measure_dropped(contest, progress)
    _complete(contest, progress)
    progress.done(contest.budget.name, head.ledger.units, time.monotonic() - began)


def _complete(contest: Contest, progress: Progress) -> None:
    """Measure again, once, as many units as withheld an answer that others gave."""
    minimum = contest.budget.repeat.minimum
    ledgers = [ledger for bench in contest.benches for ledger in bench.ledgers]
    lacking = max((ledger.lacking(minimum) for ledger in ledgers), default=0)
    if contest.head.ended or lacking <= 0 or contest.budget.attempts < 2:
        return
    progress.note(f"{contest.budget.name}: {lacking} repeats withheld an answer, measuring again")
    for _ in range(lacking):
        if not contest.head.ended:
            _measure_turn(contest, progress)
    _measure_dropped(contest, progress)


def measure_until(contest: Contest, progress: Progress, deadline: float, *, least: int) -> None:
    """Measure up to the maximum while there is time, and `least` units whatever time it takes."""
    while contest.begun < contest.budget.repeat.maximum and not contest.head.ended:
        if contest.begun >= least and time.monotonic() + contest.seconds > deadline:
            break
        _measure_turn(contest, progress)
    _measure_dropped(contest, progress, deadline)


def measure_to_next_look(contest: Contest, progress: Progress, deadline: float) -> bool:
    """Measure on while the next unit is likely to end before the deadline; whether any was."""
    began = contest.begun
    while contest.begun < contest.next_look and not contest.head.ended:
        if time.monotonic() + contest.seconds > deadline:
            break
        _measure_turn(contest, progress)
    _measure_dropped(contest, progress, deadline)
    return contest.begun > began


def look(contest: Contest) -> None:
    """Note that the data of a contest are judged now; it is no look where nothing is new."""
    if not contest.asked or contest.begun > contest.asked[-1]:
        contest.asked.append(contest.begun)
