"""Counts what rules say of pairs whose truth is known: false alarms, and shifts that are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.decisions import judge
from bench.decisions.intervals import Figure, Tally
from bench.decisions.judge import Ask, Pair
from bench.decisions.peers import Rule

Red = Callable[[Pair], bool]
Shares = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A share, and the pairs behind it: the false alarms, or the shifts that were missed."""

    figure: Figure | None
    offenders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alarms:
    """What unchanged code was called: by comparison, and by build (a suite with any red one)."""

    comparisons: Counted
    builds: Counted


def suites(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """The pairs check by check, in order of name."""
    ordered = sorted(pairs, key=lambda pair: (pair.suite, pair.metric))
    return [list(each) for _, each in groupby(ordered, key=lambda pair: pair.suite)]


def spread(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """At most so many pairs, evenly over the sequence: no choice that looks at values."""
    if len(pairs) <= most:
        return list(pairs)
    return [pairs[index * len(pairs) // most] for index in range(most)]


def alarms(pairs: Sequence[Pair], red: Red) -> Alarms:
    """Each pair decided alone."""
    return tallied([(pair, red(pair)) for pair in pairs])


def check_alarms(pairs: Sequence[Pair], ask: Ask) -> Alarms:
    """Each suite decided as a check."""
    decided = []
    for suite in suites(pairs):
        answers = judge.check(suite, ask)
        decided += [(p, judge.failed(a)) for p, a in zip(suite, answers, strict=True)]
    return tallied(decided)


def tallied(decided: Sequence[tuple[Pair, bool]]) -> Alarms:
    """Comparisons and builds that are red."""
    single, builds = Tally(), Tally()
    bad: dict[tuple[str, str], bool] = defaultdict(bool)
    for pair, is_red in decided:
        single.add(pair.block, is_red)
        bad[pair.block, pair.suite] |= is_red
    for (block, _), is_red in bad.items():
        builds.add(block, is_red)
    named = tuple(pair.name for pair, is_red in decided if is_red)
    return Alarms(Counted(single.figure(), named), Counted(builds.figure(), named))


def found(pairs: Sequence[Pair], red: Red, shift: float) -> Counted:
    """Each pair with head shifted, decided alone."""
    tally, missed = Tally(), []
    for pair in pairs:
        hit = red(pair.slower(shift))
        tally.add(pair.block, hit)
        if not hit:
            missed.append(pair.name)
    return Counted(tally.figure(), tuple(missed))


def found_in_check(
    pairs: Sequence[Pair], ask: Ask, shifts: Sequence[float], most: int
) -> Mapping[float, Counted]:
    """One metric of a suite shifted, all of the suite decided; at most so many metrics a suite."""
    tallies = {shift: Tally() for shift in shifts}
    missed: dict[float, list[str]] = {shift: [] for shift in shifts}
    for suite in suites(pairs):
        questions = [judge.question(pair, ask) for pair in suite]
        for pair in spread(suite, most):
            at = suite.index(pair)
            for shift in shifts:
                shifted = judge.question(pair.slower(shift), ask)
                asked = [*questions[:at], shifted, *questions[at + 1 :]]
                hit = judge.failed(judge.whole(asked, ask.miss_rate)[at])
                tallies[shift].add(pair.block, hit)
                if not hit:
                    missed[shift].append(pair.name)
    return {shift: Counted(tallies[shift].figure(), tuple(missed[shift])) for shift in shifts}


def shares(counted: Mapping[str, Counted]) -> Shares:
    """By rule: its share, where there was anything to count."""
    return tuple(
        (name, each.figure.value) for name, each in counted.items() if each.figure is not None
    )


def as_red(rule: Rule) -> Red:
    """A peer's rule, asked about a pair."""
    return lambda pair: rule(pair.base, pair.head)
