"""Benchmarks that are counted instead of timed, with the real valgrind and on their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.reasons import Code
from gate.core.sample import reduce_unit
from gate.seams.runner import Found, Question, Refused, UnitAnswer, UnitFailed
from gate.testing import question
from gate.testing.answers import check_answer
from tests.runners.pytest_benchmark.support import measure

COUNTED = question("bench/instructions", "median(instructions)", each="test")
RSS = question("bench/rss", "max(rss)", each="test")
ALLOCATIONS = question("bench/allocations", "max(allocations)", each="test")
TIME = question("bench/time", "median(time)", each="test")
CONTENT = """
import threading

def work(n):
    return sum(i * i for i in range(n))

def test_work(benchmark):
    assert benchmark(work, 1000) > 0

def test_more_work(benchmark):
    benchmark(work, 1100)

def test_with_set_up(benchmark):
    benchmark.pedantic(work, setup=lambda: ((1000, work(4000) and None)[:1], {}), rounds=3)

def test_hoard(benchmark):
    benchmark(lambda: len(bytes(bytearray(b"x") * 20_000_000)))

def test_wrong(benchmark):
    assert benchmark(work, 5) == 0

def test_raises(benchmark):
    calls = []
    def fourth():
        calls.append(1)
        assert len(calls) < 4, "not so often"
    benchmark(fourth)

def test_threads(benchmark):
    ended = threading.Event()
    waiting = threading.Thread(target=ended.wait, name="waits")
    waiting.start()
    try:
        benchmark(work, 5)
    finally:
        ended.set()
        waiting.join()

def test_plain():
    raise AssertionError
"""


def _tree(folder: Path, content: str = CONTENT) -> Path:
    bench = folder / "tree" / "bench"
    bench.mkdir(parents=True)
    (bench / "test_x.py").write_text(content)
    return folder / "tree"


def _values(answer: UnitAnswer, asked: Question) -> dict[str, float]:
    return {
        _name(found): reduce_unit(found.data, found.sli)
        for found in answer.found
        if found.objective == asked.objective
    }


def _name(found: Found) -> str:
    return str(found.sli.tag("test")).rpartition("::")[2]


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> UnitAnswer:
    """One unit that is asked for memory, and for instructions where there is no valgrind."""
    root = _tree(tmp_path_factory.mktemp("memory"))
    env = {"PERFGATE_VALGRIND": "/no/valgrind"}
    answer = measure(root, RSS, ALLOCATIONS, COUNTED, env=env)
    assert isinstance(answer, UnitAnswer), answer
    check_answer(answer, (RSS, ALLOCATIONS, COUNTED))
    return answer


def test_memory_is_that_of_the_calls_alone(memory: UnitAnswer) -> None:
    rss, allocations = (_values(memory, asked) for asked in (RSS, ALLOCATIONS))
    assert allocations["test_hoard"] == pytest.approx(40e6, rel=0.01)
    assert rss["test_hoard"] == pytest.approx(40e6, rel=0.1)
    assert 0 <= rss["test_work"] < 4e6
    assert 0 < allocations["test_work"] < 4e3


def test_only_what_passed_is_counted(memory: UnitAnswer) -> None:
    lacking = {
        str(each.sli.tag("test")).rpartition("::")[2]: each.reason.sentence
        for each in memory.not_found
        if each.objective == RSS.objective
    }
    assert set(lacking) == {"test_wrong", "test_raises", "test_threads"}
    assert "AssertionError: not so often" in lacking["test_raises"]
    assert "a fork would lose its threads: waits" in lacking["test_threads"]


def test_where_nothing_counts_the_rest_is_measured_all_the_same(memory: UnitAnswer) -> None:
    (lacking,) = (each for each in memory.not_found if each.objective == COUNTED.objective)
    assert lacking.reason.code is Code.TOOL_ABSENT
    assert "/no/valgrind (PERFGATE_VALGRIND): not found" in lacking.reason.sentence
    assert "apt-get install valgrind" in lacking.reason.remedy


def test_where_nothing_counts_and_nothing_else_is_asked_nothing_starts(tmp_path: Path) -> None:
    refused = measure(_tree(tmp_path), COUNTED, env={"PERFGATE_VALGRIND": "/no/valgrind"})
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.TOOL_ABSENT


def test_time_and_memory_come_from_processes_of_their_own(tmp_path: Path) -> None:
    content = """
def test_traced(benchmark):
    import tracemalloc
    assert not tracemalloc.is_tracing()
    benchmark(lambda: 1)
"""
    answer = measure(_tree(tmp_path, content), TIME, ALLOCATIONS)
    assert isinstance(answer, UnitAnswer), answer
    assert [found.objective for found in answer.found] == [TIME.objective, ALLOCATIONS.objective]
    rounds = dict(answer.found[0].facts)["rounds"]
    assert int(rounds) >= 3
    assert dict(answer.found[0].facts)["hash seed"] == "1"
    assert dict(answer.found[1].facts)["hash seed"] == "0"


def test_a_benchmark_that_dies_is_no_measurement(tmp_path: Path) -> None:
    content = """
import os
def test_dies(benchmark):
    calls = []
    def second():
        calls.append(1)
        if len(calls) > 1:
            os.kill(os.getpid(), 9)
    benchmark(second)
"""
    answer = measure(_tree(tmp_path, content), ALLOCATIONS)
    assert isinstance(answer, UnitAnswer | UnitFailed)
    if isinstance(answer, UnitAnswer):
        assert not answer.found
        assert "it ended with status 9" in answer.not_found[0].reason.sentence


@pytest.mark.slow
@pytest.mark.needs_valgrind
def test_instructions_are_those_of_one_call(tmp_path: Path) -> None:
    content = CONTENT.partition("def test_hoard")[0]
    first = measure(_tree(tmp_path / "a", content), COUNTED)
    assert isinstance(first, UnitAnswer), first
    check_answer(first, (COUNTED,))
    one = _values(first, COUNTED)
    assert one["test_more_work"] / one["test_work"] == pytest.approx(1.1, abs=0.01)
    assert one["test_with_set_up"] == pytest.approx(one["test_work"], rel=0.02)
    facts = dict(first.found[0].facts)
    assert facts["counted by"].startswith("valgrind 3.")
    assert facts["counted by"].endswith("20 less 10 rounds")
    assert facts["floor"].startswith("9 layouts of memory differ by ± ")
    assert not list(tmp_path.rglob("counts.*"))
    assert facts["path of the tree"] == "one, whichever tree it is"
    # Elsewhere, at a path of another length.
    again = measure(_tree(tmp_path / "elsewhere", content), COUNTED)
    assert isinstance(again, UnitAnswer), again
    two = _values(again, COUNTED)
    assert two["test_work"] == pytest.approx(one["test_work"], rel=0.003)
