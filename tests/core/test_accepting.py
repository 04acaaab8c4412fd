"""Wanted regressions: what an entry excuses, to the edge, and that it ends when it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from gate.core.judge import judge
from gate.core.metric import Better, Kind
from gate.core.model import Accepted, Objective, Waiver
from gate.core.past import Past
from gate.core.run import Commit, Run
from gate.core.units import Dimension
from gate.core.verdict import Effect, Exit, Outcome, Row
from tests.helpers.judging import ELSEWHERE, measured, objective, run

OF = objective(tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
RATE = objective(
    "rate(http_reqs)",
    tolerance=0.05,
    kind=Kind.EXACT,
    dimension=Dimension.RATE,
    better=Better.HIGHER,
)
ENTRY = Accepted(OF.id, 150.0, "the chart library", "team-shop", "2026-11-22")
COMMITS = tuple(f"c{n:02}" for n in range(40))


def promised(this: Run, *entries: Accepted) -> Run:
    return replace(this, promises=replace(this.promises, accepted=entries))


def commits(
    values: Sequence[tuple[float, tuple[Accepted, ...]]],
    *,
    of: Objective = OF,
    branch: str = "main",
) -> tuple[Past, ...]:
    """Runs of one commit after another, oldest first, each judged against those before it."""
    pasts: list[Past] = []
    for number, (value, entries) in enumerate(values):
        this = promised(run(of, answers=[measured(of, [value])], run_id=COMMITS[number]), *entries)
        this = replace(
            this,
            started=f"2026-11-{number + 1:02}T12:00:00Z",
            commit=Commit(COMMITS[number], branch, ancestors=COMMITS[:number][::-1]),
        )
        before = tuple(replace(p, distance=number - at) for at, p in enumerate(pasts))
        pasts.append(Past(this, judge(this, before, this.started), 0))
    last = len(pasts)
    return tuple(replace(p, distance=last - at) for at, p in enumerate(pasts))


def judged(
    value: float,
    pasts: tuple[Past, ...],
    *entries: Accepted,
    of: Objective = OF,
    waivers: Sequence[Waiver] = (),
) -> Outcome:
    """A change on top of these, as of 22 November."""
    this = run(of, answers=[measured(of, [value])], waivers=waivers)
    this = replace(this, commit=Commit("head", "topic", ancestors=COMMITS[::-1]))
    return judge(promised(this, *entries), pasts, this.started)


def row(outcome: Outcome) -> Row:
    (only,) = outcome.rows
    return only


OLD = commits([(100.0, ())] * 3)


@pytest.mark.parametrize(
    ("value", "entry", "exit_code"),
    [
        pytest.param(150.0, ENTRY, Exit.OK, id="its own value"),
        pytest.param(130.0, ENTRY, Exit.OK, id="less than it wants"),
        pytest.param(157.5, ENTRY, Exit.OK, id="the tolerance beyond it"),
        pytest.param(157.6, ENTRY, Exit.FAILED, id="more than the tolerance beyond it"),
        pytest.param(
            150.0, replace(ENTRY, until="2026-11-22"), Exit.OK, id="on its last day, inclusive"
        ),
        pytest.param(150.0, replace(ENTRY, until="2026-11-21"), Exit.FAILED, id="the day after"),
        pytest.param(
            150.0, replace(ENTRY, objective="b/other"), Exit.FAILED, id="not another objective"
        ),
    ],
)
def test_an_entry_excuses_one_objective_up_to_its_value(
    value: float, entry: Accepted, exit_code: Exit
) -> None:
    assert judged(value, OLD, entry).exit is exit_code


@pytest.mark.parametrize(
    ("value", "exit_code"),
    [
        pytest.param(66.5, Exit.OK, id="five per cent below"),
        pytest.param(66.4, Exit.FAILED, id="further below"),
    ],
)
def test_where_more_is_better_it_is_the_other_way_round(value: float, exit_code: Exit) -> None:
    old = commits([(100.0, ())], of=RATE)
    entry = replace(ENTRY, objective=RATE.id, value=70.0)
    assert judged(value, old, entry, of=RATE).exit is exit_code


def test_the_verdict_stays_and_says_who_wants_it() -> None:
    found = row(judged(150.0, OLD, ENTRY))
    assert (found.status.value, found.effect) == ("fail", Effect.WAIVED)
    (verdict,) = found.verdicts
    assert verdict.effect_reason == (
        "accepted by team-shop until 2026-11-22, up to 150 B: the chart library"
    )


def test_a_limit_is_not_excused() -> None:
    of = objective(limit=120, tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
    assert judged(150.0, commits([(100.0, ())], of=of), ENTRY, of=of).exit is Exit.FAILED


MERGED = commits([(100.0, ()), (100.0, ()), (150.0, (ENTRY,))])


def test_it_ends_with_the_first_recorded_run() -> None:
    same = judged(150.0, MERGED, ENTRY)
    assert row(same).status.value == "pass"
    (said,) = same.warnings
    assert said == (
        "the accepted regression of b/median(time) (team-shop) is recorded since 2026-11-03 "
        "(commit c02) and ended: remove the entry"
    )
    for value in (157.6, 200.0):
        worse = judged(value, MERGED, ENTRY)
        assert worse.exit is Exit.FAILED
    slack = objective(tolerance=0.02, kind=Kind.EXACT, dimension=Dimension.SIZE)
    merged = commits([(100.0, ()), (150.0, (ENTRY,))], of=slack)
    found = row(judged(153.0 + 0.1, merged, ENTRY, of=slack))
    assert found.effect is Effect.BLOCKS
    assert "ended with the first recorded run, c01" in found.verdicts[0].effect_reason


def test_the_new_level_stays_where_the_entry_was_removed() -> None:
    assert judged(150.0, MERGED).exit is Exit.OK
    later = commits([(100.0, ()), (150.0, (ENTRY,)), (150.0, ()), (150.0, ())])
    assert judged(157.6, later).exit is Exit.FAILED
    assert row(judged(156.0, later)).status.value == "pass"


def test_a_further_worsening_is_no_baseline_though_the_entry_would_cover_it() -> None:
    """From 150 to 157, within its value and tolerance, is refused twice where 2 % are allowed."""
    of = objective(tolerance=0.02, kind=Kind.EXACT, dimension=Dimension.SIZE)
    entry = replace(ENTRY, value=156.0)
    creeping = commits([(100.0, ()), (153.0, (entry,)), (158.0, (entry,))], of=of)
    assert creeping[-1].outcome.exit is Exit.FAILED
    assert judged(158.0, creeping, entry, of=of).exit is Exit.FAILED
    assert row(judged(153.0, creeping, entry, of=of)).status.value == "pass"


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(
            commits([(100.0, ()), (150.0, (ENTRY,))], branch="topic"), id="no trusted branch"
        ),
        pytest.param(
            commits([(100.0, ()), (150.0, (replace(ENTRY, value=151.0),))]), id="another value"
        ),
        pytest.param(commits([(100.0, ()), (100.0, (ENTRY,))]), id="not at its level yet"),
    ],
)
def test_it_has_not_ended_where_nothing_of_it_is_recorded(before: tuple[Past, ...]) -> None:
    assert not [said for said in judged(150.0, before, ENTRY).warnings if "and ended" in said]


def test_a_run_in_another_environment_ends_nothing_here() -> None:
    last = MERGED[-1]
    elsewhere = replace(last, run=replace(last.run, environment=ELSEWHERE))
    timing = objective(tolerance=0.05)
    entry = replace(ENTRY, objective=timing.id)
    assert judged(150.0, (*MERGED[:-1], elsewhere), entry, of=timing).exit is not Exit.FAILED


def test_an_entry_that_nothing_came_of_ends_with_eight_recorded_runs() -> None:
    seven, eight = (commits([(100.0, (ENTRY,))] * many) for many in (7, 8))
    assert judged(150.0, seven, ENTRY).exit is Exit.OK
    assert judged(150.0, eight, ENTRY).exit is Exit.FAILED


def test_a_squash_or_a_rebase_changes_nothing() -> None:
    """The commit that was reviewed is in no history; the entry is in the tree."""
    squashed = commits([(100.0, ()), (100.0, ()), (149.0, (ENTRY,))])
    assert squashed[-1].outcome.exit is Exit.OK
    assert judged(149.0, squashed).exit is Exit.OK


def test_a_regression_merged_first_and_wanted_later_is_the_baseline() -> None:
    late = commits([(100.0, ()), (150.0, ()), (150.0, ())])
    assert judged(150.0, late).exit is Exit.FAILED
    assert row(judged(150.0, late, ENTRY)).status.value == "pass"


def test_the_old_level_does_not_pull_the_new_one_down() -> None:
    """A mean over both would be 108, and 150 fail for ever."""
    of = objective(tolerance=0.05)
    values = [(100.0 + n % 2, ()) for n in range(7)]
    entry = replace(ENTRY, until="2026-11-30")
    here = commits([*values, (150.0, (entry,))], of=of)
    found = row(judged(150.5, here, of=of)).verdicts[0]
    assert found.comparison is not None
    assert found.comparison.base is not None
    assert found.comparison.base.value == pytest.approx(150.0)


def test_reports_tell_when_an_entry_ends() -> None:
    (soon,) = judged(150.0, OLD, replace(ENTRY, until="2026-11-30")).warnings
    assert soon == (
        "the accepted regression of b/median(time) (team-shop) ends in 8 days, on 2026-11-30"
    )
    (over,) = judged(150.0, OLD, replace(ENTRY, until="2026-11-21")).warnings
    assert over.endswith("ended on 2026-11-21: remove the entry")
    assert judged(100.0, OLD, replace(ENTRY, until="2027-01-31")).warnings == ()
