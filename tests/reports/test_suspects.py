"""Who else is blamed in a red build is named in every report that people read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.reasons import Code, because
from gate.core.verdict import Exit, Status
from gate.reports.html import Html
from gate.reports.markdown import Markdown
from gate.reports.suspects import ALSO_SUSPECT, suspects_of
from gate.reports.terminal import Terminal
from gate.seams.report import Report
from tests.reports.rows import LATENCY, THROUGHPUT, outcome, ratio, row, tolerance

FAILED = row(LATENCY, tolerance(LATENCY, ratio(Status.FAIL, 0.251, 0.342, 1.31, 1.42)))
UNSURE = replace(ratio(Status.UNDECIDED, 200.0, 180.0, 0.82, 0.99), suspect=True)
SUSPECT = row(THROUGHPUT, tolerance(THROUGHPUT, UNSURE))
RED = outcome(Exit.FAILED, FAILED, SUSPECT)


def test_a_suspect_is_named_with_its_change() -> None:
    (line,) = suspects_of(RED)
    assert line.startswith("api/rate(http_reqs): -10 %")


def test_what_failed_is_not_named_again() -> None:
    failed = replace(ratio(Status.FAIL, 0.251, 0.342, 1.31, 1.42), suspect=True)
    assert suspects_of(outcome(Exit.FAILED, row(LATENCY, tolerance(LATENCY, failed)))) == ()


@pytest.mark.parametrize("code", [Exit.OK, Exit.MISSING, Exit.UNDECIDED])
def test_a_build_that_is_not_red_blames_nobody(code: Exit) -> None:
    assert suspects_of(outcome(code, SUSPECT)) == ()


@pytest.mark.parametrize("report", [Terminal(width=200), Markdown(), Html()])
def test_every_report_shows_the_list(report: Report) -> None:
    start = ALSO_SUSPECT[1:].partition(" (")[0]
    assert start in report.render(RED)
    assert start not in report.render(outcome(Exit.FAILED, FAILED))


@pytest.mark.parametrize("report", [Terminal(width=200), Markdown(), Html()])
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (because(Code.RUN_MOVED, moved="+4.2 %"), "the whole run moved by +4.2 %"),
        (
            because(Code.SATURATED, side="base", have=4, of=5),
            "the system was saturated in 4 of 5 runs of base",
        ),
    ],
    ids=["moved", "saturated"],
)
def test_a_reason_beside_numbers_is_said(report: Report, reason: object, words: str) -> None:
    found = tolerance(LATENCY, ratio(Status.UNDECIDED, 0.251, 0.27, 0.97, 1.14))
    told = row(LATENCY, replace(found, reason=reason))  # type: ignore[arg-type]
    assert words in " ".join(report.render(outcome(Exit.OK, told)).split())
