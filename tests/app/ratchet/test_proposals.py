"""Tighter limits are proposed where long kept, with what it rests on; else it is said why not."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.ratchet.proposals import Ratchet, ratchet
from gate.core.judge import judge
from gate.core.metric import Better
from gate.core.quiet import Cause, Disturbance, Disturbed, Quiet, Watched
from gate.core.ratchet import Kept, Rules, chance_beyond
from gate.core.run import Environment
from gate.core.sample import Reduced
from gate.seams.store import Entry
from tests.app.ratchet.kept import CPU, TIME, YAML, budgets, entries, noisy, opened

RULES = Rules()
ROOM = {TIME: noisy(0.2), CPU: noisy(0.22, seed=8)}


def proposed(root: Path, *stored: Entry, rules: Rules = RULES, profile: str = "") -> Ratchet:
    return ratchet(opened(root, *stored, profile=profile), rules)


def why(found: Ratchet, objective: str = TIME) -> str:
    return {each.objective: each.why for each in found.as_it_is}[objective]


def with_outcome(entry: Entry, **changes: object) -> Entry:
    return replace(entry, outcome=replace(entry.outcome, **changes))  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with budgets."""
    return budgets(tmp_path)


def test_a_limit_with_room_for_long_is_proposed_tighter(root: Path) -> None:
    stored = entries(opened(root), ROOM)
    (first,) = proposed(root, *stored).tighter
    assert (first.edit.old, first.edit.new) == ("300 ms", "230 ms")
    assert (first.runs, first.days) == (20, 19)
    assert 0 < first.chance < RULES.alarm
    assert first.sentence.startswith(
        "cli/median(time): limit 300 ms -> 230 ms (budgets/cli.yml:8): the worst of 20 runs over "
        "19 days was 207 ms; about 1 in 77000 runs of unchanged code would be beyond"
    )


def test_the_said_chance_is_the_judge_s_own_measure(root: Path) -> None:
    stored = entries(opened(root), ROOM)
    (first,) = proposed(root, *stored).tighter

    values = [Kept("", value, value) for value in ROOM[TIME][-20:]]
    again = chance_beyond(values, Better.LOWER, first.edit.value, exact=False)
    assert first.chance == pytest.approx(again, rel=0.2)


def test_the_patch_changes_the_number_and_nothing_else(root: Path) -> None:
    found = proposed(root, *entries(opened(root), ROOM))
    assert found.patch == (
        "diff --git a/budgets/cli.yml b/budgets/cli.yml\n"
        "--- a/budgets/cli.yml\n"
        "+++ b/budgets/cli.yml\n"
        "@@ -5,7 +5,7 @@\n"
        " objectives:\n"
        "   - sli: time        # the whole of it\n"
        "     why: people wait\n"
        "-    limit: 300 ms    # agreed in May\n"
        "+    limit: 230 ms    # agreed in May\n"
        '   - {sli: cpu_time, limit: {warn: "0.18 s", fail: "at most 0.25 s"}}\n'
        "   - sli: rss\n"
        "     tolerance: 5%\n"
    )
    assert (root / "budgets/cli.yml").read_text() == YAML  # nothing was written


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("limit: 300 ms    # agreed", "limit: 230 ms    # agreed", id="plain"),
        pytest.param("limit: 300ms # c", "limit: 230ms # c", id="without a blank"),
        pytest.param("limit: '300 ms'", "limit: '230 ms'", id="quoted"),
        pytest.param('limit: "<= 0.3 s" # x', 'limit: "<= 0.23 s" # x', id="words and seconds"),
        pytest.param("limit: at most 300 ms", "limit: at most 230 ms", id="words"),
        pytest.param("limit: 3e2 ms", "limit: 230 ms", id="an exponent"),
        pytest.param("limit: {fail: 300 ms}", "limit: {fail: 230 ms}", id="fail alone"),
        pytest.param(
            "limit: {release: 250 ms, default: 300 ms}",
            "limit: {release: 250 ms, default: 230 ms}",
            id="by profile",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["lf", "crlf", "no end"])
def test_form_and_line_ends_stay(tmp_path: Path, before: str, after: str, end: str) -> None:
    head = "runner: command\ncommand: [x]\nobjectives:\n  - sli: time\n    "
    text = (head + before + "\n").replace("\n", end) if end else head + before
    root = budgets(tmp_path, cli=text)
    found = proposed(root, *entries(opened(root), {TIME: ROOM[TIME]}))
    assert found.texts == {"budgets/cli.yml": (text, text.replace(before, after))}
    git(root, "init", "-q")
    (root / "p").write_bytes(found.patch.encode())
    git(root, "apply", "p")
    assert (root / "budgets/cli.yml").read_bytes() == text.replace(before, after).encode()


