"""A series of builds, judged one by one as a stored baseline with its past."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gate
from bench.decisions import judge
from bench.decisions.count import Counted, Shares, shares
from bench.decisions.data import Earlier, Series
from bench.decisions.intervals import Tally
from bench.decisions.judge import Ask
from bench.decisions.limits import hindsight
from bench.decisions.peers import HistoryRule

WITHIN = 5
"""A step is found late when any of its first builds is red."""
INJECTED = 6
"""Builds of a series at which a step begins, drawn."""
SEED = 0


@dataclass(frozen=True, slots=True)
class Steps:
    """Shares of injected steps found at their first build, and within the first five."""

    once: Counted
    late: Counted


def warm(series: Series, least: int = 10) -> int:
    """How many builds are past before the first is judged: ten, half of a short series."""
    return min(least, len(series.builds) // 2)


class Follower:
    """Judges a series build by build: accepted is what our own verdict did not fail."""

    def __init__(
        self, series: Series, ask: Ask, confidence: float, prior: float | None = None
    ) -> None:
        self._ask, self._confidence, self._prior = ask, confidence, prior
        self._runs = list(judge.past(series.builds[: warm(series)]))
        self._base = len(self._runs) - 1

    def copy(self) -> Follower:
        """The same past, to go another way from here."""
        made = object.__new__(Follower)
        made._ask, made._confidence, made._prior = self._ask, self._confidence, self._prior
        made._runs, made._base = list(self._runs), self._base
        return made

    def red(self, build: Earlier, factor: float = 1.0) -> bool:
        """Whether the build fails; it is part of the past then, accepted where it did not.

        The last accepted build is the base; all others before, whatever their verdict, are history.
        """
        value = build.value * factor
        answer = gate.compare(
            self._runs[self._base].units,
            [value],
            confidence=self._confidence,
            prior=self._prior,
            history=(*self._runs[: self._base], *self._runs[self._base + 1 :]),
            **self._ask.words(""),
        )
        bad = judge.failed(answer)
        self._runs += judge.past([Earlier(build.at, build.commit, value, accepted=not bad)])
        if not bad:
            self._base = len(self._runs) - 1
        return bad


def starts(series: Series) -> list[int]:
    """The builds at which a step begins, drawn among those with enough builds after them."""
    possible = range(warm(series), len(series.builds) - WITHIN + 1)
    chance = random.Random(f"{SEED} {series.name}")  # noqa: S311 - repeatable
    return sorted(chance.sample(possible, min(INJECTED, len(possible))))


def ours(
    given: Sequence[Series],
    ask: Ask,
    confidence: float,
    shifts: Sequence[float],
    prior: float | None = None,
) -> tuple[Counted, Mapping[float, Steps]]:
    """False alarms over every build, and steps found from the state that the judge had there."""
    alarms, blamed = Tally(), []
    once, late = {s: Tally() for s in shifts}, {s: Tally() for s in shifts}
    missed: dict[float, list[str]] = {s: [] for s in shifts}
    for series in given:
        follower, begin = Follower(series, ask, confidence, prior), set(starts(series))
        block = series.block
        for index in range(warm(series), len(series.builds)):
            if index in begin:
                for shift in shifts:
                    found = _step(follower.copy(), series, index, shift)
                    once[shift].add(block, found[0])
                    late[shift].add(block, any(found))
                    missed[shift] += [series.name] * (not found[0])
            bad = follower.red(series.builds[index])
            alarms.add(block, bad)
            blamed += [f"{series.name} build {index}"] * bad
    steps = {
        shift: Steps(
            Counted(once[shift].figure(), tuple(missed[shift])), Counted(late[shift].figure())
        )
        for shift in shifts
    }
    return Counted(alarms.figure(), tuple(blamed)), steps


def _step(follower: Follower, series: Series, index: int, shift: float) -> list[bool]:
    return [follower.red(build, 1 + shift) for build in series.builds[index : index + WITHIN]]


def theirs(
    given: Sequence[Series], rules: Mapping[str, HistoryRule], shift: float
) -> tuple[Shares, Shares, Shares]:
    """By peer: false alarms a build, steps found at once, and within five builds."""
    alarms, once, late = {}, {}, {}
    for name, rule in rules.items():
        tallies = Tally(), Tally(), Tally()
        for series in given:
            values = [build.value for build in series.builds]
            block = series.block
            for index in range(warm(series), len(values)):
                tallies[0].add(block, rule(values[:index], values[index]))
            for index in starts(series):
                worse = [*values[:index], *(v * (1 + shift) for v in values[index:])]
                found = [rule(worse[:at], worse[at]) for at in range(index, index + WITHIN)]
                tallies[1].add(block, found[0])
                tallies[2].add(block, any(found))
        alarms[name], once[name], late[name] = (Counted(each.figure()) for each in tallies)
    return shares(alarms), shares(once), shares(late)


def limit(given: Sequence[Series], shift: float) -> float | None:
    """The share of first builds of a step that no unchanged build comes near, in hindsight."""
    found = [
        hit for series in given for hit in hindsight(series, warm(series), starts(series), shift)
    ]
    return sum(found) / len(found) if found else None
