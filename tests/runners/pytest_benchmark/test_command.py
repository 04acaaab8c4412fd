from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gate.runners.pytest_benchmark.command import argv, environment, hash_seed
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.python import Python
from gate.runners.pytest_benchmark.shape import files, shape

_OPTIONS = PytestBenchmarkOptions(paths=("bench",))
_OWN = str(Path(sys.prefix) / "bin")


def _python(path: str = "/env/bin/python", version: str = "3.12.1", **packages: str) -> Python:
    named = {"pytest": "9.2.0", "pytest-benchmark": "5.3.1"}
    named |= {name.replace("_", "-"): number for name, number in packages.items()}
    return Python(Path(path), "CPython", version, tuple(named.items()))


def _argv(python: Python, options: PytestBenchmarkOptions = _OPTIONS) -> list[str]:
    return argv(python, options, Path("/tree"), Path("/out/b.json"), Path("/out/r.json"))


def test_the_command() -> None:
    options = PytestBenchmarkOptions(
        paths=("bench", "x.py::test_a"), args=("-k", "sort"), rounds=7, max_time="20 ms"
    )
    assert " ".join(_argv(_python(), options)) == (
        "/env/bin/python -m pytest /tree/bench /tree/x.py::test_a -k sort"
        " -p perfgate_reporter --perfgate-report=/out/r.json --rootdir=/tree"
        " -p no:cacheprovider -p no:codspeed -p benchmark --benchmark-only --benchmark-enable"
        " --benchmark-json=/out/b.json --benchmark-disable-gc --benchmark-warmup=on"
        " --benchmark-min-rounds=7 --benchmark-max-time=0.02 -q --tb=line --color=no"
    )


@pytest.mark.parametrize(
    ("package", "expected"),
    [("pytest_xdist", "-p xdist -n0"), ("pytest_cov", "-p pytest_cov --no-cov")],
)
def test_what_disturbs_is_switched_off_where_it_is_installed(package: str, expected: str) -> None:
    assert expected not in " ".join(_argv(_python()))
    assert expected in " ".join(_argv(_python(**{package: "1.0"})))


def _environment(env: dict[str, str], python: Python | None = None, **own: str) -> dict[str, str]:
    options = PytestBenchmarkOptions(paths=("bench",), env=own)
    return environment(env, python or _python(), options, 7)


def test_the_environment_of_the_gate_does_not_leak() -> None:
    env = {
        "HOME": "/home/me",
        "PATH": os.pathsep.join((_OWN, "/usr/bin", "", "/bin")),
        "VIRTUAL_ENV": sys.prefix,
        "PYTEST_ADDOPTS": "-n 4",
        "PYTEST_XDIST_WORKER": "gw0",
        "PYTEST_CURRENT_TEST": "x",
        "PYTHONHOME": "/usr",
        "COV_CORE_SOURCE": "x",
        "COVERAGE_PROCESS_START": "x",
        "CODSPEED_ENV": "1",
    }
    given = _environment(env)
    assert given.pop("PYTHONPATH").endswith("inside")
    assert given == {
        "HOME": "/home/me",
        "PATH": os.pathsep.join(("/env/bin", "/usr/bin", "/bin")),
        "PYTHONHASHSEED": "7",
    }


def test_the_gates_own_environment_stays_where_its_python_is_asked_for() -> None:
    own = _python(sys.executable)
    assert _OWN in _environment({"PATH": _OWN}, own)["PATH"].split(os.pathsep)


def test_a_virtual_environment_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    given = _environment({"VIRTUAL_ENV": "/other"}, _python(str(tmp_path / "bin" / "python")))
    assert given["VIRTUAL_ENV"] == str(tmp_path)


def test_the_budgets_own_variables_are_kept() -> None:
    given = _environment({"A": "1", "PYTHONPATH": "lib"}, A="2", PYTHONPATH="src", PATH="/opt")
    assert given["A"] == "2"
    assert given["PYTHONPATH"].split(os.pathsep)[0] == "src"
    assert given["PATH"] == os.pathsep.join(("/env/bin", "/opt"))


