"""The command that measures an objective again, by what it was compared with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.model import Place, Policy
from gate.core.reasons import Code, because
from gate.core.verdict import BaselineSource, Bound, Status, Verdict
from gate.reports.next_steps import folders_named, reproduce
from tests.reports.rows import LATENCY, SOURCE, row


@pytest.mark.parametrize(
    ("rung", "pin", "words"),
    [
        pytest.param("ancestor", "", " --baseline a1b2c3d4e5f6", id="a stored run"),
        pytest.param("merge-base", "", " --baseline a1b2c3d4e5f6", id="where a change begins"),
        pytest.param("against", "", " --against a1b2c3d4e5f6", id="a base beside head"),
        pytest.param("pin v1.4", "v1.4", "", id="a pin, which the budget names"),
        pytest.param("against", "v1.4", " --against a1b2c3d4e5f6", id="a pin measured beside head"),
    ],
)
def test_a_row_is_reproduced_against_the_same_baseline(rung: str, pin: str, words: str) -> None:
    source: BaselineSource = replace(SOURCE, rung=rung)
    reason = because(Code.BEYOND, value="x", bound="y")
    verdict = Verdict(Bound.TOLERANCE, Status.FAIL, reason, 0.1, "at most 10 %", baseline=source)
    found = row(replace(LATENCY, baseline=pin), verdict)
    assert reproduce(found, Policy(), "") == f"gate check --only api{words}"


def test_a_drift_s_level_of_long_ago_is_no_baseline_to_reproduce_with() -> None:
    reason = because(Code.BEYOND, value="x", bound="y")
    old = replace(SOURCE, rung="drift", commit="0" * 40)
    none = Verdict(Bound.TOLERANCE, Status.MISSING, because(Code.NO_BASELINE), 0.1, "at most 10 %")
    drift = Verdict(Bound.DRIFT, Status.FAIL, reason, 0.05, "at most 5 %", baseline=old)
    found = replace(row(LATENCY, none), verdicts=(none, drift))
    assert reproduce(found, Policy(), "b" * 40) == "gate check --only api --against bbbbbbbbbbbb"


@pytest.mark.parametrize(
    ("files", "named"),
    [
        pytest.param(["budgets/api.yml", "budgets/web.yml"], "", id="the folder that is searched"),
        pytest.param(["shop/budgets/api.yml"], "", id="the search finds one above, too"),
        pytest.param(["perf/api.yml"], " --budgets perf", id="another name"),
        pytest.param(["a b/api.yml"], " --budgets 'a b'", id="a name with a space"),
        pytest.param(["-x/api.yml"], " --budgets=-x", id="a name like an option"),
        pytest.param(
            ["budgets/api.yml", "nightly/slow.yml"],
            " --budgets budgets --budgets nightly",
            id="several folders",
        ),
        pytest.param([f"{n}/api.yml" for n in range(9)], "", id="more than anybody names"),
        pytest.param([""], "", id="an old record without places"),
    ],
)
def test_the_folders_that_the_check_was_given_are_given_again(files: list[str], named: str) -> None:
    objectives = [replace(LATENCY, place=Place(file, 1, 1)) for file in files]
    verdict = Verdict(
        Bound.LIMIT, Status.PASS, because(Code.WITHIN, value="x", bound="y"), 0.1, "at most 1 s"
    )
    command = reproduce(row(LATENCY, verdict), Policy(), "", folders_named(objectives))
    assert command == f"gate check{named} --only api"
