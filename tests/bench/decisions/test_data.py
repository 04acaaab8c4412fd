"""The loaders: what they take, in which shape, and what they leave out."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from bench.decisions import data
from bench.decisions.machines import before, machine_history, usual_spread


def test_the_folder_is_the_one_that_is_named(
    measured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATA", raising=False)
    monkeypatch.setenv("DECISIONS", str(measured))
    assert data.folder() == measured
    monkeypatch.setenv("DECISIONS", str(tmp_path / "nowhere"))
    assert data.folder() is None
    monkeypatch.delenv("DECISIONS")
    monkeypatch.setenv("DATA", str(measured))
    assert data.folder() == measured


def test_a_rerun_knows_its_machine_its_commit_and_whether_it_moved(measured: Path) -> None:
    first, *_, last = data.reruns(measured)
    assert (first.machine, first.commit, first.day) == ("linux", "abc0def", "2024-06-20")
    assert (first.moved, last.moved) == (False, True)
    assert len(first.a) == 24
    assert (len(first.a["bench_0"]), len(first.a["bench_0"][0])) == (20, 3)


def test_history_holds_fresh_commits_of_main_before_both_runs_and_not_the_own(
    measured: Path,
) -> None:
    history = machine_history(measured)
    early, late, moved = (before(history, run, "bench_3") for run in data.reruns(measured))
    commits = [run.commit for run in early]
    assert commits == ["new0000", *(f"c{n}" for n in range(14))]
    assert "release" not in commits
    assert "old0000" not in commits
    assert {run.accepted for run in early} == {True}
    assert {run.accepted for run in late} == {False}
    assert len(late) == len(moved) == len(early)
    assert before(history, data.reruns(measured)[0], "unknown") == ()


def test_days_and_builds_come_in_order(measured: Path) -> None:
    days = data.go_days(measured)
    assert [day.day[:8] for day in days] == [f"202201{n:02}" for n in range(1, 13)]
    assert len(days[0].tip["slow3"]) == 25
    quiet = {series.name: series for series in data.quiet(measured)}
    assert len(quiet["same"].builds) == 12


def test_rates_become_times_and_other_benchmarks_stay_out(measured: Path) -> None:
    series = {each.name: each for each in data.hosted(measured)}
    assert sorted(series) == ["A fib_10", "B fib(20)"]
    assert series["A fib_10"].builds[0].value == pytest.approx(1000, rel=0.1)
    assert series["B fib(20)"].builds[0].value == pytest.approx(1e6, rel=0.1)
    assert series["B fib(20)"].block == "B"


def test_a_session_has_both_workers_rounds_on_both_clocks(measured: Path) -> None:
    sessions = data.duet(measured)
    assert sum(session.alternated for session in sessions) == 24
    first, second = sessions[0].rounds["f"]
    assert (len(first), len(second), len(first[0])) == (30, 30, 2)


def test_a_load_run_has_its_rate_and_length_from_the_files_text(measured: Path) -> None:
    runs = data.load_runs(measured, "k6_io")
    assert (runs[0].rate, runs[0].seconds, runs[0].load[0]) == (110.0, 16.0, 2.0)
    assert [run.variant for run in runs[:5]] == ["A", "B10", "A", "B05", "B20"]


def test_pages_of_one_build_with_enough_loads_are_taken(measured: Path) -> None:
    pages = data.pages(measured)
    assert [page.repo for page in pages] == ["us/other", "us/page"]
    assert [len(page.loads["speed-index"]) for page in pages] == [23, 21]


def test_scaling_moves_every_value() -> None:
    assert data.scaled(((1.0, 2.0), (4.0,)), 1.5) == ((1.5, 3.0), (6.0,))


def test_the_usual_spread_is_that_of_the_middle_benchmark_without_its_steps() -> None:
    chance = random.Random(3)

    def history(spread: float, step: float = 0.0) -> list[data.Earlier]:
        centres = [step * (n >= 20) for n in range(40)]
        values = [math.exp(centre + chance.gauss(0, spread)) for centre in centres]
        return [data.Earlier(str(n), str(n), value) for n, value in enumerate(values)]

    found = usual_spread([history(0.001), history(0.01, step=0.5), history(0.2)])
    assert found == pytest.approx(0.01, rel=0.4)
    assert usual_spread([history(0.01)[:7]]) is None
    assert usual_spread([]) is None