def test_every_unit_has_another_hash_seed_and_every_check_the_same() -> None:
    assert [hash_seed(1, index) for index in range(3)] == [1, 2, 3]
    assert hash_seed(2**32 - 1, 1) == 0
    assert hash_seed(-1, 0) == 2**32 - 1


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("conftest.py", "bench/test_x.py", "bench/data/words.txt", "other/conftest.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def _shape(
    tree: Path, python: Python | None = None, options: PytestBenchmarkOptions = _OPTIONS
) -> dict[str, str]:
    return dict(shape(python or _python(), options, tree))


def test_the_files_that_shape_a_benchmark(tree: Path) -> None:
    found = [path.relative_to(tree).as_posix() for path in files(_OPTIONS, tree)]
    assert found == ["bench/data/words.txt", "bench/test_x.py", "conftest.py"]


def test_the_shape_names_what_shapes(tree: Path) -> None:
    found = _shape(tree)
    assert found["python"] == "CPython 3.12"
    assert found["pytest-benchmark"] == "5.3"
    assert list(found) == ["benchmarks", "options", "python", "pytest-benchmark"]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        pytest.param("bench/test_x.py", "benchmarks", id="a benchmark"),
        pytest.param("bench/data/words.txt", "benchmarks", id="its data"),
        pytest.param("bench/new.py", "benchmarks", id="a new file"),
        pytest.param("conftest.py", "benchmarks", id="a conftest above"),
        pytest.param("bench/__pycache__/x.pyc", "", id="bytecode"),
        pytest.param("bench/x.pyc", "", id="old bytecode"),
        pytest.param("bench/.benchmarks/1.json", "", id="what pytest-benchmark stored"),
        pytest.param("other/conftest.py", "", id="a conftest elsewhere"),
    ],
)
def test_a_changed_file_is_another_series(changed: str, name: str, tree: Path) -> None:
    before = _shape(tree)
    (tree / changed).parent.mkdir(exist_ok=True)
    (tree / changed).write_text("changed")
    after = _shape(tree)
    assert [key for key in before if before[key] != after[key]] == ([name] if name else [])


@pytest.mark.parametrize(
    ("python", "options", "names"),
    [
        pytest.param(_python("/other/python"), {}, [], id="where the Python is"),
        pytest.param(_python(), {"python": "venv/bin/python"}, [], id="how it is named"),
        pytest.param(_python(version="3.12.9"), {}, [], id="a newer patch"),
        pytest.param(_python(version="3.13.0"), {}, ["python"], id="a newer Python"),
        pytest.param(_python(pytest_benchmark="5.3.9"), {}, [], id="a patch of the plugin"),
        pytest.param(_python(pytest_benchmark="5.4.0"), {}, ["pytest-benchmark"], id="the plugin"),
        pytest.param(_python(), {"rounds": 9}, ["options"], id="the rounds"),
        pytest.param(_python(), {"args": ["-k", "x"]}, ["options"], id="the arguments"),
        pytest.param(_python(), {"env": {"A": "1"}}, ["options"], id="the environment"),
        pytest.param(_python(), {"paths": ["bench/"]}, ["benchmarks"], id="the paths"),
    ],
)
def test_what_is_another_series(
    python: Python, options: dict[str, object], names: list[str], tree: Path
) -> None:
    changed = PytestBenchmarkOptions.model_validate({"paths": ["bench"], **options})
    before, after = _shape(tree), _shape(tree, python, changed)
    assert [key for key in before if before[key] != after[key]] == names


def test_a_folder_without_end_is_refused(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.runners.pytest_benchmark.shape.MOST_FILES", 2)
    with pytest.raises(ValueError, match="more than 2 files"):
        _shape(tree)
