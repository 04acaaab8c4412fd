"""What is particular to each format."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from gate.core.loosening import told
from gate.core.metric import Kind
from gate.core.model import Amount, Tolerance
from gate.core.reasons import Code, because
from gate.core.verdict import Effect, Exit, Outcome, Side, Status
from gate.errors import UsageError
from gate.record import decode_outcome, encode_outcome
from gate.reports import find, names
from gate.reports.explain import explain
from gate.reports.markdown import LONGEST, Markdown
from gate.reports.page import Page
from gate.reports.terminal import Terminal, render
from gate.reports.view import view_of
from gate.testing.sample_outcomes import (
    empty_outcome,
    hostile_outcome,
    large_outcome,
    mixed_outcome,
    passing_outcome,
)
from tests.reports.rows import LATENCY, limit, outcome, ratio, row, tolerance

_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def test_the_built_in_reports_are_known() -> None:
    assert set(names()) >= {
        *(
            "azure",
            "buildkite",
            "html-dir",
            "csv",
            "github",
            "gitlab",
            "gitlab-load",
            "html",
            "json",
            "junit",
            "markdown",
        ),
        *("openmetrics", "terminal"),
    }
    assert all(find(name).name == name for name in names())


def test_an_unknown_report_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no report 'markdwon'") as refused:
        find("markdwon")
    assert refused.value.hint.startswith(
        "did you mean markdown? known reports: azure, buildkite, csv"
    )


def test_a_terminal_has_colour_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "33")
    plain = render(mixed_outcome(), colour=False, width=90)
    coloured = render(mixed_outcome(), colour=True, width=90)
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured
    assert [line.rstrip() for line in _STYLE.sub("", coloured).splitlines()] == plain.splitlines()


@pytest.mark.parametrize("width", [20, 60, 80, 200])
def test_a_terminal_keeps_to_its_width(width: int) -> None:
    text = Terminal(width=width).render(mixed_outcome())
    assert max(map(len, text.splitlines())) <= max(60, width)


def test_very_many_failures_do_not_flood_a_terminal() -> None:
    text = Terminal().render(large_outcome(200))
    assert "170 more are in the table below" in text


def test_a_comment_begins_with_its_marker_and_never_breaks_out_of_it() -> None:
    assert Markdown().render(mixed_outcome()).startswith("<!-- perfgate:v1 key=perfgate -->\n")
    sly = Markdown(key="x --> <b>y</b> ---")
    assert sly.render(mixed_outcome()).startswith("<!-- perfgate:v1 key=x-")
    assert sly.key.count("--") == 0


def test_an_annotation_of_buildkite_is_the_comment_without_its_marker_and_fits() -> None:
    text = find("buildkite").render(mixed_outcome())
    assert f"<!-- perfgate:v1 key=perfgate -->\n\n{text}" == Markdown().render(mixed_outcome())
    assert len(find("buildkite").render(large_outcome(2000)).encode()) <= 1024 * 1024


@pytest.mark.parametrize(
    ("whole", "result"),
    [
        (mixed_outcome(), "Failed"),
        (empty_outcome(), "Failed"),
        (replace(passing_outcome(), warnings=(), loosened=()), "Succeeded"),
        (replace(passing_outcome(), warnings=("x",)), "SucceededWithIssues"),
    ],
)
def test_azure_ends_the_task_as_the_gate_says(whole: Outcome, result: str) -> None:
    *issues, last = find("azure").render(whole).splitlines()
    assert last.startswith(f"##vso[task.complete result={result};]")
    assert bool(issues) is (result != "Succeeded")


def test_azure_gets_at_most_fifty_errors() -> None:
    lines = find("azure").render(large_outcome(200)).splitlines()
    errors = [line for line in lines if "type=error" in line]
    assert len(errors) == 50
    assert "more close the gate: see the summary" in errors[-1]


def test_a_comment_ends_with_links_and_what_it_said_before() -> None:
    links = (("full report", "https://ci.example/r/1?a=b#c"), ("run", "javascript:alert(1)"))
    sly = (*links, ("x", "https://e.example/) ![](http://e.example/p.png"))
    text = Markdown(links=sly, before="open at 9c8b7a6 @all <b>").render(mixed_outcome())
    last = text.splitlines()[-1]
    assert last.startswith("<sub>[full report](https://ci.example/r/1?a=b#c) · exit 1, closed")
    assert last.endswith("(was open at 9c8b7a6 &#64;&#8203;all &#60;b&#62;)</sub>")
    assert "javascript" not in text
    assert "e.example/p" not in text


def test_a_large_comment_of_long_links_fits() -> None:
    links = tuple(("`|" * 500, f"https://e.example/{'a' * 250}") for _ in range(50))
    whole = large_outcome(2000)
    assert len(Markdown(links=links, before="|" * 999).render(whole)) <= LONGEST


def test_a_large_comment_fits_and_says_what_is_left_out() -> None:
    text = Markdown().render(large_outcome(2000))
    assert len(text) <= LONGEST
    assert re.search(r"^\d+ more entries did not fit: see the full report\.$", text, re.MULTILINE)
    assert text.count("<details>") == text.count("</details>")
    assert "exit 1, closed: a promise is broken" in text


def test_a_large_comment_of_hostile_names_fits() -> None:
    whole = hostile_outcome()
    many = replace(whole, rows=whole.rows * 100, warnings=("`|" * 2000,) * 300)
    assert len(Markdown().render(many)) <= LONGEST


def test_a_comment_shows_at_most_twenty_five_lines_before_a_click() -> None:
    lines = tuple(f"line {n}" for n in range(20))
    whole = replace(
        large_outcome(40), warnings=lines, loosened=tuple(map(told, lines)), notes=lines
    )
    passing = passing_outcome().rows
    text = Markdown().render(replace(whole, rows=(*whole.rows, *mixed_outcome().rows, *passing)))
    folded = re.sub(r"<details>.*?</details>", "<details>", text, flags=re.DOTALL)
    shown = re.sub(r"<br>", "\n", folded)
    assert len([line for line in shown.splitlines() if line.strip()]) <= 25


def test_a_comment_names_the_baseline_that_all_rows_have() -> None:
    one = row(LATENCY, tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.34, 1.3, 1.4)))
    assert "Baseline `a1b2c3d4e5f6`" in Markdown().render(outcome(Exit.FAILED, one))
    (verdict,) = one.verdicts
    assert verdict.baseline is not None
    elsewhere = replace(verdict, baseline=replace(verdict.baseline, commit="0" * 40))
    two = replace(one, verdicts=(elsewhere,))
    assert "| Baseline | Change |" in Markdown().render(outcome(Exit.FAILED, one, two))


@pytest.mark.parametrize("name", ["terminal", "markdown", "html"])
def test_every_page_has_the_same_order(name: str) -> None:
    """The verdict, what closes the gate, what to read beside it, what to look at, how it was."""
    view = view_of(mixed_outcome())
    landmarks = [
        view.headline.text,
        view.blocking[0].sentences[0],
        view.loosened[0],
        view.warnings[1],
        view.noted[0].notes[0],
        view.skipped[0].sentences[0].removeprefix("skipped: "),
        "ow it was measured",
    ]
    text = " ".join(
        re.sub(r"</?code>|`", "", html.unescape(find(name).render(mixed_outcome()))).split()
    )
    places = [text.index(" ".join(mark.replace("`", "").split())) for mark in landmarks]
    assert places == sorted(places)


def test_a_page_takes_whole_blocks_only() -> None:
    page = Page(300, "last")
    page.add("x" * 50)
    page.add_each(tuple("abcdefghijklmnopqrstuvwxyz"), lambda items: "\n".join(items) + "\nend")
    text = page.finish()
    assert text.startswith(f"{'x' * 50}\n\na\nb\n")
    assert "\nend\n" in text
    assert re.search(r"\n\n\d+ more entries did not fit: see the full report\.\n\nlast\n$", text)


def test_the_json_report_is_the_record() -> None:
    whole = mixed_outcome()
    assert find("json").render(whole).encode() == encode_outcome(whole)
    assert decode_outcome(find("json").render(whole).encode()) == whole


def _cases(whole) -> dict[str, ET.Element]:  # type: ignore[no-untyped-def]  # noqa: ANN001  # an outcome
    root = ET.fromstring(find("junit").render(whole))  # noqa: S314  # our own
    return {case.attrib["name"]: case for case in root.iter("testcase")}


_ABSENT = because(Code.TOOL_ABSENT, tool="k6", detail="not on PATH")


@pytest.mark.parametrize(
    ("status", "effect", "element"),
    [
        pytest.param(Status.FAIL, Effect.BLOCKS, "failure", id="a broken promise is a failure"),
        pytest.param(Status.MISSING, Effect.BLOCKS, "error", id="what is missing is an error"),
        pytest.param(Status.UNDECIDED, Effect.BLOCKS, "error", id="undecided and blocking: error"),
        pytest.param(Status.SKIPPED, Effect.BLOCKS, "error", id="skipped in a sign-off: error"),
        pytest.param(Status.UNDECIDED, Effect.WARNS, "skipped", id="undecided, let through"),
        pytest.param(Status.MISSING, Effect.WARNS, "skipped", id="missing, let through"),
        pytest.param(Status.FAIL, Effect.WAIVED, "skipped", id="waived is not red"),
        pytest.param(Status.FAIL, Effect.ADVISORY, "skipped", id="advisory is not red"),
        pytest.param(Status.SKIPPED, Effect.NONE, "skipped", id="skipped"),
        pytest.param(Status.WARN, Effect.WARNS, "system-out", id="a warning passes and says so"),
        pytest.param(Status.PASS, Effect.NONE, "system-out", id="a pass says what it rests on"),
    ],
)
def test_junit_is_red_where_the_gate_is_closed(
    status: Status, effect: Effect, element: str
) -> None:
    verdict = replace(tolerance(LATENCY, None, status, _ABSENT), effect=effect)
    case = _cases(outcome(Exit.OK, row(LATENCY, verdict, effect=effect)))[LATENCY.id]
    answers = [part.tag for part in case if part.tag != "properties"]
    assert answers == [element]
    assert case.attrib["file"] == "budgets/api.yml"
    assert case.attrib["line"] == "7"


def test_junit_counts_what_it_holds() -> None:
    root = ET.fromstring(find("junit").render(mixed_outcome()))  # noqa: S314  # our own
    for suite in (root, *root.iter("testsuite")):
        assert int(suite.attrib["tests"]) == len(list(suite.iter("testcase")))
        assert int(suite.attrib["failures"]) == len(list(suite.iter("failure")))
        assert int(suite.attrib["errors"]) == len(list(suite.iter("error")))
        assert int(suite.attrib["skipped"]) == len(list(suite.iter("skipped")))
    told = {each.attrib["name"]: each.attrib["value"] for each in root.iter("property")}
    assert told["exit"] == "exit 1, closed: a promise is broken"


def test_junit_of_nothing_is_red() -> None:
    root = ET.fromstring(find("junit").render(empty_outcome()))  # noqa: S314  # our own
    assert root.attrib["errors"] == "1"
    error = next(root.iter("error"))
    assert error.attrib["message"] == "no promise was checked"


def test_an_explanation_shows_the_arithmetic() -> None:
    failed = tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.34, 1.31, 1.42, level=0.995))
    told = explain(outcome(Exit.FAILED, row(LATENCY, failed)), LATENCY.id)
    assert "340 ms / 250 ms = 1.36, +36 %; 340 ms - 250 ms = +90 ms" in told
    assert "good end    +31 %: 99.5 % sure that it is not better" in told
    assert "the good end is beyond +10 %: +31 % is beyond it" in told
    assert "the bad end is within +20 %: +42 % is beyond it" in told


@pytest.mark.parametrize(
    ("kind", "tolerated", "told"),
    [
        pytest.param(Kind.COUNTED, 0.1, True, id="counts"),
        pytest.param(Kind.COUNTED, -0.1, False, id="a goal has none"),
        pytest.param(Kind.TIMING, 0.1, False, id="what is no count"),
    ],
)
def test_an_explanation_of_counts_names_their_floor(
    kind: Kind, tolerated: float, told: bool
) -> None:
    """Without it the good end lay beyond the bound, and the verdict was a pass."""
    of = replace(LATENCY, kind=kind, tolerance=Tolerance(Amount(tolerated, relative=True)))
    held = tolerance(of, ratio(Status.PASS, 100.0, 101.0, 1.005, 1.015))
    shown = explain(outcome(Exit.OK, row(of, held)), of.id)
    assert ("half the range of the base's own repeats is nothing" in shown) is told


def test_an_explanation_of_a_limit_shows_both_rules() -> None:
    kept = limit(LATENCY, Status.PASS, Side(0.25, 5, 0.24, 0.26))
    told = explain(outcome(Exit.OK, row(LATENCY, kept)), LATENCY.id)
    assert "the good end is beyond 300 ms: 240 ms is within it" in told
    assert "the bad end is within 300 ms: 260 ms is within it" in told


def test_an_objective_that_is_not_there_is_the_users_to_fix() -> None:
    with pytest.raises(UsageError, match="has no objective 'x'"):
        explain(mixed_outcome(), "x")
