"""`import gate` is light, and what it promises is there when it is asked for."""

import importlib
import json
import subprocess
import sys

import pytest

import gate

HEAVY = {
    "numpy", "scipy", "pydantic", "yaml", "click", "rich", "requests", "jinja2", "psutil",
    "asyncio", "multiprocessing", "subprocess", "gate.cli", "gate.app", "gate.spec", "gate.runners",
}  # fmt: skip


def loaded(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_package_alone_loads_nothing_of_its_own() -> None:
    before = {name for name in loaded("") if name.startswith("gate")}
    ours = {name for name in loaded("import gate") if name.startswith("gate")}
    assert ours - before == {"gate"}


@pytest.mark.parametrize(
    "code",
    [
        "import gate",
        "import gate; gate.compare([1., 2.], [1., 2.], kind='timing')",
        "import gate; gate.Trial([], looks=[2])",
    ],
    ids=["package", "compare", "trial"],
)
def test_the_judge_loads_nothing_heavy(code: str) -> None:
    assert not (loaded(code) - loaded("")) & HEAVY


@pytest.mark.parametrize("name", gate.__all__)
def test_every_public_name_is_what_its_home_says(name: str) -> None:
    assert getattr(gate, name) is getattr(importlib.import_module(gate._HOMES[name]), name)
    assert name in gate._HOMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'nothing'"):
        gate.nothing  # noqa: B018
