"""Load tests of a saturated server: a verdict on them would be a coin, so there is none."""

from __future__ import annotations

from pathlib import Path

from bench.decisions import judge
from bench.decisions.cases import k6_io
from bench.decisions.count import Counted
from bench.decisions.data import LoadRun, load_runs
from bench.decisions.intervals import Tally, resampled
from bench.decisions.judge import Ask, Pair
from bench.decisions.sheet import Sheet
from bench.decisions.table import Goal, Row

LEVEL = 0.99
SIDES = (1, k6_io.RUNS)


def saturated(run: LoadRun) -> bool:
    """What the judge says of one run from its load signals alone."""
    from gate.core.compare.load import saturated as queueing

    return queueing(run.ms, dropped=run.dropped)


def rows(data: Path) -> list[Row]:
    """Alarms at most 0.5 %; nearly every run is called saturated, and no run that is not."""
    runs = load_runs(data, "k6_cpu")
    blocks = k6_io.by_block(runs)
    made = []
    for statistic in ("median", "p95"):
        ask = Ask("latency", 0.0, k6_io.DESIGN, statistic=statistic)
        for size in SIDES:
            units = f"{size} run{'s' * (size > 1)}"
            sheet = Sheet(f"k6, saturated, {statistic}", ask, LEVEL, units, "blocks of runs")
            drawn = k6_io.draw(blocks, "A", size, k6_io.SETS)
            alarms = k6_io.ours(drawn, ask, wanted=False)
            sheet.add(
                "unchanged red", "alone", alarms, Goal("≤", 0.005), peers=k6_io.theirs(blocks, "A")
            )
            said = [(float(_said(each, ask)), each.blocks) for each in drawn]
            what = "comparisons undecided, saturated"
            sheet.add(what, "alone", Counted(resampled(said)), Goal("≥", 0.95))
            made += sheet.rows
    sheet = Sheet(
        "k6, saturated", Ask("latency", 0.0, "together"), LEVEL, "1 run", "blocks of runs"
    )
    sheet.add("runs called saturated", "alone", _called(runs, wanted=True), Goal("≥", 0.95))
    calm = _called(load_runs(data, "k6_io"), wanted=False)
    sheet.add("I/O-bound runs called saturated", "alone", calm)
    return [*made, *sheet.rows]


def _said(drawn: k6_io.Drawn, ask: Ask) -> bool:
    pair = Pair("k6", "k6", ask.statistic or "", drawn.base, drawn.head)
    answer = judge.one(pair, ask, LEVEL)
    codes = {str(reason.code) for reason in answer.reasons}
    return str(answer.status) == "undecided" and "saturated" in codes


def _called(runs: tuple[LoadRun, ...], *, wanted: bool) -> Counted:
    tally, others = Tally(), []
    for run in runs:
        called = saturated(run)
        tally.add(str(run.block), called)
        if called != wanted:
            others.append(f"run {run.number} ({run.variant}, {run.dropped} dropped)")
    return Counted(tally.figure(), tuple(others))
