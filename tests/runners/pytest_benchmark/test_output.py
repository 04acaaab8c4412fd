from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from gate.core.reasons import Code
from gate.core.sample import Reduced, Values, reduce_unit
from gate.core.sli import parse_sli
from gate.runners.pytest_benchmark.answer import MOST_ROUNDS, Measured, answers, measured
from gate.runners.pytest_benchmark.output import (
    Benchmark,
    Ended,
    Output,
    UnreadableError,
    read_output,
)
from gate.seams.runner import Found, NotFound, Question
from gate.testing import question
from gate.testing.answers import check_reason
from tests.runners.pytest_benchmark.support import benchmarks, report

_RECORDED = Path(__file__).parent / "data" / "5.3.1.json"


def _read(tmp_path: Path, output: bytes, told: bytes) -> Output | None:
    (tmp_path / "b.json").write_bytes(output)
    (tmp_path / "r.json").write_bytes(told)
    return read_output(tmp_path / "b.json", tmp_path / "r.json")


def test_recorded_output_is_read_whole(tmp_path: Path) -> None:
    found = _read(tmp_path, _RECORDED.read_bytes(), report())
    assert found is not None
    assert [(b.test, b.group, len(b.rounds), b.iterations) for b in found.benchmarks] == [
        ("test_b.py::test_fib", "", 110, 1),
        ("test_b.py::test_sort[1000]", "sort", 77, 1),
        ("test_b.py::test_sort[5000]", "sort", 20, 1),
        ("test_b.py::test_pedantic", "", 30, 5),
    ]
    assert dict(found.machine) == {"cpu": "AMD EPYC", "cores": "2", "system": "Linux"}


@pytest.mark.parametrize("statistic", ["median", "mean", "min", "max"])
def test_statistics_are_those_of_the_tool(statistic: str, tmp_path: Path) -> None:
    found = _read(tmp_path, _RECORDED.read_bytes(), report())
    written = json.loads(_RECORDED.read_bytes())["benchmarks"]
    assert found is not None
    for benchmark, own in zip(found.benchmarks, written, strict=True):
        value = reduce_unit(Values(benchmark.rounds), parse_sli(f"{statistic}(time)"))
        assert value == pytest.approx(own["stats"][statistic], rel=1e-12)


def test_nothing_written_is_nothing(tmp_path: Path) -> None:
    assert read_output(tmp_path / "b.json", tmp_path / "r.json") is None
    assert _read(tmp_path, b"", b"") is None


def test_a_report_alone_tells_what_ended(tmp_path: Path) -> None:
    found = _read(tmp_path, b"", report(test_a="failed"))
    assert found is not None
    assert found.benchmarks == ()
    assert [each.outcome for each in found.ended] == ["failed"]


@pytest.mark.parametrize(
    ("cpu", "data"),
    [
        pytest.param([0.5, 0.25], Values((0.5, 0.25)), id="a-time-for-each-round"),
        pytest.param([0.5], None, id="a-round-is-lacking"),
        pytest.param([], None, id="nothing-was-noted"),
    ],
)
def test_a_cpu_time_is_that_of_every_round(
    cpu: list[float], data: Values | None, tmp_path: Path
) -> None:
    for name, content in (
        ("b", benchmarks(test_a=[1.0, 2.0])),
        ("r", report(test_a="passed")),
        ("c", json.dumps({"bench/test_x.py::test_a": cpu}).encode()),
    ):
        (tmp_path / f"{name}.json").write_bytes(content)
    told = read_output(*(tmp_path / f"{name}.json" for name in "brc"))
    assert told is not None
    asked = question("cpu", "median(cpu_time)", each="test")
    (answer,) = answers(asked, measured(told, metric="cpu_time"))
    if data is None:
        assert isinstance(answer, NotFound)
        assert "was timed, but not the CPU time of each of its rounds" in answer.reason.sentence
    else:
        assert isinstance(answer, Found)
        assert answer.data == data


def _changed(**stats: object) -> bytes:
    whole = json.loads(benchmarks(test_a=[1.0, 2.0]))
    whole["benchmarks"][0]["stats"].update(stats)
    return json.dumps(whole).encode()


