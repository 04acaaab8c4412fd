"""The benchmark on somebody's repository, in short: a small one of ours, two checks, a plant."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench import strangers
from bench.against import jobs, plant
from bench.against.check import environment
from bench.against.gauge import Function, Gauged, gauge
from bench.against.stranger import Project, committed
from bench.against.work import Work

SOURCE = '''\
def twice(n):
    """Two functions are called by one benchmark each, one by both."""
    return shared(n) + shared(n)


def once(n):
    return shared(n)


def shared(n):
    return sum(range(n))


def turns(n):
    yield from range(n)
'''
SUITE = """\
import mine

def test_twice(benchmark):
    benchmark(mine.twice, 300)

def test_once(benchmark):
    benchmark(lambda: mine.once(300) + sum(mine.turns(3)))
"""
TESTS = ("suite/test_speed.py::test_twice", "suite/test_speed.py::test_once")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A repository with two benchmarks."""
    root = tmp_path / "repo"
    (root / "suite").mkdir(parents=True)
    (root / "mine.py").write_text(SOURCE)
    (root / "suite" / "test_speed.py").write_text(SUITE)
    (root / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    env = environment(tmp_path)
    keys = "max_time: 20 ms\nrounds: 3\nrepeat: 2\n"
    return committed(Project(root, Path(sys.executable), TESTS, ("suite/",), env, keys))


def test_a_function_is_drawn_among_those_of_one_benchmark_and_is_slower_while_planted(
    project: Project,
) -> None:
    gauged = gauge(project.python, project.root, project.tests, project.env)
    assert gauged[TESTS[0]].calls[Function("mine.py", 10, "shared")] == 2
    found = plant.choices(gauged, project.root, project.apart)
    assert [(test, function.name) for test, function in found] == [
        (TESTS[1], "once"),
        (TESTS[0], "twice"),
    ]
    chosen = plant.choose(gauged, project.root, project.apart, {TESTS[0]: 3.0}, "1 0")
    assert chosen is not None
    before = (project.root / "mine.py").read_text()
    with plant.planted(chosen, project.root):
        lines = (project.root / "mine.py").read_text().splitlines()
        assert lines[2] == f"    for _perfgate in b'\\0' * {chosen.loops}: pass"
    assert (project.root / "mine.py").read_text() == before


def test_a_loop_makes_a_benchmark_as_much_worse_as_wanted() -> None:
    function = Function("mine.py", 1, "twice")
    gauged = Gauged({function: 2}, fixed=0.01, each=0.001)
    # Two calls, each of 0.01 + 90 x 0.001.
    assert gauged.loops(function, 0.2) == 90


def test_checks_of_a_small_repository_end_in_the_table(project: Project, tmp_path: Path) -> None:
    work = Work(tmp_path / "work.jsonl", "one")
    bench = strangers.Strangers(project, work, tmp_path / "out")
    wanted = {strangers.UNCHANGED: 1, strangers.PLANTED: 1}
    jobs.run(work, wanted, bench.one, strangers.told, 600)
    (same,), (slow,) = work.rows(strangers.UNCHANGED), work.rows(strangers.PLANTED)
    assert set(same["ratio"]) == set(slow["ratio"]) == set(TESTS)
    assert not same["missing"]
    assert slow["test"] in TESTS
    assert slow["worse"] == pytest.approx(2 * same["mde"][slow["test"]])
    table = strangers.report(work)
    assert sum(" of 1 |" in line for line in table) == 3
    assert any(line.startswith("| planted | 1 |") for line in table)
    status = (project.root / "mine.py").read_text()
    assert status == SOURCE
    again = bench.one(strangers.UNCHANGED, 1)  # no second attempt at the same question
    assert again["units"] == same["units"] == 2
