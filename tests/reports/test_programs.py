"""The formats that programs read: GitHub's log, GitLab's reports, OpenMetrics, CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from gate.core.model import Place
from gate.core.sli import parse_sli
from gate.core.verdict import Effect, Exit, Outcome, Side, Status
from gate.reports import find
from gate.reports.csv import COLUMNS
from gate.testing.sample_outcomes import (
    empty_outcome,
    large_outcome,
    mixed_outcome,
    passing_outcome,
)
from gate.testing.samples import LOOSER
from tests.reports.reading import commands, samples
from tests.reports.rows import LATENCY, THROUGHPUT, limit, outcome, ratio, row, tolerance

BROKEN = row(LATENCY, tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.34, 1.3, 1.4)))
UNSURE = row(LATENCY, limit(LATENCY, Status.UNDECIDED, Side(0.31, 5, 0.29, 0.33)))


def rendered(name: str, whole: Outcome) -> str:
    return find(name).render(whole)


def entries(whole: Outcome) -> Any:
    return json.loads(rendered("gitlab", whole))


def test_an_annotation_stands_at_the_budgets_own_line() -> None:
    first = commands(rendered("github", outcome(Exit.FAILED, BROKEN)))[0]
    assert first.command == "error"
    assert first.properties["file"] == "budgets/api.yml"
    assert first.properties["line"] == "7"
    assert first.properties["title"] == "fail: api/p95(http_req_duration)"
    said, *_, last = first.message.splitlines()
    assert said.startswith("slower: 250 ms → 340 ms, +36 % (99 % sure: at least +30 %) against")
    assert last == "reproduce: gate check --only api --profile pr --baseline a1b2c3d4e5f6"


def test_a_promise_that_stands_nowhere_is_annotated_without_a_place() -> None:
    nowhere = replace(BROKEN, objective=replace(LATENCY, place=Place()))
    first = commands(rendered("github", outcome(Exit.FAILED, nowhere)))[0]
    assert set(first.properties) == {"title"}


@pytest.mark.parametrize(
    ("rows", "errors", "last"),
    [
        pytest.param(10, 10, "fail: api/p95", id="ten have their places"),
        pytest.param(11, 10, "perfgate", id="of more the worst nine"),
        pytest.param(2000, 10, "perfgate", id="of very many, too"),
    ],
)
def test_github_keeps_ten_of_a_kind(rows: int, errors: int, last: str) -> None:
    found = [a for a in commands(rendered("github", large_outcome(rows))) if a.command == "error"]
    assert len(found) == errors
    assert found[-1].properties["title"].startswith(last)
    if rows > 10:
        assert found[-1].message == f"{rows - 9} more close the gate: see the summary"


def test_what_is_let_through_is_a_warning_and_the_verdict_a_notice() -> None:
    whole = outcome(Exit.OK, replace(UNSURE, effect=Effect.WARNS))
    assert [a.command for a in commands(rendered("github", whole))] == [
        "warning",
        *["warning"] * len(whole.loosened),
        "notice",
    ]


def test_no_message_is_longer_than_github_reads() -> None:
    text = rendered("github", large_outcome(30))
    assert max(len(a.message) for a in commands(text)) <= 4096


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_an_outcome_of_nothing_is_red(name: str) -> None:
    assert "no promise was checked" in rendered(name, empty_outcome())
    assert "blocker" in rendered("gitlab", empty_outcome())


def test_code_quality_has_what_gitlab_asks_for() -> None:
    """docs.gitlab.com, code quality report format: these fields, and fingerprints that differ."""
    found = entries(mixed_outcome())
    for each in found:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert re.fullmatch(r"[0-9a-f]{64}", each["fingerprint"])
        assert each["location"]["lines"]["begin"] >= 1
        assert each["location"]["path"] == f"budgets/{each['description'].split('/')[0]}.yml"
    assert len({each["fingerprint"] for each in found}) == len(found)


def test_code_quality_of_all_kept_is_empty() -> None:
    assert entries(replace(passing_outcome(), loosened=())) == []


def test_code_quality_puts_what_was_loosened_at_its_line() -> None:
    (found,) = entries(passing_outcome())
    assert (found["check_name"], found["severity"]) == (
        "perfgate: budget loosened or deleted",
        "minor",
    )
    assert found["location"] == {"path": "budgets/api.yml", "lines": {"begin": 16}}
    assert found["description"] == LOOSER.sentence


@pytest.mark.parametrize(
    ("status", "effect", "severity"),
    [
        (Status.FAIL, Effect.BLOCKS, "blocker"),
        (Status.MISSING, Effect.BLOCKS, "critical"),
        (Status.UNDECIDED, Effect.BLOCKS, "critical"),
        (Status.FAIL, Effect.WAIVED, "minor"),
        (Status.WARN, Effect.WARNS, "minor"),
        (Status.UNDECIDED, Effect.WARNS, "info"),
    ],
)
def test_severity_says_what_it_does_to_the_build(
    status: Status, effect: Effect, severity: str
) -> None:
    found, _ = entries(outcome(Exit.OK, replace(BROKEN, status=status, effect=effect)))
    assert found["severity"] == severity


def test_a_problem_keeps_its_fingerprint_while_its_numbers_move() -> None:
    worse = row(LATENCY, tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.5, 1.9, 2.1)))
    one, two = (entries(outcome(Exit.FAILED, each))[0] for each in (BROKEN, worse))
    assert one["fingerprint"] == two["fingerprint"]
    assert one["description"] != two["description"]


def test_a_promise_without_a_file_stands_beside_its_budgets_others() -> None:
    implied = replace(BROKEN, objective=replace(LATENCY, id="api/x", place=Place()))
    found = {
        e["description"].split(":")[0]: e for e in entries(outcome(Exit.FAILED, BROKEN, implied))
    }
    assert found["api/x"]["location"] == {"path": "budgets/api.yml", "lines": {"begin": 1}}


def test_the_load_widget_gets_what_it_reads() -> None:
    waits = replace(LATENCY, id="api/w", sli=parse_sli("p95(http_req_waiting)"))
    tagged = replace(LATENCY, id="api/t", sli=parse_sli("p90(http_req_waiting{op:read})"))
    rows = (
        row(waits, limit(waits, Status.PASS, Side(0.123, 5))),
        row(tagged, limit(tagged, Status.FAIL, Side(0.5, 5))),
        row(THROUGHPUT, limit(THROUGHPUT, Status.PASS, Side(151.5, 5))),
    )
    metrics = json.loads(rendered("gitlab-load", outcome(Exit.FAILED, *rows)))["metrics"]
    assert metrics["http_req_waiting"] == {"p(95)": 123.0}
    assert metrics["http_reqs"] == {"rate": 151.5}
    assert (metrics["checks"]["passes"], metrics["checks"]["fails"]) == (2, 1)


def test_the_load_widget_of_nothing_shows_no_kept_promise() -> None:
    metrics = json.loads(rendered("gitlab-load", empty_outcome()))["metrics"]
    assert metrics == {"checks": {"passes": 0, "fails": 1, "value": 0.0}}


def test_openmetrics_holds_every_number_of_a_row() -> None:
    found = samples(rendered("openmetrics", outcome(Exit.FAILED, BROKEN)))
    told = {"objective": "api/p95(http_req_duration)", "budget": "api", "unit": "seconds"}
    assert found == {
        ("perfgate_exit_code", ()): 1,
        ("perfgate_loosened", ()): 1,
        ("perfgate_kept", tuple(told.items())): 0,
        ("perfgate_status", (*told.items(), ("status", "fail"), ("effect", "blocks"))): 1,
        ("perfgate_value", tuple(told.items())): 0.34,
        ("perfgate_baseline", tuple(told.items())): 0.25,
        ("perfgate_limit", tuple(told.items())): 0.3,
        ("perfgate_change_ratio", tuple(told.items())): pytest.approx(0.36),
        ("perfgate_units", tuple(told.items())): 5,
    }


def test_openmetrics_names_a_family_once_and_ends() -> None:
    text = rendered("openmetrics", mixed_outcome())
    families = re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE)
    assert len(set(families)) == len(families) == 9
    assert text.endswith("\n# EOF\n")
    samples(text)


def test_a_sheet_has_one_line_a_bound() -> None:
    lines = list(csv.reader(io.StringIO(rendered("csv", mixed_outcome()))))
    assert tuple(lines[0]) == COLUMNS
    assert len(lines) == 1 + sum(len(each.verdicts) for each in mixed_outcome().rows) + 1
    loosened = dict(zip(COLUMNS, lines[-1], strict=True))
    assert loosened["status"] == "loosened"
    assert (loosened["baseline"], loosened["promise"]) == ("160 /s", "150 /s")
    assert {len(line) for line in lines} == {len(COLUMNS)}


@pytest.mark.parametrize("name", ["github", "gitlab", "csv"])
def test_what_closes_the_gate_says_what_from_what_to_what_and_how_to_see_it_again(
    name: str,
) -> None:
    text = rendered(name, outcome(Exit.FAILED, BROKEN)).replace("%25", "%")
    assert "slower: 250 ms → 340 ms, +36 % (99 % sure: at least +30 %) against a1b2c3d4" in text
    assert "gate check --only api --profile pr --baseline a1b2c3d4e5f6" in text
