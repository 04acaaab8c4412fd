from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from gate.core.reasons import Code, Reason
from gate.runners.pytest_benchmark.python import Python, find_python
from gate.testing import Behaviour, Fake, write_fake
from tests.runners.pytest_benchmark.support import PROBED


def _fake(home: Path, version: str = "3.12.1", **packages: str) -> Path:
    told = {**PROBED, "version": version}
    if packages:
        told["packages"] = {name.replace("_", "-"): number for name, number in packages.items()}
    fake = Fake(output=b"", replies={"-c": json.dumps(told)})
    return write_fake(home / "bin" / "python", fake, Behaviour.OK)


def _find(tree: Path, written: str = "", **env: str) -> Python | Reason:
    return find_python(written, (tree,), {"PATH": "", **env})


def _path(found: Python | Reason) -> Path:
    assert isinstance(found, Python), found.sentence
    return found.path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    return folder


def test_the_first_python_that_has_it_is_taken(tree: Path, tmp_path: Path) -> None:
    homes = [tmp_path / "active", tree / ".venv", tree / "venv", tmp_path / "system"]
    pythons = [_fake(home) for home in homes]
    env = {"VIRTUAL_ENV": str(homes[0]), "PATH": str(homes[3] / "bin")}
    for python in pythons:
        assert _path(_find(tree, **env)) == python
        python.unlink()
    lacking = _find(tree, **env)
    assert isinstance(lacking, Reason)
    assert lacking.code is Code.TOOL_ABSENT
    assert "no Python in VIRTUAL_ENV" in lacking.sentence


def test_one_that_lacks_it_is_passed_over(tree: Path) -> None:
    _fake(tree / ".venv", pytest="9.2.0", pytest_benchmark="")
    second = _fake(tree / "venv")
    assert _path(_find(tree)) == second


def test_the_gates_own_python_is_passed_over(tree: Path) -> None:
    env = {"VIRTUAL_ENV": sys.prefix, "PATH": str(Path(sys.prefix) / "bin")}
    lacking = _find(tree, **env)
    assert isinstance(lacking, Reason)
    assert "is the gate's own environment" in lacking.sentence
    assert "python: PATH" in lacking.remedy


def test_a_link_to_the_gates_environment_is_passed_over(tree: Path) -> None:
    (tree / ".venv").symlink_to(sys.prefix)
    assert isinstance(_find(tree), Reason)


def test_the_gates_own_python_is_taken_where_the_budget_names_it(tree: Path) -> None:
    assert _path(_find(tree, sys.executable)) == Path(sys.executable)


def test_a_path_is_looked_for_in_the_trees(tree: Path, tmp_path: Path) -> None:
    python = _fake(tree / "env")
    found = find_python("env/bin/python", (tmp_path / "base", tree), {"PATH": ""})
    assert _path(found) == python


def test_a_name_is_looked_for_on_path(tree: Path, tmp_path: Path) -> None:
    python = _fake(tmp_path / "system")
    python.rename(python.with_name("python3.13"))
    found = _find(tree, "python3.13", PATH=str(tmp_path / "system" / "bin"))
    assert _path(found).name == "python3.13"


def test_it_says_what_it_is(tree: Path) -> None:
    _fake(tree / ".venv")
    found = _find(tree)
    assert isinstance(found, Python)
    assert (found.implementation, found.version) == ("CPython", "3.12.1")
    assert found.package("pytest-benchmark") == "5.3.1"
    assert found.package("pytest-xdist") == ""


def test_a_real_python_tells_its_packages(tree: Path) -> None:
    found = _find(tree, sys.executable)
    assert isinstance(found, Python)
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.package("pytest") == pytest.__version__


@pytest.mark.parametrize(
    ("written", "words", "remedy"),
    [
        pytest.param(
            "no/such/python", "no/such/python (named by the budget)", "create", id="absent"
        ),
        pytest.param(
            "no-such-python", "no-such-python (named by the budget)", "create", id="no name"
        ),
        pytest.param("./plain", "./plain (named by the budget)", "create", id="no program"),
        pytest.param("./bare", "./bare has no pytest-benchmark", "-m pip install", id="bare"),
        pytest.param("./broken", "./broken: is no Python", "gate doctor", id="no Python"),
        pytest.param("./strange", "./strange: is no Python", "gate doctor", id="other output"),
        pytest.param("./loop", "./loop (named by the budget)", "create", id="a link to itself"),
    ],
)
def test_what_cannot_be_used_is_said(written: str, words: str, remedy: str, tree: Path) -> None:
    (tree / "plain").touch()
    (tree / "loop").symlink_to(tree / "loop")
    _fake(tree / "x", pytest="9.2.0", pytest_benchmark="").rename(tree / "bare")
    write_fake(tree / "broken", Fake(output=b""), Behaviour.CRASHES)
    write_fake(tree / "strange", Fake(output=b'{"a": 1}'), Behaviour.OK)
    lacking = _find(tree, written)
    assert isinstance(lacking, Reason)
    assert lacking.code is Code.TOOL_ABSENT
    assert words in lacking.sentence
    assert remedy in lacking.remedy


def test_no_path_at_all_is_no_fault(tree: Path) -> None:
    assert isinstance(find_python("", (tree,), {}), Reason)
