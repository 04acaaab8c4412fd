"""The one table: what was asked of whom, what came out, and whether the goal is met."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.decisions.intervals import Figure

Scope = Literal["alone", "in the check", "a check of its own"]
Unit = Literal["%", "units", "ratio", "s", "MB", "per 100"]

OFFENDERS = 12
"""How many of the comparisons that cost a goal are named under the table."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The conditions of a figure; `level` is one-sided, of the bound that fails a build."""

    tolerance: float
    level: float
    scope: Scope
    units: str
    clock: str = "wall"
    detect: float | None = None

    def __str__(self) -> str:
        parts = [f"tol {self.tolerance:.0%}"]
        if self.detect is not None:
            parts.append(f"detect {self.detect:.0%}")
        level = f"{self.level:.3%}".rstrip("0%").rstrip(".") + " %"
        holm = "Holm at 1 %" if self.scope == "in the check" else f"one-sided {level}"
        parts += [self.scope, holm, f"{self.units} a side", self.clock]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be; met unless the figure's whole interval lies on the wrong side.

    `upper` makes it a range: at least `value` and at most `upper`.
    """

    sign: Literal["≤", "≥"]
    value: float
    upper: float = math.inf

    def met(self, figure: Figure) -> bool:
        """Whether the interval does not exclude the goal."""
        if self.sign == "≤":
            return figure.at_most(self.value)
        return figure.at_least(self.value) and figure.at_most(self.upper)

    def reached(self, figure: Figure) -> bool:
        """Whether the figure itself, not only its interval, is as good as the goal."""
        if self.sign == "≤":
            return figure.value <= self.value
        return self.value <= figure.value <= self.upper

    def text(self, unit: Unit) -> str:
        """The goal as the table shows it."""
        ranged = "" if math.isinf(self.upper) else f", ≤ {_value(self.upper, unit)}"
        return f"{self.sign} {_value(self.value, unit)}{ranged}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a figure of ours with its goal, and the peers' figures on the same data.

    `offenders` names what stands between the figure and perfection: false alarms, missed shifts.
    `limit` is what these data would let anybody find (`bench/decisions/limits.py`).
    """

    case: str
    what: str
    asked: Asked | None
    figure: Figure | None
    goal: Goal | None = None
    unit: Unit = "%"
    peers: tuple[tuple[str, float], ...] = ()
    blocks: str = "blocks"
    offenders: tuple[str, ...] = ()
    note: str = ""
    limit: float | None = None

    def beside(self, peers: tuple[tuple[str, float], ...]) -> Row:
        """The row with the peers' figures."""
        return replace(self, peers=peers)

    @property
    def missed(self) -> bool:
        """Whether there is a figure, and it misses its goal."""
        return self.figure is not None and not self.good

    @property
    def good(self) -> bool:
        """Whether nothing is asked, or the goal is met; a figure that could not be had is not."""
        return self.goal is None or (self.figure is not None and self.goal.met(self.figure))


def render(rows: Sequence[Row]) -> str:
    """The table in Markdown."""
    titles = ("case", "figure", "conditions", "ours", "95 % interval", "n", "goal", "met", "limit")
    head = "| " + " | ".join([*titles, "peers, same data"]) + " |"
    rule = "| --- " * (len(titles) + 1) + "|"
    return "\n".join([head, rule, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    figure, goal = row.figure, row.goal
    cells = [row.case, row.what, str(row.asked or "")]
    if figure is None:
        cells += [row.note or "no such data here", "", ""]
    else:
        counted = f"{figure.trials} in {figure.blocks} {row.blocks}"
        hits = f"{figure.hits:g} of " if row.unit == "%" else ""
        spread = f"{_value(figure.low, row.unit)} to {_value(figure.high, row.unit)}"
        cells += [_value(figure.value, row.unit), spread, hits + counted]
    cells += [goal.text(row.unit) if goal else "", _met(row)]
    cells.append("" if row.limit is None else _value(row.limit, row.unit))
    cells.append("; ".join(f"{name} {_value(value, row.unit)}" for name, value in row.peers))
    return "| " + " | ".join(cells) + " |"


def _met(row: Row) -> str:
    if row.goal is None or row.figure is None:
        return "" if row.figure or row.goal is None else "-"
    if row.goal.reached(row.figure):
        return "met"
    return "met (within the interval)" if row.goal.met(row.figure) else "**not met**"


def _value(value: float, unit: Unit) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if unit == "%":
        return f"{100 * value:.2f} %".replace(".00 %", " %")
    if unit == "per 100":
        return f"{100 * value:.2f} per 100"
    return f"{value:.2f} {unit}".replace(" ratio", "")


def offenders(rows: Sequence[Row]) -> str:
    """Under the table: by row, what cost the figure; where much did, by metric."""
    lines = []
    for row in rows:
        if not row.offenders:
            continue
        counted = Counter(row.offenders)
        if len(counted) > OFFENDERS:
            counted = Counter(name.rpartition(": ")[2] for name in row.offenders)
        named = ", ".join(
            f"{name} (x{times})" if times > 1 else name
            for name, times in counted.most_common(OFFENDERS)
        )
        more = len(counted) - OFFENDERS
        rest = f" and {more} more" if more > 0 else ""
        lines.append(f"- {row.case}, {row.what} ({row.asked or ''}): {named}{rest}")
    return "\n".join(lines)


def summary(rows: Sequence[Row]) -> str:
    """How many goals there are, and how many are met."""
    asked = [row for row in rows if row.goal is not None and row.figure is not None]
    reached = sum(row.goal.reached(row.figure) for row in asked if row.goal and row.figure)
    met = sum(row.good for row in asked)
    return f"{met} of {len(asked)} goals met, {reached} of them by the figure itself."


def page(rows: Sequence[Row]) -> str:
    """The table as a page of the documentation."""
    return f"""# How well the gate decides

Written by `make bench-decisions` from real measurements whose truth is known. Every row says under
which conditions it was asked: the tolerance, the one-sided level of the bound that fails a build
(alone, or one of a check's objectives that share an alarm rate of 1 % by Holm's procedure), the
units a side, the clock. Intervals are Clopper-Pearson's at the effective number of trials over
independent blocks (`bench/decisions/intervals.py`); a goal is met when the interval does not
exclude it. The limit is what a test would find on these data that knew what no test knows
(`bench/decisions/limits.py`). The peers' rules are written from their documentation
(`bench/decisions/peers.py`) and see the same data.

{render(rows)}

{summary(rows)}

## Which data were fitted

All figures come from about half of what was measured; the other half was never seen. On this
half, some constants of the judge were chosen while looking at some of the data, whose figures are
therefore no proof:

- the eighth that is cut from each end of timings, and the moderation: `pyperf_reruns` in turn,
  `go_bent` base against tip;
- how sessions vary (eight runs to predict from, odd runs held at four robust sd, a level that
  breaks at six standard errors, 64 runs remembered) and the stated priors: `gab_self`, `go_bent`
  over days, `cpython_history` with `pyperf_reruns` across days. So were the tolerance, level and
  prior of the two history cases. A stored baseline is told the machine's usual spread as its prior
  (`bench/decisions/machines.py`);
- the autocorrelation from which requests are said to queue: between `k6_io` and `k6_cpu`.

Nothing was fitted on `duet_rounds`, `lighthouse_runs`, `micro_sessions` and the simulated worlds.

## What stands between the figures and perfection

{offenders(rows)}
"""
