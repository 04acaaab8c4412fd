"""The real pytest and pytest-benchmark, on small benchmarks; no verdict rests on a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.core.reasons import Code
from gate.seams.runner import Refused, UnitAnswer, UnitFailed
from gate.testing import question
from gate.testing.answers import check_answer
from tests.runners.pytest_benchmark.support import measure, times

_EACH = question("bench/time", "median(time)", each="test")
_MIXED = """
import json, os, pathlib, pytest

def test_sum(benchmark):
    benchmark(sum, range(100))

@pytest.mark.benchmark(group="sort")
@pytest.mark.parametrize("words", ["a b", "x - y", "é", "::", "<b>"])
def test_sort(benchmark, words):
    benchmark(sorted, words)

class TestCart:
    def test_total(self, benchmark):
        benchmark.pedantic(sum, args=([1, 2],), rounds=4, iterations=2)

def test_raises(benchmark):
    benchmark(lambda: 1 / 0)

def test_wrong(benchmark):
    assert benchmark(lambda: 1) == 2

@pytest.mark.skip(reason="later")
def test_skipped(benchmark):
    benchmark(lambda: 1)

def test_idle(benchmark):
    pass

@pytest.mark.xfail
def test_expected(benchmark):
    benchmark(lambda: 1)
    raise ValueError

@pytest.fixture
def broken():
    yield
    raise RuntimeError("left open")

def test_teardown(benchmark, broken):
    benchmark(lambda: 1)

def test_no_benchmark():
    raise AssertionError

def test_environment(benchmark):
    benchmark(lambda: 1)
    pathlib.Path(os.environ["TOLD"]).write_text(json.dumps({**os.environ, "cwd": os.getcwd()}))
