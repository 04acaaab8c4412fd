"""What a team's page says of each promise: its value and trend from the store, its exceptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.team_page import team_page
from gate.core.judge import judge
from gate.core.run import Environment
from gate.reports.promises import Promise, Promises
from gate.seams.store import Entry
from tests.app.ratchet.kept import CPU, TIME, YAML, budgets, entries, noisy, opened

TODAY = "2026-11-20"
WAIVERS = """\
- objective: cli/time
  bound: limit
  ceiling: 0.4 s
  reason: the new parser
  owner: team-cli
  ticket: CLI-7
  expires: LAST
"""
ACCEPTED = """\
- objective: cli/cpu_time
  value: 0.2 s
  reason: it checks more
  owner: team-cli
  until: 2026-11-21
"""
SPREAD = """\
runner: pytest-benchmark
paths: [bench]
objectives:
  - sli: time
    each: test
    tolerance: 5%
"""

WAIVER_OF_A = """\
- objective: "bench/median(time{test:a})"
  bound: tolerance
  reason: the new parser
  owner: team-cli
  expires: 2026-12-21
"""


def page(root: Path, *stored: Entry) -> Promises:
    return team_page(opened(root, *stored), TODAY)


def promise(found: Promises, objective: str = TIME) -> Promise:
    (one,) = (p for group in found.groups for p in group.promises if p.id == objective)
    return one


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with budgets."""
    return budgets(tmp_path)


def test_without_a_store_it_says_so(root: Path) -> None:
    found = page(root)
    assert found.source == "no run of a trusted branch is stored in memory yet"
    assert (promise(found).now, promise(found).trend) == ("", None)
    assert promise(found).says == ("The median of time is at most 300 ms.",)
    assert (promise(found).owner, promise(found).why) == ("team-cli", "people wait")
    assert promise(found).place == "budgets/cli.yml:6"


def test_the_value_is_that_of_the_newest_run_of_a_trusted_branch(root: Path) -> None:
    mine = entries(opened(root), {TIME: noisy(0.2)})
    theirs = entries(opened(root), {TIME: noisy(0.9, 30)}, branch="refs/pull/7")
    found = page(root, *mine, *theirs[-3:])
    assert found.source == "values of the branch main, from memory"
    assert promise(found).now.endswith(" ms, pass on 2026-10-24 at 000000000000")
    assert promise(found).status == "pass"


def test_the_trend_tells_levels_steps_and_drifts(root: Path) -> None:
    words = {
        name: promise(page(root, *entries(opened(root), {TIME: values}))).trend
        for name, values in {
            "level": noisy(0.2, spread=0.01),
            "step": [*noisy(0.2, 12, 0.01), *noisy(0.25, 12, 0.01)],
            "drift": [v * 1.02**n for n, v in enumerate(noisy(0.12, 24, 0.005))],
            "one": [0.2],
        }.items()
    }
    told = {name: trend.words if trend else "" for name, trend in words.items()}
    assert told["level"] == "level over 24 runs since 2026-10-01"
    assert told["one"] == "level over 1 run since 2026-10-01"
    assert told["step"].startswith("step of +2")
    assert told["step"].endswith(", on 2026-10-13; level since, over 12 runs")
    assert told["drift"].startswith("drifts: +")
    trend = words["level"]
    assert trend is not None
    assert (len(trend.values), trend.limit) == (24, 0.3)


def test_another_machine_is_no_trend(root: Path) -> None:
    before = entries(opened(root), {TIME: [0.1] * 10})
    there = Environment((("cpu", "B"),), ("cpu",))
    after = entries(opened(root), {TIME: [0.0] * 10 + [0.2] * 4}, environment=there)[10:]
    trend = promise(page(root, *before, *after)).trend
    assert trend is not None
    assert trend.words == "level over 4 runs since 2026-10-11"


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("2026-11-20", "until 2026-11-20 (today)"),
        ("2026-11-21", "until 2026-11-21 (1 day)"),
        ("2026-12-20", "until 2026-12-20 (30 days)"),
        ("2026-11-19", "until 2026-11-19, which is over"),
    ],
)
def test_a_waiver_says_how_long_it_lasts(tmp_path: Path, last: str, left: str) -> None:
    root = budgets(tmp_path, cli=YAML, waivers=WAIVERS.replace("LAST", last))
    (said,) = promise(page(root)).exceptions
    assert said == (
        f"its limit is waived {left}, as far as 400 ms, by team-cli: the new parser (CLI-7)"
    )


def test_what_is_accepted_retired_and_ruled_is_told(tmp_path: Path) -> None:
    gone = "- {id: cli/old, reason: nobody ran it, owner: team-cli}\n"
    root = budgets(
        tmp_path, cli=YAML, accepted=ACCEPTED, retired=gone, policy="loosening: refuse\n"
    )
    found = page(root)
    until = "until 2026-11-21 (1 day) or the first recorded run with it"
    assert promise(found, CPU).exceptions == (
        f"200 ms is accepted {until}, by team-cli: it checks more",
    )
    assert found.retired == ("cli/old, by team-cli: nobody ran it",)
    assert "A change that loosens or deletes a promise is refused." in found.rules


def test_what_was_accepted_until_yesterday_is_over(tmp_path: Path) -> None:
    over = ACCEPTED.replace("2026-11-21", "2026-11-19")
    (said,) = promise(page(budgets(tmp_path, cli=YAML, accepted=over)), CPU).exceptions
    assert said.startswith("200 ms is accepted until 2026-11-19, which is over, by team-cli")


def test_the_members_of_what_is_spread_are_told_by_name(tmp_path: Path) -> None:
    root = budgets(tmp_path, bench=SPREAD)
    (tmp_path / "bench").mkdir()
    of = opened(root)
    (spread,) = of.spec.promises.objectives
    (entry,) = entries(of, {spread.id: [0.25]})
    (measured,) = entry.run.measurements
    two = tuple(replace(measured, sli=measured.sli.with_tag("test", name)) for name in ("a", "b"))
    run = replace(entry.run, measurements=two)
    found = promise(page(root, Entry(run, judge(run, (), run.started))), spread.id)
    assert found.now.startswith("bench/median(time{test:a}): 250 ms, ")
    assert "; bench/median(time{test:b}): 250 ms, " in found.now
    assert found.trend is None


def test_a_promise_of_its_own_takes_a_member_out_of_the_others(tmp_path: Path) -> None:
    """Its value, and what is waived of it, are told once: where it is promised."""
    own = "  - {sli: 'time{test:a}', tolerance: 9%}\n"
    root = budgets(tmp_path, bench=SPREAD + own, waivers=WAIVER_OF_A)
    (tmp_path / "bench").mkdir()
    of = opened(root)
    spread, single = of.spec.promises.objectives
    (entry,) = entries(of, {spread.id: [0.25]})
    measured = entry.run.measurements[0]
    two = tuple(
        replace(measured, objective=whose.id, sli=spread.sli.with_tag("test", name))
        for whose, name in ((single, "a"), (spread, "b"))
    )
    run = replace(entry.run, measurements=two)
    found = page(root, Entry(run, judge(run, (), run.started)))
    told = promise(found, spread.id)
    assert told.now.startswith("250 ms, ")
    assert told.trend is not None
    assert told.exceptions == ()
    assert len(promise(found, single.id).exceptions) == 1
