"""Made-up data whose truth is known: every kind and design, the true shift exactly at the bound."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gate
from bench.decisions import judge
from bench.decisions.count import Counted
from bench.decisions.data import Earlier
from bench.decisions.intervals import Tally
from bench.decisions.judge import Ask
from bench.decisions.sheet import Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.95
TIMES = 1000
"""Comparisons of each world."""
SEED = 11
GOAL = Goal("≥", 0.5 * (1 - LEVEL), upper=1.5 * (1 - LEVEL))
Sides = tuple[Sequence[Any], Sequence[Any], tuple[Earlier, ...]]


@dataclass(frozen=True, slots=True)
class World:
    """How one comparison's two sides and its history come about; head is worse by `shift`."""

    name: str
    ask: Ask
    units: str
    draw: Callable[[random.Random, float], Sides]


def rows(_: Path | None = None) -> list[Row]:
    """Between half and one and a half times the nominal 5 %."""
    return [world_row(world) for world in WORLDS]


def world_row(world: World, times: int = TIMES) -> Row:
    """How often the bound misses in so many comparisons of one world."""
    chance = random.Random(f"{SEED} {world.name}")  # noqa: S311 - repeatable data
    tally = Tally()
    for index in range(times):
        base, head, known = world.draw(chance, world.ask.tolerance)
        answer = gate.compare(
            base, head, confidence=LEVEL, history=judge.past(known), **world.ask.words("")
        )
        tally.add(str(index), judge.failed(answer))
    sheet = Sheet(f"simulated, {world.name}", world.ask, LEVEL, world.units, "worlds")
    sheet.add(f"{world.ask.design}: bound misses", "alone", Counted(tally.figure()), GOAL)
    return sheet.rows[0]


def _timing(units: int, *, pair: float, within: float, session: float = 0.0, past: int = 0) -> Any:  # noqa: ANN401 - a closure
    """Log-normal processes of five rounds; what a pair or a session shares varies too."""

    def draw(chance: random.Random, shift: float) -> Sides:
        def side(centre: float, shared: Sequence[float]) -> list[tuple[float, ...]]:
            middles = [centre + each + chance.gauss(0, within) for each in shared]
            return [tuple(math.exp(m + chance.gauss(0, within)) for _ in range(5)) for m in middles]

        shared = [chance.gauss(0, pair) for _ in range(units)]
        base = side(chance.gauss(0, session), shared)
        head = side(chance.gauss(0, session) + math.log1p(shift), shared)
        known = tuple(
            Earlier(f"2026-01-01 00:{n:02}", f"c{n}", math.exp(chance.gauss(0, session)))
            for n in range(past)
        )
        return base, head, known

    return draw


def _latency(units: int, requests: int, between: float) -> Any:  # noqa: ANN401 - a closure
    """Runs of weakly autocorrelated log-normal latencies, apart by a little from run to run."""

    def run(chance: random.Random, centre: float) -> tuple[float, ...]:
        state, made = 0.0, []
        middle = centre + chance.gauss(0, between)
        for _ in range(requests):
            state = 0.05 * state + chance.gauss(0, 0.4)
            made.append(math.exp(middle + state))
        return tuple(made)

    def draw(chance: random.Random, shift: float) -> Sides:
        base = [run(chance, 3.0) for _ in range(units)]
        return base, [run(chance, 3.0 + math.log1p(shift)) for _ in range(units)], ()

    return draw


def _lab(units: int) -> Any:  # noqa: ANN401 - a closure
    """Page loads with a long right tail: one in ten is a third slower."""

    def side(chance: random.Random, factor: float) -> list[tuple[float]]:
        slow = [1.33 if chance.random() < 0.1 else 1.0 for _ in range(units)]
        return [(factor * s * math.exp(7 + chance.gauss(0, 0.06)),) for s in slow]

    return lambda chance, shift: (side(chance, 1.0), side(chance, 1 + shift), ())


def _counted(units: int, count: float, spread: float) -> Any:  # noqa: ANN401 - a closure
    """Whole numbers that are nearly exact, as instruction counts are."""

    def side(chance: random.Random, centre: float) -> list[float]:
        return [float(round(chance.gauss(centre, centre * spread))) for _ in range(units)]

    return lambda chance, shift: (side(chance, count), side(chance, count * (1 + shift)), ())


def _proportion(units: int, trials: int, share: float) -> Any:  # noqa: ANN401 - a closure
    """Events among trials, no more spread than binomial."""

    def side(chance: random.Random, centre: float) -> list[gate.Counts]:
        return [gate.Counts(_binomial(chance, trials, centre), trials) for _ in range(units)]

    return lambda chance, shift: (side(chance, share), side(chance, share * (1 + shift)), ())


def _binomial(chance: random.Random, trials: int, share: float) -> int:
    """How many of the trials hit, by the gaps between hits."""
    hits, at = -1, 0
    while at <= trials:
        hits += 1
        at += 1 + int(math.log(1.0 - chance.random()) / math.log1p(-share))
    return hits


WORLDS = (
    World("timing, 10 a side", Ask("timing", 0.02, "together"), "10 processes",
          _timing(10, pair=0.0, within=0.01)),
    World("timing, 4 a side", Ask("timing", 0.02, "together"), "4 processes",
          _timing(4, pair=0.0, within=0.01)),
    World("timing, 12 pairs", Ask("timing", 0.02, "paired"), "12 pairs",
          _timing(12, pair=0.05, within=0.01)),
    World("timing, stored, 30 runs known", Ask("timing", 0.02, "stored"), "10 processes",
          _timing(10, pair=0.0, within=0.01, session=0.01, past=30)),
    World("latency, p50", Ask("latency", 0.05, "together", statistic="median"), "5 runs",
          _latency(5, 400, 0.02)),
    World("latency, p95", Ask("latency", 0.05, "together", statistic="p95"), "5 runs",
          _latency(5, 400, 0.02)),
    World("lab", Ask("lab", 0.05, "together"), "11 loads", _lab(11)),
    World("counted", Ask("counted", 0.01, "together"), "10 units",
          _counted(10, 1e8, 0.002)),
    World("proportion", Ask("proportion", 0.5, "together"), "5 units",
          _proportion(5, 4000, 0.02)),
    World("proportion, rare", Ask("proportion", 1.0, "together"), "5 units",
          _proportion(5, 4000, 0.001)),
)  # fmt: skip