"""
_GOOD = "def test_sum(benchmark):\n    benchmark(sum, range(9))\n"


def _tree(folder: Path, content: str, **files: str) -> Path:
    root = folder / "tree"
    (root / "bench").mkdir(parents=True)
    (root / "bench" / "test_x.py").write_text(content, encoding="utf-8")
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text)
    return root


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[UnitAnswer, dict[str, str]]:
    """One unit of many benchmarks, and the environment that they saw."""
    folder = tmp_path_factory.mktemp("mixed")
    root = _tree(folder, _MIXED)
    env = {"TOLD": str(folder / "told.json"), "PYTEST_ADDOPTS": "-n2", "PYTHONHASHSEED": "0"}
    asked = (
        _EACH,
        question("sum", 'p90(time{test:"bench/test_x.py::test_sum"})'),
        question("nope", 'min(time{test:"bench/test_x.py::test_sun"})'),
        question("sort", "max(time{group:sort})", each="test"),
    )
    answer = measure(root, *asked, env=env)
    assert isinstance(answer, UnitAnswer), answer
    check_answer(answer, asked)
    return answer, json.loads((folder / "told.json").read_text())


def test_what_passed_is_measured(mixed: tuple[UnitAnswer, dict[str, str]]) -> None:
    found = {
        str(each.sli.tag("test")).partition("::")[2]: each.data.n
        for each in mixed[0].found
        if each.objective == _EACH.objective
    }
    assert found.pop("TestCart::test_total") == 4
    assert min(found.values()) >= 3
    sorts = [r"test_sort[a b]", "test_sort[x - y]", r"test_sort[\xe9]", "test_sort[::]"]
    assert list(found) == ["test_sum", *sorts, "test_sort[<b>]", "test_environment"]


def test_what_did_not_pass_is_named_with_its_reason(
    mixed: tuple[UnitAnswer, dict[str, str]],
) -> None:
    found = {
        str(each.sli.tag("test")).partition("::")[2]: each.reason.sentence.rpartition(".py::")[2]
        for each in mixed[0].not_found
        if each.objective == _EACH.objective
    }
    assert found == {
        "test_raises": "test_raises failed: ZeroDivisionError: division by zero",
        "test_wrong": "test_wrong failed: assert 1 == 2",
        "test_skipped": "test_skipped was skipped: later",
        "test_idle": "test_idle passed, but timed nothing: "
        "it does not call the fixture `benchmark`",
        "test_expected": "test_expected was skipped: it is marked as expected to fail",
        "test_teardown": "test_teardown failed: in its teardown: RuntimeError: left open",
    }


def test_a_mistyped_test_is_told_its_nearest(mixed: tuple[UnitAnswer, dict[str, str]]) -> None:
    (lacking,) = (each for each in mixed[0].not_found if each.objective == "nope")
    assert "nearest: bench/test_x.py::test_sum" in lacking.reason.sentence


def test_a_group_is_chosen(mixed: tuple[UnitAnswer, dict[str, str]]) -> None:
    assert sum(each.objective == "sort" for each in mixed[0].found) == 5


def test_the_unit_says_what_it_was_measured_on(mixed: tuple[UnitAnswer, dict[str, str]]) -> None:
    facts = dict(mixed[0].found[0].facts)
    assert facts["hash seed"] == "1"
    assert "not used" in facts["PYTEST_ADDOPTS"]
    assert int(facts["rounds"]) >= 3
    assert mixed[0].tool_seconds > 0


def test_the_environment_is_the_childs_own(mixed: tuple[UnitAnswer, dict[str, str]]) -> None:
    told = mixed[1]
    assert told["PYTHONHASHSEED"] == "1"
    assert "PYTEST_ADDOPTS" not in told
    assert Path(told["cwd"]).name == "tree"


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param('addopts = "-n 2"', id="xdist"),
        pytest.param('addopts = "-p no:benchmark -p no:xdist"', id="the plugin is blocked"),
        pytest.param('addopts = "--benchmark-disable --benchmark-skip -x -q -q"', id="disabled"),
        pytest.param(
            'addopts = "--cov=bench --import-mode=importlib --strict-markers"\n'
            'filterwarnings = ["error"]\ntestpaths = ["other"]',
            id="coverage",
        ),
    ],
)
def test_what_the_project_sets_against_measuring_is_undone(settings: str, tmp_path: Path) -> None:
    root = _tree(tmp_path, _GOOD, pyproject__toml=f"[tool.pytest.ini_options]\n{settings}\n")
    assert list(times(measure(root, _EACH))) == ["bench/test_x.py::test_sum"]
    assert not (root / ".coverage").exists()


def test_an_id_is_relative_to_the_root_whatever_pytest_thinks_its_root_is(tmp_path: Path) -> None:
    root = _tree(tmp_path, _GOOD)
    (root / "bench" / "pytest.ini").write_text("[pytest]\n")
    assert list(times(measure(root, _EACH))) == ["bench/test_x.py::test_sum"]


@pytest.mark.parametrize(
    ("content", "args", "code", "words"),
    [
        pytest.param(
            "import no_such_module\n",
            (),
            Code.TOOL_CRASHED,
            "bench/test_x.py could not be collected: ",
            id="a module that cannot be imported",
        ),
        pytest.param(
            "def test_a():\n    pass\n", (), Code.NOTHING_MATCHED, "no benchmark", id="no benchmark"
        ),
        pytest.param(_GOOD, ("-k", "other"), Code.NOTHING_MATCHED, "no benchmark", id="deselected"),
        pytest.param(
            "import pytest\npytest.skip('not here', allow_module_level=True)\n",
            (),
            Code.NOTHING_MATCHED,
            "bench/test_x.py skips itself: not here",
            id="a module that skips itself",
        ),
        pytest.param(
            _GOOD, ("--no-such-option",), Code.TOOL_CRASHED, "--no-such-option", id="an argument"
        ),
        pytest.param(
            f"import os\n{_GOOD}    os._exit(0)\n", (), Code.OUTPUT_EMPTY, "", id="it just ends"
        ),
        pytest.param(
            f"import os\n{_GOOD}    os.kill(os.getpid(), 9)\n",
            (),
            Code.TOOL_CRASHED,
            "code -9",
            id="it is killed",
        ),
    ],
)
def test_nothing_is_measured_where(
    content: str, args: tuple[str, ...], code: Code, words: str, tmp_path: Path
) -> None:
    failed = measure(_tree(tmp_path, content), _EACH, args=args)
    assert isinstance(failed, UnitFailed), failed
    assert failed.reason.code is code
    assert words in failed.reason.sentence
    assert failed.again == ("code -9" in words)


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = measure(_tree(tmp_path, _GOOD), _EACH, paths=("bench", "banch"))
    assert isinstance(refused, Refused)
    assert refused.reason.sentence == "nothing matched banch: there is no such file or folder"


def test_a_python_that_is_not_there_is_refused(tmp_path: Path) -> None:
    refused = measure(_tree(tmp_path, _GOOD), _EACH, python=".venv/bin/python")
    assert isinstance(refused, Refused)
    assert refused.reason.code is Code.TOOL_ABSENT


def test_one_test_may_be_named_as_path(tmp_path: Path) -> None:
    root = _tree(tmp_path, _GOOD + _GOOD.replace("test_sum", "test_other"))
    answer = measure(root, _EACH, paths=("bench/test_x.py::test_other",))
    assert list(times(answer)) == ["bench/test_x.py::test_other"]
    assert isinstance(answer, UnitAnswer)
    assert answer.not_found == ()
