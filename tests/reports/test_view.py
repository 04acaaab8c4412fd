"""Every format says the same, because the view says it once."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from gate.core.judge import judge
from gate.core.model import Origin, Place
from gate.core.reasons import Code, because
from gate.core.verdict import Effect, Exit, Outcome, Side, Status
from gate.reports import find, names
from gate.reports.explain import explain
from gate.reports.marks import exit_sentence
from gate.reports.view import view_of
from gate.testing.sample_outcomes import mixed_outcome, passing_outcome
from tests.helpers.judging import measured, objective, run
from tests.record.arbitrary import any_outcome
from tests.reports.rows import LATENCY, THROUGHPUT, limit, outcome, ratio, row, tolerance

BROKEN = row(LATENCY, tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.34, 1.3, 1.4)))
WORSE_STILL = row(
    replace(LATENCY, id="api/worse"),
    tolerance(LATENCY, ratio(Status.FAIL, 0.25, 0.5, 1.8, 2.2)),
)
KEPT = row(LATENCY, tolerance(LATENCY, ratio(Status.PASS, 0.25, 0.25, 0.97, 1.03)))
FASTER = row(LATENCY, tolerance(LATENCY, ratio(Status.PASS, 0.25, 0.2, 0.75, 0.85)))
LOST = row(THROUGHPUT, tolerance(THROUGHPUT, None, Status.MISSING, because(Code.VANISHED)))
UNSURE = row(
    LATENCY, limit(LATENCY, Status.UNDECIDED, Side(0.31, 5, 0.29, 0.33)), effect=Effect.BLOCKS
)
LEFT_OUT = row(LATENCY, tolerance(LATENCY, None, Status.SKIPPED, because(Code.NOT_CONCERNED)))


@pytest.mark.parametrize(
    ("whole", "headline"),
    [
        pytest.param(
            outcome(Exit.FAILED, BROKEN, LOST, UNSURE, KEPT),
            "1 of 4 promises broken, 1 not measured, 1 undecided: please read",
            id="broken",
        ),
        pytest.param(
            outcome(Exit.MISSING, KEPT, LOST),
            "1 of 2 promises not measured: please see why",
            id="not measured",
        ),
        pytest.param(
            outcome(Exit.UNDECIDED, UNSURE),
            "1 of 1 promise undecided: measure again or longer",
            id="undecided",
        ),
        pytest.param(
            outcome(Exit.OK, KEPT, FASTER), "all 2 promises kept: no action needed", id="all kept"
        ),
        pytest.param(outcome(Exit.OK, KEPT), "the promise is kept: no action needed", id="one"),
        pytest.param(
            outcome(Exit.OK, KEPT, replace(UNSURE, effect=Effect.WARNS)),
            "1 of 2 promises kept, none broken: nothing blocks, worth a look",
            id="undecided, let through",
        ),
        pytest.param(
            outcome(Exit.OK, KEPT, LEFT_OUT),
            "1 of 2 promises kept, none broken: no action needed",
            id="skipped is never counted as kept",
        ),
        pytest.param(
            outcome(Exit.OK, KEPT, replace(BROKEN, effect=Effect.WAIVED)),
            "1 of 2 promises kept, 1 broken (waived): nothing blocks, worth a look",
            id="a waived one is broken",
        ),
        pytest.param(
            outcome(
                Exit.OK,
                KEPT,
                replace(BROKEN, effect=Effect.WAIVED),
                replace(WORSE_STILL, effect=Effect.ADVISORY),
            ),
            "1 of 3 promises kept, 2 broken (1 advisory, 1 waived): nothing blocks, worth a look",
            id="so is one that blocks nothing",
        ),
        pytest.param(
            outcome(Exit.OK, LEFT_OUT),
            "nothing was concerned, 1 promise skipped: no action needed",
            id="nothing concerned",
        ),
        pytest.param(
            outcome(Exit.MISSING), "no promise was checked: please see why", id="nothing at all"
        ),
    ],
)
def test_the_headline_is_verdict_counts_and_action(whole: Outcome, headline: str) -> None:
    assert view_of(whole).headline.whole == headline


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (Exit.OK, "exit 0, open"),
        (Exit.FAILED, "exit 1, closed: a promise is broken"),
        (Exit.MISSING, "exit 3, closed: something was not measured"),
        (Exit.UNDECIDED, "exit 4, closed: undecided"),
    ],
)
def test_the_exit_code_has_its_meaning(code: Exit, sentence: str) -> None:
    assert exit_sentence(code) == sentence
    assert view_of(outcome(code, KEPT)).exit_sentence == sentence


def test_every_exit_code_has_a_meaning() -> None:
    assert all(exit_sentence(code) for code in Exit)


def test_rows_are_worst_first_whatever_order_they_came_in() -> None:
    passing, skipped = replace(KEPT, objective=replace(LATENCY, id="api/a")), LEFT_OUT
    waived = replace(BROKEN, effect=Effect.WAIVED)
    let_through = replace(LOST, effect=Effect.WARNS)
    rows = [skipped, passing, FASTER, let_through, waived, UNSURE, LOST, BROKEN, WORSE_STILL]
    for order in (rows, rows[::-1]):
        shown = view_of(outcome(Exit.FAILED, *order)).rows
        assert [each.mark.word for each in shown] == [
            "fail",
            "fail",
            "missing",
            "undecided, blocks",
            "fail, waived",
            "missing, does not block",
            "pass, improved",
            "pass",
            "skipped",
        ]
        assert shown[0].id == "api/worse"


def test_a_row_shows_its_value_bounds_baseline_change_and_place() -> None:
    shown = view_of(mixed_outcome()).rows[0]
    assert shown.id == "api/p95(http_req_duration{op:read})"
    assert shown.shown_value == "272 ms"
    assert shown.promise == "at most 300 ms, at most 10 % worse"
    assert shown.shown_baseline == "231 ms"
    assert shown.shown_change == "+18 % (99.9 % sure: at least +12 %)"
    assert shown.causes == (("endpoint", "slowest: GET /products 0.41 s"),)
    assert shown.facts == (("queries per request", "3 → 41"),)
    assert shown.place == "budgets/api.yml:7"
    assert shown.reproduce == "gate check --only api --profile pr --baseline 9b1deb4d3b7d"
    assert shown.explain == "gate explain 'api/p95(http_req_duration{op:read})'"


def test_a_pass_says_what_is_excluded() -> None:
    shown = view_of(outcome(Exit.OK, KEPT)).rows[0]
    assert shown.shown_change == "+0 %; slower than 3 % is excluded (95 % sure)"


def test_a_second_bound_that_was_not_compared_is_told_beside_the_broken_one() -> None:
    waived = next(r for r in view_of(mixed_outcome()).rows if r.mark.word == "fail, waived")
    assert len(waived.sentences) == 2
    assert waived.sentences[1].startswith("not compared: the stored baseline comes from another")
    assert waived.notes[0].startswith("waived by team-shop until 2026-12-31")


def test_a_broken_limit_says_where_the_value_came_from() -> None:
    kept = tolerance(LATENCY, ratio(Status.PASS, 0.29, 0.31, 0.97, 1.09))
    broken = limit(LATENCY, Status.FAIL, Side(0.31, 5, 0.302, 0.32))
    (shown,) = view_of(outcome(Exit.FAILED, row(LATENCY, broken, kept))).rows
    assert shown.sentences[0].startswith("310 ms (99 % sure: at least 302 ms) is beyond the limit")
    assert shown.sentences[1].startswith(
        "within at most 10 % worse: 290 ms → 310 ms, +6.9 % against"
    )


@pytest.mark.parametrize("whole", [outcome(Exit.FAILED, BROKEN, WORSE_STILL), mixed_outcome()])
def test_a_row_that_fails_says_all_in_one_sentence(whole: Outcome) -> None:
    """What got worse, from what to what, against which baseline, how sure, and how to see it."""
    for each in view_of(whole).rows:
        if each.status is not Status.FAIL or not any(bound.baseline for bound in each.bounds):
            continue
        said = each.sentences[0]
        assert re.match(r"(slower|larger|higher|lower|goal missed): \S+ \S+ → \S+ \S+, [+-]", said)
        assert re.search(r"% sure: at (least|best|most) .*against [0-9a-f]{12} \(", said)
        assert each.reproduce.startswith("gate check --only ")
        assert each.explain.startswith("gate explain ")


def test_a_promise_that_nobody_wrote_says_who_asks_for_it() -> None:
    implied = replace(LATENCY, origin=Origin.IMPLIED, place=Place())
    script = replace(LATENCY, origin=Origin.SCRIPT, place=Place())
    rows = [replace(KEPT, objective=objective) for objective in (implied, script)]
    places = {each.place for each in view_of(outcome(Exit.OK, *rows)).rows}
    assert places == {"implied by perfgate", "a threshold of the load script"}


def test_a_time_out_says_that_it_is_beyond_every_bound() -> None:
    late = because(Code.TOOL_TIMED_OUT, tool="k6", seconds=60)
    shown = view_of(
        outcome(Exit.FAILED, row(LATENCY, tolerance(LATENCY, None, Status.FAIL, late)))
    ).rows[0]
    assert shown.sentence == "k6 did not end within 60 s: that is beyond every bound"


@pytest.mark.parametrize(
    ("budget", "command"),
    [
        ("api", "gate check --only api --profile pr --baseline a1b2c3d4e5f6"),
        ("-x", "gate check --only=-x --profile pr --baseline a1b2c3d4e5f6"),
        ("a b; rm -rf /", "gate check --only 'a b; rm -rf /' --profile pr --baseline a1b2c3d4e5f6"),
        ("$(x)", "gate check --only '$(x)' --profile pr --baseline a1b2c3d4e5f6"),
    ],
)
def test_a_command_can_be_pasted_into_a_shell(budget: str, command: str) -> None:
    changed = replace(BROKEN, objective=replace(LATENCY, budget=budget))
    assert view_of(outcome(Exit.FAILED, changed)).rows[0].reproduce == command


def test_a_name_that_looks_like_an_option_is_explained_as_a_name() -> None:
    changed = replace(BROKEN, objective=replace(LATENCY, id="--help"))
    assert view_of(outcome(Exit.FAILED, changed)).rows[0].explain == "gate explain -- --help"


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "junit"])
def test_every_format_says_the_same_sentences(name: str) -> None:
    view = view_of(mixed_outcome())
    text = _bare(find(name).render(mixed_outcome()))
    for shown in (*view.blocking, *view.noted):
        for sentence in (*shown.sentences, *shown.notes, *shown.remedies):
            assert _bare(sentence) in text or (name == "junit" and sentence in shown.remedies)
    assert _bare(view.exit_sentence) in text
    assert all(_bare(line) in text for line in (*view.warnings, *view.loosened))


def _bare(text: str) -> str:
    """Without the marks of formats, and wherever the lines are broken."""
    stripped = re.sub(r"</?(code|br)>|`", "", text)
    return "".join(html.unescape(stripped).split())


@given(any_outcome())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_outcome_breaks_a_report(whole: Outcome) -> None:
    """Whatever numbers and names a foreign record holds."""
    for name in names():
        assert find(name).render(whole).strip()
    for each in whole.rows:
        assert explain(whole, each.objective.id).strip()


def test_passing_says_open_everywhere() -> None:
    for name in ("terminal", "markdown", "html", "junit"):
        assert "exit 0, open" in find(name).render(passing_outcome())


def test_the_value_is_the_one_that_the_verdict_shown_took() -> None:
    """One odd process of ten: the mean over all stood beyond a limit that was kept."""
    of = objective(limit=1.0)
    this = run(of, answers=[measured(of, [0.9, 0.91, 0.92, 0.9, 0.91, 0.92, 0.9, 0.91, 0.92, 9.0])])
    whole = judge(this, (), "2026-11-22T12:00:00Z")
    assert whole.rows[0].status is Status.PASS
    assert whole.rows[0].value == pytest.approx(1.144, 0.001)
    (found,) = view_of(whole).rows
    assert found.value == "911 ms"
    assert found.value in found.sentence
    metrics = find("openmetrics").render(whole)
    (line,) = (line for line in metrics.splitlines() if line.startswith("perfgate_value"))
    assert float(line.split()[-1]) < 1.0


def test_what_failed_and_was_waived_is_not_also_suspect() -> None:
    held = tolerance(LATENCY, replace(ratio(Status.FAIL, 0.25, 0.34, 1.3, 1.4), suspect=True))
    mixed = replace(row(LATENCY, held), status=Status.MISSING)
    assert view_of(outcome(Exit.FAILED, WORSE_STILL, mixed)).suspects == ()
