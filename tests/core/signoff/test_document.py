"""The document of a sign-off: what follows from the records, and what was said besides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.reasons import Code, because
from gate.core.signoff import (
    Approval,
    Result,
    WaiverState,
    Written,
    documented,
    result_of,
    same_person,
)
from gate.core.verdict import (
    BaselineSource,
    Bound,
    Comparison,
    Effect,
    Exit,
    Outcome,
    Row,
    Side,
    Status,
    Verdict,
)
from gate.testing import samples
from gate.testing.sample_outcomes import mixed_outcome, passing_outcome
from gate.testing.sample_signoffs import AT, ENDED, GIVEN, mixed_signoff, passing_signoff

RUN = samples.run()
WAIVED = samples.THROUGHPUT


def outcome(*rows: Row, code: Exit = Exit.OK, at: str = AT) -> Outcome:
    return replace(samples.outcome(RUN, rows, code), at=at)


def row(effect: Effect, status: Status = Status.FAIL, bound: Bound = Bound.LIMIT) -> Row:
    verdict = Verdict(bound, status, because(Code.NEW_OBJECTIVE), 0.0, "at least 150 /s")
    return Row(WAIVED, status, effect, (replace(verdict, effect=effect),))


@pytest.mark.parametrize(
    ("of", "result"),
    [
        pytest.param(outcome(row(Effect.NONE, Status.PASS)), Result.PASSED, id="all is kept"),
        pytest.param(outcome(row(Effect.WARNS, Status.WARN)), Result.WARNED, id="one warns"),
        pytest.param(outcome(row(Effect.WAIVED)), Result.WARNED, id="one is waived"),
        pytest.param(outcome(row(Effect.ADVISORY)), Result.WARNED, id="one is advisory"),
        pytest.param(outcome(code=Exit.FAILED), Result.FAILED, id="a promise is broken"),
        pytest.param(outcome(code=Exit.MISSING), Result.FAILED, id="nothing was measured"),
        pytest.param(outcome(code=Exit.UNDECIDED), Result.FAILED, id="one is undecided"),
        pytest.param(
            outcome(row(Effect.NONE, Status.PASS), at="2027-01-01T00:00:00Z"),
            Result.WARNED,
            id="a waiver has expired, though nobody needs it",
        ),
    ],
)
def test_the_result_is_that_of_the_worst(of: Outcome, result: Result) -> None:
    assert documented(GIVEN, RUN, of, ENDED).result is result


@pytest.mark.parametrize(
    ("of", "state"),
    [
        pytest.param(outcome(row(Effect.WAIVED)), WaiverState.USED, id="it lets one through"),
        pytest.param(outcome(), WaiverState.NOT_NEEDED, id="there is no such row"),
        pytest.param(
            outcome(row(Effect.NONE, Status.PASS)), WaiverState.NOT_NEEDED, id="it is kept"
        ),
        pytest.param(
            outcome(row(Effect.BLOCKS, bound=Bound.TOLERANCE)),
            WaiverState.NOT_NEEDED,
            id="another bound is broken",
        ),
        pytest.param(outcome(row(Effect.BLOCKS)), WaiverState.EXCEEDED, id="it does not help"),
        pytest.param(
            outcome(row(Effect.BLOCKS), at="2027-01-01T00:00:00Z"),
            WaiverState.EXPIRED,
            id="the day after its last",
        ),
        pytest.param(
            outcome(row(Effect.WAIVED), at="2026-12-31T23:59:59Z"),
            WaiverState.USED,
            id="its last day",
        ),
    ],
)
def test_a_waiver_says_what_it_did(of: Outcome, state: WaiverState) -> None:
    (waiver,) = documented(GIVEN, RUN, of, ENDED).waivers
    assert waiver.state is state


def test_nobody_approves_an_own_waiver() -> None:
    (waiver,) = mixed_signoff()[0].waivers
    assert (waiver.author, waiver.changed) == ("Ada Lovelace <ada@example.org>", "2026-11-02")
    assert waiver.approved_by == ("Grace Hopper",)


def test_an_unknown_author_is_nobody() -> None:
    given = replace(GIVEN, written=(Written("budgets/waivers.yml", 9, "Somebody", "2026-11-02"),))
    (waiver,) = documented(given, RUN, mixed_outcome(), ENDED).waivers
    assert waiver.author == ""
    assert waiver.approved_by == ("Grace Hopper", "Ada Lovelace")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada", "ada <ada@example.org>", True),
        ("ADA@example.org", "Ada <ada@example.org>", True),
        ("Ada Lovelace <x@example.org>", "Countess <X@example.org>", True),
        ("Grace", "Ada <ada@example.org>", False),
        ("Jose\u0301 Silva", "Jos\u00e9 Silva <jose@example.org>", True),
        ("Ada  Lovelace", "Ada\u00a0Lovelace <ada@example.org>", True),
        ("<ada@example.org>", "Ada <ada@example.org>", True),
        ("", "", False),
        ("", "Ada", False),
    ],
)
def test_people_are_known_by_name_or_address(one: str, other: str, *, same: bool) -> None:
    assert same_person(one, other) is same


def compared(rung: str) -> Row:
    source = BaselineSource(rung, samples.BASE, 1, 3, "2026-10-02T08:00:00Z")
    found = Comparison(Status.PASS, Side(2.0, 5), (), Side(1.9, 4), ratio=1.05, mde=0.2)
    reason = because(Code.NEW_OBJECTIVE)
    verdict = Verdict(Bound.TOLERANCE, Status.PASS, reason, 0.1, "10 %", found, source)
    return Row(samples.READ, Status.PASS, Effect.NONE, (verdict,))


@pytest.mark.parametrize(
    ("rungs", "how", "excludes"),
    [
        pytest.param(("against",), "in turn", "", id="in turn costs nothing"),
        pytest.param(("explicit",), "stored", "measured on 2026-10-02", id="another day"),
        pytest.param(("against", "explicit"), "both", "measured on 2026-10-02", id="some"),
        pytest.param((), "nothing", "no promise asks for a comparison", id="none"),
    ],
)
def test_what_another_day_costs_is_said(rungs: tuple[str, ...], how: str, excludes: str) -> None:
    signoff = documented(GIVEN, RUN, outcome(*map(compared, rungs)), ENDED)
    assert signoff.how == how
    assert excludes in " ".join(signoff.excludes)
    assert bool(signoff.excludes) == bool(excludes)


def test_a_check_holds_the_numbers_that_were_compared() -> None:
    (check,) = documented(GIVEN, RUN, outcome(compared("explicit")), ENDED).checks
    (bound,) = check.bounds
    assert (bound.value, bound.n, bound.base, bound.base_n) == (2.0, 5, 1.9, 4)
    assert (bound.change, bound.detectable, bound.absolute) == (1.05, 0.2, False)
    assert (check.file, check.line, check.owner) == ("budgets/api.yml", 7, "team-shop")


def test_every_promise_is_listed_once() -> None:
    signoff, of = mixed_signoff()
    assert [c.objective for c in signoff.checks] == [r.objective.id for r in of.rows]
    assert {result_of(r) for r in of.rows} == {*Result, None}


def test_what_passed_has_no_excuse() -> None:
    signoff, _ = passing_signoff()
    assert signoff.result is Result.PASSED
    assert signoff.waivers == ()
    assert {result_of(r) for r in passing_outcome().rows} == {Result.PASSED}


def test_approvals_are_those_that_were_given() -> None:
    given = replace(GIVEN, approvals=(Approval("Grace", AT, "command line"),))
    assert documented(given, RUN, mixed_outcome(), ENDED).given.approvals == given.approvals
