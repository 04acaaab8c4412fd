"""Whether the bound keeps its word: head worse by exactly the tolerance, a 95 % bound asked.

The bound misses where it lies above the tolerance: where such a comparison fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.decisions import data as files
from bench.decisions import history, judge
from bench.decisions.cases import (
    duet,
    history_hosted,
    history_quiet,
    interleaved,
    k6_io,
    lighthouse,
    stored,
)
from bench.decisions.count import Counted
from bench.decisions.data import Earlier, Units
from bench.decisions.intervals import Tally, resampled
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.95
MOST = Goal("≤", 1.5 * (1 - LEVEL))
TURNS = 5
"""Sessions a side of the overloaded machine, in turn."""


def rows(data: Path) -> list[Row]:
    """At most one and a half times the nominal 5 %, on every set and design."""
    turn = interleaved.pairs(data)
    micro = micro_pairs(data)
    made = []
    for name, pairs, ask, units, blocks in (
        ("in turn", turn, Ask("timing", 0.02, "together"), "10 processes", "pairs of runs"),
        ("in turn", turn, Ask("timing", 0.02, "paired"), "10 processes", "pairs of runs"),
        ("stored", stored.pairs(data), stored.ASK, stored.UNITS, "pairs of runs"),
        ("Go, stored", go_pairs(data), Ask("timing", 0.01, "stored"), "25 runs", "days"),
        ("overloaded, in turn", micro, Ask("timing", 0.02, "together"), "5 processes", "windows"),
        ("overloaded, in turn", micro, Ask("timing", 0.02, "paired"), "5 processes", "windows"),
        ("Lighthouse, drawn", lighthouse.drawn(files.pages(data), lighthouse.DRAWS),
         replace(lighthouse.ASK, floors={}), "11 loads", "pages"),
        ("Lighthouse, in turn", lighthouse.windows(files.pages(data)),
         replace(lighthouse.ASK, floors={}), "≤ 11 loads", "pages"),
    ):  # fmt: skip
        sheet = Sheet(f"calibration, {name}", ask, LEVEL, units, blocks)
        sheet.add(f"{ask.design}: bound misses", "alone", missed(pairs, ask), MOST)
        made += sheet.rows
    return [*made, *_duet(data), *_k6(data), *_series(data)]


def missed(pairs: Sequence[Pair], ask: Ask) -> Counted:
    """The share of comparisons whose bound lies above the true shift."""
    tally, blamed = Tally(), []
    red = judge.red(ask, LEVEL)
    for pair in pairs:
        hit = red(pair.slower(ask.tolerance))
        tally.add(pair.block, hit)
        if hit:
            blamed.append(pair.name)
    return Counted(tally.figure(), tuple(blamed))


def go_pairs(data: Path) -> list[Pair]:
    """Go1.17 on one day against the day before, with the days before those as history."""
    days, made = files.go_days(data), []
    for index in range(1, len(days)):
        before, today = days[index - 1].base, days[index].base
        past = days[: index - 1]
        for name in sorted(before.keys() & today.keys()):
            known = tuple(
                Earlier(day.day, day.day, sum(day.base[name]) / len(day.base[name]))
                for day in past
                if name in day.base
            )
            base, head = _each(before[name]), _each(today[name])
            made.append(Pair(days[index].day, days[index].day, name, base, head, known))
    return made


def _each(values: Sequence[float]) -> Units:
    return tuple((value,) for value in values)


def micro_pairs(data: Path) -> list[Pair]:
    """Consecutive processes on an overloaded machine, alternately base and head."""
    made = []
    for name, sessions in files.micro(data).items():
        for start in range(0, len(sessions) - 2 * TURNS + 1, 2 * TURNS):
            window = sessions[start : start + 2 * TURNS]
            block = f"sessions {start}"
            made.append(Pair(block, block, name, window[0::2], window[1::2]))
            made.append(Pair(f"{block} back", block, name, window[1::2], window[0::2]))
    return made


def _duet(data: Path) -> list[Row]:
    sessions = [session for session in files.duet(data) if session.alternated]
    made = []
    for clock, index in duet.CLOCKS:
        ask = replace(duet.ASK, detect=None)
        sheet = Sheet("calibration, overloaded, alternated", ask, LEVEL, "10 pairs", "sessions")
        sheet.clock = clock
        hits, blamed = [], []
        for drawn, pairs in duet.draws(sessions, index, duet.DRAWS):
            for pair in pairs:
                ten = replace(pair, base=pair.base[:10], head=pair.head[:10])
                hit = judge.red(ask, LEVEL)(ten.slower(ask.tolerance))
                hits.append((float(hit), drawn[:10]))
                blamed += [pair.metric] * hit
        sheet.add("paired: bound misses", "alone", Counted(resampled(hits), tuple(blamed)), MOST)
        made += sheet.rows
    return made


def _k6(data: Path) -> list[Row]:
    blocks = k6_io.by_block(files.load_runs(data, "k6_io"))
    drawn = k6_io.draw(blocks, "A", k6_io.RUNS, k6_io.SETS)
    made = []
    for statistic in ("median", "p95"):
        for design in ("together", "paired"):
            ask = Ask("latency", 0.05, design, statistic=statistic)
            sheet = Sheet(f"calibration, k6 {statistic}", ask, LEVEL, "5 runs", "blocks of runs")
            hits, blamed = [], []
            for each in drawn:
                pair = Pair("k6", "k6", statistic, each.base, each.head)
                hit = judge.red(ask, LEVEL)(pair.slower(ask.tolerance))
                hits.append((float(hit), each.blocks))
                blamed += ["blocks " + " ".join(each.blocks)] * hit
            counted = Counted(resampled(hits), tuple(blamed))
            sheet.add(f"{design}: bound misses", "alone", counted, MOST)
            made += sheet.rows
    return made


def _series(data: Path) -> list[Row]:
    """Single builds with the truth at the bound: the step is as large as the tolerance."""
    made = []
    for name, given, ask, prior in (
        ("history, hosted", files.hosted(data), history_hosted.ASK, None),
        ("history, quiet", files.quiet(data), history_quiet.ASK, history_quiet.PRIOR),
    ):
        tally, blamed = Tally(), []
        for series in (each for each in given if len(each.builds) > 2 * history.WITHIN):
            follower = history.Follower(series, ask, LEVEL, prior)
            for build in series.builds[history.warm(series) :]:
                hit = follower.copy().red(build, 1 + ask.tolerance)
                follower.red(build)
                tally.add(series.block, hit)
                blamed += [series.name] * hit
        sheet = Sheet(f"calibration, {name}", ask, LEVEL, "1 build", "series")
        sheet.add("stored: bound misses", "alone", Counted(tally.figure(), tuple(blamed)), MOST)
        made += sheet.rows
    return made
