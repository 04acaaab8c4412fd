"""Head against itself: `gate doctor --noise` says which tolerances this machine can hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import Project, make

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nothing is measured there")

BENCH = """\
def test_sum(benchmark): benchmark(sum, range(20_000))
def test_sorted(benchmark): benchmark(sorted, range(20_000))
"""
BUNDLE = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    tolerance: 1%
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "repo", PERFGATE_CACHE=str(tmp_path / "cache"))
    made.write(".gitignore", ".gate/\n__pycache__/\n.benchmarks/\n.pytest_cache/\n")
    made.benchmarks(BENCH, tolerance="900%")
    bench = made.root / "budgets" / "bench.yml"
    bench.write_text(bench.read_text().replace("repeat: 2", "repeat: {min: 3, max: 5}"))
    made.bundle(text=BUNDLE)
    made.commit()
    return made


def test_every_tolerance_is_answered(project: Project) -> None:
    done = project.gate("doctor", "--noise", "--time", "5 s", "--json", "--quiet")
    done.ends(0)
    told: Any = json.loads(done.out)
    assert told["noise"] == 1
    held = {each["objective"]: each for each in told["objectives"]}
    assert sorted(each["kind"] for each in held.values()) == ["exact", "timing", "timing"]
    for name, each in held.items():
        if name.startswith("bench/"):
            assert each["verdict"] in {"holds", "does not hold"}
            assert 3 <= each["units"] <= 5
            assert (each["least"], each["most"]) == (3, 5)
            assert each["spread"] >= 0
            assert each["finds"] > 0
        else:
            assert (each["verdict"], each["units"], each["finds"]) == ("holds", 1, None)
    assert {each["budget"] for each in told["quiet"]} == {"bench"}
    assert told["machine"]["cores"] >= 1
    assert not list((project.root / ".gate").glob("*.json")), "it is no check: nothing is kept"


def test_one_budget_as_a_table(project: Project) -> None:
    done = project.gate("doctor", "--noise", "--time", "1 s", "--only", "bundle")
    done.ends(0, "cores:", "verdict", "holds", "bundle/sum(size{encoding:raw,file:app})", "exact")
    assert "bench/" not in done.out


def test_what_cannot_be_measured_is_no_answer(project: Project) -> None:
    (project.root / "dist" / "app.js").unlink()
    done = project.gate("doctor", "--noise", "--time", "1 s", "--only", "bundle", "--quiet")
    done.ends(3, "not measured")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--time", "1 s"), "belong to `gate doctor --noise`"),
        (("--noise", "--time", "5 kB"), "expected a time"),
        (("--noise", "--time", "0 s"), "expected a time above 0"),
        (("--noise", "--only", "nothing"), "there is no such budget"),
    ],
)
def test_a_wrong_command_line(project: Project, words: tuple[str, ...], said: str) -> None:
    project.gate("doctor", *words).ends(2, said)


def test_without_a_tolerance_there_is_nothing_to_hold(project: Project) -> None:
    project.bundle()
    project.gate("doctor", "--noise", "--only", "bundle").ends(2, "nothing to hold")


BURN = """
import time
open("/proc/self/comm", "w").write("burner")
print("up", flush=True)
end = time.monotonic() + 120
while time.monotonic() < end:
    pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_check_records_what_else_burned(project: Project) -> None:
    argv = [sys.executable, "-I", "-S", "-c", BURN]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as burner:
        try:
            assert burner.stdout is not None
            burner.stdout.readline()
            project.gate("measure", "--only", "bench").ends(0)
        finally:
            burner.kill()
    (told,) = project.record("run")["quiet"]
    assert (told["budget"], told["side"]) == ("bench", "head")
    assert told["units"] >= 3
    assert told["others_most"] > 0