def git(root: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("{pr: 300 ms, release: 290 ms}", "its limit differs by profile: say which with --profile"),
        ("{warn: 220 ms, fail: 300 ms}", ""),
        ("{warn: 250 ms, fail: 300 ms}", "it could be 230 ms, which its warning"),
        ('"3\\x30\\x30 ms"', "its limit is written over several lines or with escapes"),
    ],
)
def test_what_cannot_be_edited_in_place_is_said(tmp_path: Path, limit: str, said: str) -> None:
    text = f"runner: command\ncommand: [x]\nobjectives:\n  - sli: time\n    limit: {limit}\n"
    root = budgets(tmp_path, cli=text)
    found = proposed(root, *entries(opened(root), {TIME: ROOM[TIME]}))
    if not said:
        assert found.patch.count("+    limit: {warn: 220 ms, fail: 230 ms}") == 1
        return
    assert said in why(found)


def test_the_limit_of_a_profile_is_tightened_under_it(tmp_path: Path) -> None:
    text = (
        "runner: command\ncommand: [x]\nobjectives:\n"
        "  - {sli: time, limit: {pr: 400 ms, release: 300 ms}}\n"
    )
    root = budgets(tmp_path, cli=text)
    found = proposed(root, *entries(opened(root), {TIME: ROOM[TIME]}), profile="pr")
    assert "+  - {sli: time, limit: {pr: 230 ms, release: 300 ms}}" in found.patch


def test_two_limits_on_one_line_are_both_edited(tmp_path: Path) -> None:
    text = (
        "runner: command\ncommand: [x]\nobjectives: [{sli: time, limit: 300 ms}, "
        "{sli: cpu_time, limit: 250 ms}]\n"
    )
    root = budgets(tmp_path, cli=text)
    found = proposed(root, *entries(opened(root), {TIME: ROOM[TIME], CPU: ROOM[TIME]}))
    assert "[{sli: time, limit: 230 ms}, {sli: cpu_time, limit: 230 ms}]" in found.patch


def test_what_would_move_another_promise_is_not_edited(tmp_path: Path) -> None:
    text = (
        "runner: command\ncommand: [x]\nobjectives: [{sli: time, limit: 0.3 s}, "
        "{sli: cpu_time, limit: 220 ms}]\n"
    )
    root = budgets(tmp_path, cli=text)
    found = proposed(root, *entries(opened(root), {TIME: ROOM[TIME], CPU: ROOM[TIME]}))
    assert found.tighter == ()  # its place in the line is another one then
    assert why(found) == "more than the limit would change"


class TestStaysAsItIs:
    def test_without_any_run(self, root: Path) -> None:
        assert why(proposed(root)) == "no run of a trusted branch is stored with it"

    def test_with_runs_of_other_branches_only(self, root: Path) -> None:
        found = proposed(root, *entries(opened(root), ROOM, branch="refs/pull/7"))
        assert why(found) == "no run of a trusted branch is stored with it"

    def test_after_few_runs(self, root: Path) -> None:
        found = proposed(root, *entries(opened(root), {TIME: noisy(0.2, 7)}))
        assert why(found) == "only 7 runs are comparable of the 20 it takes"

    def test_after_few_runs_in_this_environment(self, root: Path) -> None:
        other = Environment((("cpu", "B"),), ("cpu",))
        stored = entries(opened(root), ROOM)
        changed = [replace(each, run=replace(each.run, environment=other)) for each in stored[:-1]]
        found = proposed(root, *changed, stored[-1])
        assert why(found) == (
            "only 1 run is comparable of the 20 it takes; 23 more are of another environment or "
            "measured otherwise"
        )

    def test_over_few_days(self, root: Path) -> None:
        found = proposed(root, *entries(opened(root), ROOM, hours=1))
        assert why(found) == "its last 20 runs are of 1 days, not of 14"

    def test_where_a_run_failed(self, root: Path) -> None:
        values = [*ROOM[TIME][:-3], 0.4, *ROOM[TIME][-2:]]
        found = proposed(root, *entries(opened(root), {TIME: values}))
        assert why(found).startswith("on 2026-10-22 its limit was fail: ")

    def test_where_a_run_was_disturbed(self, root: Path) -> None:
        stored = entries(opened(root), ROOM)
        left = (Disturbed(3, dropped=False, by=(Disturbance(Cause.OTHERS, 0.5, "make"),)),)
        noisy_one = with_outcome(stored[-2], quiet=(Quiet("cli", Watched.HEAD, 5, 0, left),))
        found = proposed(root, *stored[:-2], noisy_one, stored[-1])
        assert why(found) == "on 2026-10-23 1 of its repeats were disturbed"

    def test_where_it_drifts_for_the_worse(self, root: Path) -> None:
        values = [0.15 * 1.012**n for n in range(24)]
        found = proposed(root, *entries(opened(root), {TIME: values}))
        assert why(found).startswith("it drifts for the worse since 2026-10-")

    def test_where_there_is_no_room(self, root: Path) -> None:
        found = proposed(root, *entries(opened(root), {TIME: noisy(0.27)}))
        assert why(found).startswith("its runs need it: ")

    def test_where_only_a_tolerance_is_promised(self, root: Path) -> None:
        found = proposed(root, *entries(opened(root), ROOM))
        assert why(found, "cli/max(rss)") == "a tolerance follows its baseline by itself"


