"""Fills one case's rows: the conditions are said once, each figure gets its goal and its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.decisions import count, judge, limits
from bench.decisions.count import Alarms, Counted, Shares
from bench.decisions.intervals import Figure
from bench.decisions.judge import Ask, Pair
from bench.decisions.limits import Error
from bench.decisions.peers import Rule
from bench.decisions.table import Asked, Goal, Row, Scope, Unit

NONE = Goal("≤", 0.0)
PEERED = 300
"""Shifted pairs that each peer is asked about, evenly over all of them."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A known worsening of head and the shares of it that should be found; None asks nothing."""

    by: float
    alone: float | None
    check: float | None


@dataclass(slots=True)
class Sheet:
    """The rows of one case; `units` are those a side, `blocks` what is independent."""

    case: str
    ask: Ask
    level: float
    units: str
    blocks: str
    clock: str = "wall"
    rows: list[Row] = field(default_factory=list)

    def asked(self, scope: Scope = "alone") -> Asked:
        """The conditions under which a figure holds."""
        return Asked(self.ask.tolerance, self.level, scope, self.units, self.clock, self.ask.detect)

    def add(
        self,
        what: str,
        scope: Scope,
        counted: Counted,
        goal: Goal | None = None,
        *,
        peers: Shares = (),
        unit: Unit = "%",
        limit: float | None = None,
    ) -> None:
        """One row."""
        self.rows.append(
            Row(
                case=self.case,
                what=what,
                asked=self.asked(scope),
                figure=counted.figure,
                goal=goal,
                unit=unit,
                peers=peers,
                blocks=self.blocks,
                offenders=counted.offenders,
                limit=limit,
            )
        )

    def plain(self, what: str, scope: Scope, figure: Figure | None, goal: Goal, unit: Unit) -> None:
        """A row with nobody to blame: a mean, a time."""
        self.add(what, scope, Counted(figure), goal, unit=unit)

    def unchanged(self, pairs: Sequence[Pair], rules: Mapping[str, Rule]) -> None:
        """None red: neither a build of whole checks nor one comparison alone."""
        alone = count.alarms(pairs, judge.red(self.ask, self.level))
        check = count.check_alarms(pairs, self.ask)
        theirs = {name: count.alarms(pairs, count.as_red(rule)) for name, rule in rules.items()}
        builds = count.shares({name: each.builds for name, each in theirs.items()})
        single = count.shares({name: each.comparisons for name, each in theirs.items()})
        self.red_rows(alone, check, builds, single)

    def red_rows(self, alone: Alarms, check: Alarms, builds: Shares, single: Shares) -> None:
        """The two rows of unchanged code."""
        self.add("unchanged builds red", "in the check", check.builds, NONE, peers=builds)
        self.add("unchanged comparisons red", "alone", alone.comparisons, NONE, peers=single)

    def shifted(
        self,
        pairs: Sequence[Pair],
        shifts: Sequence[Shift],
        rules: Mapping[str, Rule],
        most: int,
        error: Error,
    ) -> None:
        """Shifts found: every pair alone, at most so many metrics of a suite within its check."""
        check = count.found_in_check(pairs, self.ask, [shift.by for shift in shifts], most)
        some = count.spread(pairs, PEERED)
        for shift in shifts:
            theirs = count.shares(
                {n: count.found(some, count.as_red(rule), shift.by) for n, rule in rules.items()}
            )
            alone = count.found(pairs, judge.red(self.ask, self.level), shift.by)
            what = f"+{shift.by:.0%} found"
            lone, held = (
                limits.mean_power(pairs, shift.by, self.ask.tolerance, level, error)
                for level in self.levels(pairs)
            )
            goals = at_least(shift.alone), at_least(shift.check)
            self.add(what, "alone", alone, goals[0], peers=theirs, limit=lone)
            self.add(what, "in the check", check[shift.by], goals[1], peers=theirs, limit=held)

    def levels(self, pairs: Sequence[Pair]) -> tuple[float, float]:
        """The one-sided level alone, and that of a check's first rejection."""
        size = max(map(len, count.suites(pairs)), default=1)
        return self.level, limits.in_check(size)


def at_least(share: float | None) -> Goal | None:
    """A goal from below, where there is one."""
    return None if share is None else Goal("≥", share)
