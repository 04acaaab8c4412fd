"""Every case on data whose truth nobody can miss: no goal is missed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.decisions import peers
from bench.decisions.cases import (
    calibration,
    duet,
    go_real,
    history_hosted,
    history_quiet,
    interleaved,
    k6_io,
    k6_saturated,
    lighthouse,
    reboot,
    sequential,
    simulated,
    stored,
)
from bench.decisions.intervals import Figure
from bench.decisions.table import Asked, Goal, Row, offenders, render, summary
from tests.bench.decisions import synthetic

ROOT = Path(__file__).resolve().parents[3]
RUN = ROOT / "bench" / "decisions" / "run.py"


CASES = pytest.mark.parametrize(
    "rows",
    [
        pytest.param(module.rows, id=module.__name__.rpartition(".")[2])
        for module in (
            calibration,
            duet,
            go_real,
            history_hosted,
            history_quiet,
            interleaved,
            k6_io,
            k6_saturated,
            lighthouse,
            reboot,
            sequential,
            stored,
        )
    ],
)


@CASES
def test_no_goal_is_missed_where_the_truth_is_plain(
    rows: Callable[[Path], list[Row]], measured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duet, "DRAWS", 3)
    monkeypatch.setattr(k6_io, "SETS", 6)
    monkeypatch.setattr(lighthouse, "DRAWS", 4)
    monkeypatch.delitem(peers.PAIRWISE, "Criterion.rs")
    made = rows(measured)
    assert made
    assert [row.what for row in made if row.figure is None] == []
    assert [f"{row.case}: {row.what}" for row in made if not row.good] == []


@CASES
def test_a_case_takes_whatever_there_is(
    rows: Callable[[Path], list[Row]],
    measured: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duet, "DRAWS", 2)
    monkeypatch.setattr(k6_io, "SETS", 3)
    monkeypatch.delitem(peers.PAIRWISE, "Criterion.rs")
    assert render(rows(synthetic.thin(measured, tmp_path / "thin")))


def test_made_up_worlds_are_what_they_say() -> None:
    for world in simulated.WORLDS:
        row = simulated.world_row(world, 10)
        assert row.figure is not None
        assert row.figure.value < 0.5


def test_truth_needs_days_that_agree(measured: Path) -> None:
    from bench.decisions.data import go_days

    known = go_real.truth(go_days(measured))
    by_name = {name: value for (_, name), value in known.items()}
    assert by_name["slow3"] == pytest.approx(0.03, abs=0.002)
    assert by_name["same"] == pytest.approx(0.0, abs=0.002)


def test_without_data_one_sentence_and_no_failure(tmp_path: Path) -> None:
    done = _run(tmp_path / "nowhere")
    assert done.returncode == 0
    assert "not on this machine" in done.stdout


def test_one_case_by_name_prints_the_table(measured: Path) -> None:
    done = _run(measured, "history_quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| history, quiet | +5% found at once |" in done.stdout
    assert "goals met" in done.stdout


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = _run(tmp_path / "empty", "history_quiet")
    assert done.returncode == 0, done.stderr
    assert "go_bent.json.gz is not there" in done.stdout


def test_an_unknown_case_is_named(measured: Path) -> None:
    done = _run(measured, "nonesuch")
    assert done.returncode == 2
    assert "nonesuch" in done.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *arguments],
        env={**os.environ, "DECISIONS": str(folder)},
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("figure", "goal", "words"),
    [
        pytest.param((0.0, 0.0, 0.3), Goal("≤", 0.0), "| met |", id="none red"),
        pytest.param((0.1, 0.02, 0.3), Goal("≤", 0.0), "**not met**", id="some red"),
        pytest.param((0.9, 0.8, 0.97), Goal("≥", 0.95), "within the interval", id="nearly"),
        pytest.param((0.9, 0.8, 0.94), Goal("≥", 0.95), "**not met**", id="too few"),
        pytest.param((0.01, 0.0, 0.02), Goal("≥", 0.025, 0.075), "**not met**", id="too careful"),
        pytest.param((0.09, 0.07, 0.1), Goal("≥", 0.025, 0.075), "within", id="a little loose"),
    ],
)
def test_a_goal_is_met_when_the_interval_does_not_exclude_it(
    figure: tuple[float, float, float], goal: Goal, words: str
) -> None:
    value, low, high = figure
    asked = Asked(0.02, 0.99, "in the check", "10 units", detect=0.05)
    row = Row("a", "b", asked, Figure(value, low, high, 1, 10, 5), goal, offenders=("s: m",) * 2)
    shown = render([row])
    assert words in shown
    assert "tol 2%, detect 5%, in the check, Holm at 1 %, 10 units a side, wall" in shown
    assert row.good is ("not met" not in words)
    assert "s: m (x2)" in offenders([row])
    assert summary([row]).startswith("1 of 1" if row.good else "0 of 1")


def test_a_figure_that_could_not_be_had_meets_no_goal() -> None:
    row = Row("a", "b", None, None, Goal("≤", 0.0))
    assert not row.good
    assert not row.missed
    assert "no such data here" in render([row])