LOAD = """\
runner: k6
script: load.js
objectives:
  - sli: rate(http_reqs)
    limit: at least 100 /s
"""
BENCH = """\
runner: pytest-benchmark
paths: [bench]
objectives:
  - sli: time
    each: test
    limit: 300 ms
"""
SIZE = """\
runner: bundle
files: {app: "*.js", css: "*.css"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: 200 kB}
"""


def test_what_is_better_higher_gets_a_higher_limit(tmp_path: Path) -> None:
    (tmp_path / "load.js").write_text("export default () => {}\n")
    root = budgets(tmp_path, api=LOAD)
    found = proposed(root, *entries(opened(root), {"api/rate(http_reqs)": noisy(160, spread=0.01)}))
    (first,) = found.tighter
    assert (first.edit.old, first.edit.new) == ("at least 100 /s", "at least 140 /s")
    implied = why(found, "api/rate(http_req_failed)")
    assert implied == "nobody wrote this limit: state one, and it can be tightened"


def test_what_is_exact_says_so(tmp_path: Path) -> None:
    root = budgets(tmp_path, bundle=SIZE)
    name = "bundle/sum(size{encoding:br,file:app})"
    stored = [alike(each) for each in entries(opened(root), {name: [150_000.0] * 24})]
    (first,) = proposed(root, *stored).tighter
    assert (first.edit.old, first.edit.new) == ("200 kB", "170 kB")
    assert first.sentence.endswith("was 150 kB; it is exact, so unchanged code stays within")


def alike(entry: Entry) -> Entry:
    """The run with one unit of each measurement."""
    measured = tuple(replace(m, units=m.units[2:3]) for m in entry.run.measurements)
    run = replace(entry.run, measurements=measured)
    return Entry(run, judge(run, (), run.started))


def test_the_members_of_one_line_share_the_loosest_limit(tmp_path: Path) -> None:
    root = budgets(tmp_path, bench=BENCH)
    (tmp_path / "bench").mkdir()
    of = opened(root)
    (spread,) = of.spec.promises.objectives
    stored = [
        members(each, {"fast": 0.05, "slow": 0.2}) for each in entries(of, {spread.id: [1.0] * 24})
    ]
    (first,) = proposed(root, *stored).tighter
    assert first.objectives == ("bench/median(time{test:fast})", "bench/median(time{test:slow})")
    assert first.edit.new == "220 ms"
    assert "bench/median(time{test:fast}) and 1 more: limit 300 ms -> 220 ms" in first.sentence


def members(entry: Entry, values: dict[str, float]) -> Entry:
    """The run with a member of its only objective for each value."""
    (one,) = entry.run.measurements
    measured = tuple(
        replace(
            one,
            sli=one.sli.with_tag("test", name),
            units=tuple(
                replace(unit, data=Reduced(value * (0.99 + 0.005 * unit.index), 10))
                for unit in one.units
            ),
        )
        for name, value in values.items()
    )
    run = replace(entry.run, measurements=measured)
    return Entry(run, judge(run, (), run.started))


def test_the_odds_of_what_never_happens_are_not_a_number_without_end(root: Path) -> None:
    (first,) = proposed(root, *entries(opened(root), ROOM)).tighter
    rare = replace(first, chance=1e-9).sentence
    assert rare.endswith("fewer than 1 in 1000000 runs of unchanged code would be beyond")