def _with(**facts: object) -> bytes:
    whole: dict[str, Any] = json.loads(benchmarks(test_a=[1.0]))
    whole["benchmarks"][0].update(facts)
    return json.dumps(whole).encode()


@pytest.mark.parametrize(
    ("output", "words"),
    [
        pytest.param(b'{"benchmarks": [{"full', "b.json", id="truncated"),
        pytest.param(bytes(range(256)), "b.json", id="garbage"),
        pytest.param(b"[" * 100_000, "b.json", id="too deep"),
        pytest.param(b"[1]", "expected an object", id="a list"),
        pytest.param(b"{}", "benchmarks: expected a list", id="another object"),
        pytest.param(b'{"benchmarks": {}}', "expected a list", id="benchmarks are no list"),
        pytest.param(b'{"benchmarks": [7]}', "expected an object", id="a benchmark is a number"),
        pytest.param(_with(fullname=None), "no fullname", id="no name"),
        pytest.param(_with(stats=None), "stats of bench", id="no stats"),
        pytest.param(_changed(data=None), "no rounds in stats.data", id="no data"),
        pytest.param(_changed(data=[]), "no rounds in stats.data", id="no rounds"),
        pytest.param(_changed(rounds=9905), "says 9905 rounds and has 2", id="rounds are lost"),
        pytest.param(_changed(data=[1.0, None]), "no time", id="null"),
        pytest.param(_changed(data=[1.0, True]), "no time", id="a truth value"),
        pytest.param(_changed(data=[1.0, "2"]), "no time", id="text"),
        pytest.param(_changed(data=[1.0, float("nan")]), "no time", id="not a number"),
        pytest.param(_changed(data=[1.0, float("inf")]), "no time", id="infinite"),
        pytest.param(_changed(data=[1.0, -2.0]), "no time", id="negative"),
        pytest.param(_changed(data=[1.0, 10**400]), "no time", id="more than a float holds"),
        pytest.param(
            json.dumps(
                {"benchmarks": json.loads(benchmarks(test_a=[1.0]))["benchmarks"] * 2}
            ).encode(),
            "more than once",
            id="twice the same",
        ),
    ],
)
def test_unreadable(output: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=words):
        _read(tmp_path, output, report(test_a="passed"))


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(b'{"tests": {"a"', id="truncated"),
        pytest.param(b'{"tests": [], "errors": []}', id="tests are no object"),
        pytest.param(b'{"tests": {}}', id="no errors"),
        pytest.param(b'{"tests": {"a": 7}, "errors": []}', id="a test is a number"),
        pytest.param(b'{"tests": {}, "errors": [["a"]]}', id="an error without a reason"),
    ],
)
def test_a_report_that_is_unreadable(told: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        _read(tmp_path, benchmarks(test_a=[1.0]), told)


def _found(**rounds: tuple[float, ...]) -> Measured:
    return Measured(tuple(Benchmark(name, "", data, 1) for name, data in rounds.items()), ())


def _one(asked: Question, found: Measured) -> Found | NotFound:
    (answer,) = answers(asked, found)
    return answer


def test_rounds_are_kept_in_order() -> None:
    answer = _one(question("a", "median(time{test:x})"), _found(x=(3.0, 1.0, 2.0)))
    assert isinstance(answer, Found)
    assert answer.data == Values((3.0, 1.0, 2.0))


@pytest.mark.parametrize("n", [MOST_ROUNDS, MOST_ROUNDS + 1, 3 * MOST_ROUNDS, 100_003])
def test_many_rounds_are_thinned_evenly(n: int) -> None:
    rounds = tuple(float(number) for number in range(n))
    answer = _one(question("a", "median(time{test:x})"), _found(x=rounds))
    assert isinstance(answer, Found)
    assert isinstance(answer.data, Values)
    kept = answer.data.values
    assert MOST_ROUNDS / 2 <= len(kept) <= MOST_ROUNDS
    assert {b - a for a, b in pairwise(kept)} == {kept[1] - kept[0]}
    assert reduce_unit(answer.data, answer.sli) == pytest.approx(n / 2, rel=0.001)
    assert ("kept rounds" in dict(answer.facts)) == (n > MOST_ROUNDS)


@pytest.mark.parametrize(("statistic", "value"), [("min", 0.0), ("max", 9999.0), ("mean", 4999.5)])
def test_thinning_does_not_move_an_extreme(statistic: str, value: float) -> None:
    rounds = tuple(float(number * 7919 % 10_000) for number in range(10_000))
    answer = _one(question("a", f"{statistic}(time{{test:x}})"), _found(x=rounds))
    assert isinstance(answer, Found)
    assert answer.data == Reduced(value, 10_000)


def test_only_what_passed_was_measured() -> None:
    output = Output(
        tuple(Benchmark(name, "g", (1.0,), 1) for name in ("good", "wrong", "unseen")),
        (
            Ended("good", "passed", "", "g"),
            Ended("wrong", "failed", "assert 1 == 2", "g"),
            Ended("away", "skipped", "later", ""),
            Ended("idle", "passed", "", ""),
            Ended("never", "", "", ""),
        ),
        (),
        (),
    )
    given = list(answers(question("a", "median(time)", each="test"), measured(output)))
    assert [each.sli.tag("test") for each in given if isinstance(each, Found)] == ["good"]
    lacking = {
        str(each.sli.tag("test")): each.reason for each in given if isinstance(each, NotFound)
    }
    assert {name: reason.sentence.partition(": ")[2] for name, reason in lacking.items()} == {
        "wrong": "wrong failed: assert 1 == 2",
        "away": "away was skipped: later",
        "idle": "idle passed, but timed nothing: it does not call the fixture `benchmark`",
        "never": "never did not run to its end",
        "unseen": "unseen did not run to its end",
    }
    assert all(reason.remedy for reason in lacking.values())
    one = _one(question("a", "median(time{test:wrong})"), measured(output))
    assert isinstance(one, NotFound)


_GROUPED = Measured(
    (
        Benchmark("sort[10]", "sort", (1.0,), 1),
        Benchmark("sort[20]", "sort", (2.0,), 1),
        Benchmark("parse", "text", (3.0,), 1),
    ),
    (),
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(
            question("a", "median(time{group:sort})", each="test"),
            [
                'median(time{group:sort,test:"sort[10]"})',
                'median(time{group:sort,test:"sort[20]"})',
            ],
            id="each test of a group",
        ),
        pytest.param(
            question("a", "median(time{group:text})"), ["median(time{group:text})"], id="one of one"
        ),
        pytest.param(
            question("a", 'median(time{test:"sort[10]"})', each="test"),
            ['median(time{test:"sort[10]"})'],
            id="a named test is asked for once",
        ),
    ],
)
def test_found(asked: Question, expected: list[str]) -> None:
    assert [
        str(each.sli) for each in answers(asked, _GROUPED) if isinstance(each, Found)
    ] == expected


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(
            question("a", 'median(time{test:"sort[11]"})'),
            "nearest: sort[10], sort[20]",
            id="a mistyped test",
        ),
        pytest.param(
            question("a", "median(time{test:zzzzzz})"), "there is: sort[10]", id="another test"
        ),
        pytest.param(question("a", "median(time{group:txt})"), "nearest: text", id="a group"),
        pytest.param(
            question("a", "median(time{group:txt})", each="test"), "nearest: text", id="each of it"
        ),
        pytest.param(
            question("a", 'median(time{group:text,test:"sort[10]"})'), "nothing", id="not in it"
        ),
        pytest.param(question("a", "median(time)"), "3 benchmarks match", id="which one"),
        pytest.param(
            question("a", "median(time{group:sort})"), "2 benchmarks match", id="which of a group"
        ),
    ],
)
def test_nothing_matches(asked: Question, words: str) -> None:
    answer = _one(asked, _GROUPED)
    assert isinstance(answer, NotFound)
    assert answer.reason.code is Code.NOTHING_MATCHED
    assert words in answer.reason.sentence
    check_reason(answer.reason)
