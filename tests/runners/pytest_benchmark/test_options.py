from __future__ import annotations

import pytest
from pydantic import ValidationError

from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions


def _options(**written: object) -> PytestBenchmarkOptions:
    return PytestBenchmarkOptions.model_validate({"paths": ["bench"], **written})


def test_defaults() -> None:
    options = _options()
    assert (options.paths, options.python, options.args) == (("bench",), "", ())
    assert (options.rounds, options.max_seconds, options.warmup) == (5, 1.0, True)


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["-k", "sort and not -n"], id="an expression"),
        pytest.param(["-ksort"], id="an expression in the same argument"),
        pytest.param(["-m", "benchmark", "-p", "myplugin"], id="a mark and a plugin"),
        pytest.param(["-o", "python_files=bench_*.py"], id="a setting"),
        pytest.param(["-x", "-svq"], id="flags"),
        pytest.param(["--import-mode=importlib", "--db-url=x"], id="a plugin's own option"),
        pytest.param(["--benchmark-timer=time.process_time"], id="the timer"),
        pytest.param(["--benchmark-warmup-iterations=10"], id="how long the warm-up is"),
        pytest.param(["--confcutdir=x", "--color=no", "--covert=1"], id="names that begin alike"),
    ],
)
def test_arguments_that_may_stand(args: list[str]) -> None:
    assert _options(args=args).args == tuple(args)


@pytest.mark.parametrize(
    "args",
    [
        ["-n", "2"],
        ["-n2"],
        ["-xn2"],
        ["--numprocesses=2"],
        ["--dist=load"],
        ["-d"],
        ["-f"],
        ["-h"],
        ["-V"],
        ["--version"],
        ["--co"],
        ["--collect-only"],
        ["--setup-plan"],
        ["--benchmark-disable"],
        ["--benchmark-skip"],
        ["--benchmark-compare"],
        ["--benchmark-compare-fail=mean:5%"],
        ["--benchmark-save=x"],
        ["--benchmark-save-data"],
        ["--benchmark-json=x"],
        ["--benchmark-warmup=off"],
        ["--benchmark-min-rounds=1"],
        ["--codspeed"],
        ["--cov=shop"],
        ["--cov-report=html"],
        ["--pdb"],
        ["--rootdir=/"],
        ["-p", "no:benchmark"],
        ["-pno:benchmark"],
        ["-o", "addopts=-n2"],
        ["-oaddopts=-n2"],
        ["-k"],
        ["other/bench"],
        ["-"],
        ["--lf"],
        [""],
        "-k sort",
        [7],
    ],
    ids=str,
)
def test_arguments_that_would_break_measuring(args: object) -> None:
    with pytest.raises(ValidationError):
        _options(args=args)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param({"paths": []}, id="no path"),
        pytest.param({"paths": "bench"}, id="a path that is no list"),
        pytest.param({"paths": ["/bench"]}, id="an absolute path"),
        pytest.param({"paths": ["a/../../b"]}, id="a path out of the tree"),
        pytest.param({"paths": ["-n2"]}, id="a path that is an option"),
        pytest.param({"paths": ["::test_x"]}, id="a test without its file"),
        pytest.param({"rounds": 0}, id="no rounds"),
        pytest.param({"rounds": True}, id="rounds that are no number"),
        pytest.param({"max_time": "5"}, id="a time without its unit"),
        pytest.param({"max_time": "0 s"}, id="no time"),
        pytest.param({"max_time": "2 h"}, id="too long a time"),
        pytest.param({"max_time": "5 kB"}, id="no time at all"),
        pytest.param({"warmup": "on"}, id="a word for true"),
        pytest.param({"env": {"PYTHONHASHSEED": "0"}}, id="the hash seed"),
        pytest.param({"env": {"PYTEST_ADDOPTS": "-n2"}}, id="arguments by the environment"),
        pytest.param({"env": {"A": 1}}, id="a variable that is no text"),
        pytest.param({"path": ["bench"]}, id="a mistyped key"),
    ],
)
def test_refused(written: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _options(**written)


def test_a_single_test_may_be_named() -> None:
    assert _options(paths=["bench/test_x.py::test_a[1]"]).paths == ("bench/test_x.py::test_a[1]",)


def test_time_has_a_unit() -> None:
    assert _options(max_time="250 ms").max_seconds == 0.25
