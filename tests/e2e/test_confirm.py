"""What only a stored baseline makes suspect is measured again, in turn with the base."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project, make
from tests.e2e.test_against import left

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nothing is measured there")

WORK = """\
import os

def work():
    return sum(range({} // int(os.environ.get("DAY", "1"))))
"""
BENCH = "from mine import work\n\ndef test_work(benchmark): benchmark(work)\n"


@pytest.fixture
def stored(tmp_path: Path) -> Project:
    """A benchmark with a stored run of main, on a topic branch, on a machine that slowed down.

    The stored run was made on a better DAY: all code took a fiftieth of the time.
    """
    project = make(tmp_path / "repo", PERFGATE_CACHE=str(tmp_path / "cache"))
    project.write(".gitignore", ".gate/\n__pycache__/\n.benchmarks/\n.pytest_cache/\n")
    project.benchmarks(BENCH, tolerance="100%")
    bench = project.root / "budgets" / "bench.yml"
    bench.write_text(bench.read_text().replace("repeat: 2", "repeat: 4"))
    project.write("mine.py", WORK.format(100_000))
    project.commit()
    project.gate("check", DAY="50").ends(3, "no comparable baseline")
    project.git("checkout", "-q", "-b", "topic")
    return project


def verdict(project: Project) -> Any:
    (row,) = project.record()["rows"]
    (found,) = row["verdicts"]
    return found


def test_a_slow_day_fails_nothing(stored: Project) -> None:
    stored.write("other.py", "x = 1\n")
    stored.commit("nothing that matters")
    done = stored.gate("check")
    assert done.code == 0, done.said
    done.ends(0, "suspect against the stored baseline, measured again", "checking out")
    found = verdict(stored)
    assert found["status"] in {"pass", "undecided"}
    assert (found["baseline"]["rung"], found["screened_by"]["rung"]) == ("against", "merge-base")
    assert found["screened"]["ratio"] > 10 > found["comparison"]["ratio"]
    assert left(stored) == []


def test_a_regression_on_a_slow_day_is_confirmed(stored: Project) -> None:
    stored.write("mine.py", WORK.format(3_000_000))
    stored.commit("slower")
    stored.gate("check").ends(1, "slower", "the first look")
    found = verdict(stored)
    assert (found["status"], found["baseline"]["rung"]) == ("fail", "against")
    run = stored.record("run")
    assert run["confirmation"]["suspects"] == [stored.record()["rows"][0]["objective"]["id"]]
    assert len(run["confirmation"]["base"]["turns"]) == 8
    again = stored.gate("judge", ".gate/run.json")
    assert again.code == 1


def test_what_nothing_suspects_is_not_measured_again(stored: Project) -> None:
    stored.write("other.py", "x = 1\n")
    stored.commit("nothing that matters")
    stored.gate("check", DAY="50")
    run = stored.record("run")
    assert (run["confirmation"]["suspects"], run["confirmation"]["base"]) == ([], None)


def test_a_base_that_cannot_be_measured_leaves_the_first_look(stored: Project) -> None:
    stored.git("checkout", "-q", "main")
    stored.write("mine.py", "raise SystemExit('not here')\n")
    stored.commit("broken")
    stored.git("checkout", "-q", "-b", "mended")
    stored.write("mine.py", WORK.format(100_000))
    stored.commit("mended")
    stored.gate("check").ends(1, "not confirmed: the base could not be measured")
    assert stored.record("run")["confirmation"] is None
