"""What a plan says of each promise, and what it refuses, from stored runs."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from gate.app.prospects import lines, prospects, refuse_hopeless
from gate.core.past import Past
from gate.core.run import Measurement
from gate.core.sample import Unit, Values
from gate.spec import Budget, Spec, SpecProblemsError
from gate.testing import samples
from tests.spec.fakes import read, write

BUDGET = """\
runner: lighthouse
base: http://127.0.0.1:1
pages: {{home: /}}
repeat: 5
objectives:
  - sli: lcp
    {promise}
"""


def planned(root: Path, promise: str) -> tuple[Spec, Budget]:
    write(root, web=BUDGET.format(promise=promise))
    spec = read(root)
    return spec, spec.budget("web")


def pasts(budget: Budget, level: float, between: float, count: int = 10) -> tuple[Past, ...]:
    """Stored runs of five loads each, newest first; one load varies by 1 %."""
    chance, (objective,) = Random(5), budget.objectives
    found = []
    for day in range(count):
        at = level * math.exp(chance.gauss(0, between))
        values = [at * math.exp(chance.gauss(0, 0.01)) for _ in range(5)]
        measured = Measurement(
            objective.id,
            objective.sli,
            objective.dimension,
            objective.better,
            objective.kind,
            tuple(Unit(Values((v,)), i) for i, v in enumerate(values)),
        )
        run = replace(
            samples.run(run_id=f"run-{day}", started=f"2026-11-{day + 1:02}T09:00:00Z"),
            measurements=(measured,),
        )
        found.append(Past(run, samples.outcome(run), count - day))
    return tuple(reversed(found))


def said(
    root: Path, promise: str, *, level: float = 2.0, between: float = 0.02, count: int = 10
) -> str:
    spec, budget = planned(root, promise)
    earlier = pasts(budget, level, between, count)
    return "".join(lines(prospects(spec, budget, earlier, frozenset())))


def refused(
    root: Path,
    promise: str,
    *,
    level: float = 2.0,
    between: float = 0.02,
    count: int = 10,
    twice: bool = False,
) -> str:
    spec, budget = planned(root, promise)
    both = frozenset({"web"}) if twice else frozenset()
    ahead = prospects(spec, budget, pasts(budget, level, between, count), both)
    try:
        refuse_hopeless(ahead)
    except SpecProblemsError as error:
        return f"{error.message}\n{error.hint}"
    return ""


def test_a_limit_tells_its_headroom_and_the_chance_of_a_block(tmp_path: Path) -> None:
    told = said(tmp_path, "limit: 4 s")
    assert "headroom +" in told
    assert "undecided and blocked in 0 % of runs" in told


def test_without_a_stored_run_the_stated_spread_is_told(tmp_path: Path) -> None:
    told = said(tmp_path, "limit: 4 s", count=0)
    assert "no stored run" in told
    assert "12.3 % headroom" in told


def test_a_tolerance_tells_what_it_finds(tmp_path: Path) -> None:
    assert "worse with a stored baseline" in said(tmp_path, "tolerance: 10%")


@pytest.mark.parametrize(
    ("promise", "between", "words"),
    [
        pytest.param("tolerance: 1%", 0.1, "the smallest that can is a tolerance of", id="noisy"),
        pytest.param("limit: 2.01 s", 0.0, "no headroom", id="no-headroom"),
    ],
)
def test_what_this_design_cannot_show_is_refused(
    tmp_path: Path, promise: str, between: float, words: str
) -> None:
    told = refused(tmp_path, promise, between=between)
    assert told.startswith("budgets/web.yml:6:5: web/")
    assert words in told


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        pytest.param("tolerance: 1%", {"twice": True}, id="in-turn"),
        pytest.param("tolerance: 1%", {"count": 2}, id="too-few-runs"),
        pytest.param("tolerance: 60%", {}, id="wide"),
        pytest.param("tolerance: 1%\n    blocking: false", {}, id="advisory"),
        pytest.param("limit: 4 s", {}, id="headroom"),
        pytest.param("limit: 0.5 s", {}, id="far-beyond-is-a-fail"),
    ],
)
def test_what_it_can_show_is_let_through(
    tmp_path: Path, promise: str, words: dict[str, object]
) -> None:
    assert refused(tmp_path, promise, between=0.1, **words) == ""  # type: ignore[arg-type]


def test_the_named_tolerance_is_let_through(tmp_path: Path) -> None:
    told = refused(tmp_path, "tolerance: 1%", between=0.1)
    least = math.ceil(float(told.partition("a tolerance of ")[2].partition("%")[0])) + 1
    assert refused(tmp_path, f"tolerance: {least}%", between=0.1) == ""


def test_without_a_stored_run_only_the_stated_spread_refuses(tmp_path: Path) -> None:
    assert "the stated spread" in refused(tmp_path, "tolerance: 0.5%\n    detect: 1%", count=0)
    assert refused(tmp_path, "tolerance: 5%", count=0) == ""
