"""Questions as callers put them: what is refused, with what just passes beside it."""

import math
from typing import Any

import pytest

import gate
from gate.core.compare.case import Case, Design
from gate.core.compare.question import Question, Run, Unanswerable, parse, sli_of
from gate.core.histogram import Histogram
from gate.core.metric import Kind
from gate.core.model import Amount, Tolerance
from gate.core.reasons import Code
from gate.core.sample import Counts

GOOD = (1.0, 1.1, 0.9)


def asked(base: Any = GOOD, head: Any = GOOD, **words: Any) -> Question:
    return Question("q", base, head, **{"kind": "timing", **words})


def parsed(*sides: Any, **words: Any) -> Case:
    found = parse(asked(*sides, **words))
    assert isinstance(found, Case)
    return found


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"base": ()}, id="base-is-empty"),
        pytest.param({"head": []}, id="head-is-empty"),
        pytest.param({"head": [[]]}, id="a-unit-is-empty"),
        pytest.param({"head": [1.0, math.nan]}, id="nan"),
        pytest.param({"base": [1.0, math.inf]}, id="infinite"),
        pytest.param({"base": [1.0, -math.inf]}, id="minus-infinite"),
        pytest.param({"base": [1.0, 1.01e100]}, id="beyond-any-measurement"),
        pytest.param({"head": [(1.0, math.nan)]}, id="nan-inside-a-unit"),
        pytest.param({"head": [1.0, Counts(1, 2)]}, id="counts-among-numbers"),
        pytest.param({"base": [Counts(1, 2)], "head": [Counts(1, 2)]}, id="counts-of-a-timing"),
        pytest.param({"kind": "proportion"}, id="numbers-of-a-proportion"),
        pytest.param(
            {"kind": "proportion", "base": [Counts(1, 2), 0.5], "head": [Counts(1, 2)]},
            id="a-number-among-counts",
        ),
        pytest.param({"head": ["fast"]}, id="text"),
        pytest.param({"kind": "speed"}, id="unknown-kind"),
        pytest.param({"statistic": "average"}, id="unknown-statistic"),
        pytest.param({"statistic": "p100"}, id="no-such-quantile"),
        pytest.param({"head": [(1.0, 2.0)], "statistic": "rate"}, id="not-of-values"),
        pytest.param({"better": "faster"}, id="unknown-direction"),
        pytest.param({"design": "random"}, id="unknown-design"),
        pytest.param({"floor": -1e-9}, id="negative-floor"),
        pytest.param({"floor": math.nan}, id="floor-nan"),
        pytest.param({"tolerance": math.nan}, id="tolerance-nan"),
        pytest.param({"tolerance": math.inf}, id="tolerance-infinite"),
        pytest.param({"detect": math.inf}, id="detect-infinite"),
        pytest.param({"warn": math.nan}, id="warn-nan"),
        pytest.param({"weight": 0.0}, id="no-weight"),
        pytest.param({"weight": -1.0}, id="negative-weight"),
        pytest.param({"weight": math.inf}, id="all-weight"),
        pytest.param({"prior": -0.01}, id="negative-prior"),
        pytest.param({"prior": math.nan}, id="prior-nan"),
        pytest.param({"history": [Run((), "")]}, id="an-earlier-run-of-nothing"),
        pytest.param({"history": [Run((math.nan,), "")]}, id="nan-in-history"),
    ],
)
def test_what_is_refused(words: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the messages are told apart below
        parse(asked(**words))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"base": [1.0], "head": [2]}, id="one-number-a-side"),
        pytest.param({"head": [-1.0, 0.0]}, id="zero-and-less"),
        pytest.param({"base": [1.0, 1e100]}, id="just-a-measurement"),
        pytest.param({"head": [(1.0,), (2.0, 3.0)]}, id="units-of-unequal-size"),
        pytest.param({"head": [1.0, (2.0, 3.0), Histogram((0, 1), (4,))]}, id="forms-mixed"),
        pytest.param(
            {"kind": "proportion", "base": [Counts(0, 2)], "head": [Counts(2, 2)]}, id="counts"
        ),
        pytest.param({"kind": Kind.LAB}, id="kind-as-a-value"),
        pytest.param({"statistic": "p99.9"}, id="any-quantile"),
        pytest.param({"better": "higher"}, id="higher"),
        pytest.param({"floor": 0.0, "tolerance": -0.3}, id="a-goal"),
        pytest.param({"weight": 1e-3, "prior": 0.0}, id="small-weight-no-sessions"),
        pytest.param({"history": [Run((1.0,), "")]}, id="an-earlier-run"),
    ],
)
def test_what_is_taken(words: Any) -> None:
    assert isinstance(parse(asked(**words)), Case)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"base": ()}, "base is empty"),
        ({"head": ()}, "head is empty"),
        ({"head": [math.inf]}, "head: .*not finite"),
        ({"head": [1.0, Counts(1, 2)]}, "head mixes kinds"),
        ({"statistic": "average"}, "unknown statistic 'average'.*pNN"),
        ({"weight": 0.0}, "above zero"),
        ({"prior": -1.0}, "zero or more"),
    ],
)
def test_a_refusal_says_what_is_wrong(words: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(asked(**words))


@pytest.mark.parametrize(
    ("kind", "statistic"),
    [("timing", "median"), ("lab", "median"), ("latency", "p95"), ("proportion", "rate")],
)
def test_every_kind_has_its_own_statistic(kind: str, statistic: str) -> None:
    assert sli_of(Kind(kind), None).statistic == statistic
    assert sli_of(Kind(kind), "mean").statistic == "mean"


def test_units_are_reduced_to_their_statistic_and_count_once() -> None:
    head = [(1.0, 5.0, 2.0), (7.0,), Histogram((0.0, 2.0), (4,)), 3]
    assert parsed(GOOD, head).head.values == (2.0, 7.0, 1.0, 3.0)


def test_the_fields_of_a_question_reach_its_case() -> None:
    found = parsed(
        better="higher",
        tolerance=0.1,
        detect=0.3,
        floor=2.0,
        warn=0.05,
        design="paired",
        prior=0.07,
        budget="b",
        weight=3.0,
        reference=True,
        blocking=False,
    )
    relative = [Amount(value, relative=True) for value in (0.1, 0.05, 0.3)]
    assert (found.id, found.kind, found.sign, found.design) == ("q", "timing", -1, Design.PAIRED)
    assert found.tolerance == Tolerance(relative[0], relative[1], 2.0, relative[2])
    assert (found.prior, found.budget, found.weight) == (0.07, "b", 3.0)
    assert (found.reference, found.blocking) == (True, False)


def test_without_words_nothing_is_tolerated_and_days_differ() -> None:
    found = parsed()
    assert found.tolerance == Tolerance(Amount(0.0, relative=True))
    assert (found.sign, found.design, found.history) == (1, Design.STORED, ())


def test_only_runs_of_the_newest_environment_are_history() -> None:
    runs = [
        Run((1.0,), "1", environment="a"),
        Run((2.0,), "2", environment="b"),
        Run((3.0,), "3", environment="a", accepted=False),
    ]
    found = parsed(history=runs).history
    assert [(each.units.values, each.accepted) for each in found] == [
        ((1.0,), True),
        ((3.0,), False),
    ]


@pytest.mark.parametrize("side", ["base", "head"])
@pytest.mark.parametrize(("values", "answerable"), [(199, False), (200, True)])
def test_a_tail_needs_ten_values_beyond_it(side: str, values: int, answerable: Any) -> None:
    unit = tuple(float(n + 1) for n in range(values))
    full = tuple(float(n + 1) for n in range(500))
    sides = {"base": [full, full], "head": [full, full], side: [full, unit]}
    found = parse(asked(**sides, kind="latency"))
    assert isinstance(found, Case) is answerable
    if isinstance(found, Unanswerable):
        assert found.reason.code is Code.TAIL_TOO_THIN
        assert dict(found.reason.facts) == {"statistic": "p95", "need": "200", "have": "199"}


def test_a_plain_number_was_reduced_before_and_has_no_tail_to_count() -> None:
    assert isinstance(parse(asked(kind="latency", statistic="p99")), Case)


def test_a_thin_tail_is_undecided_and_says_so() -> None:
    found = gate.compare([(1.0, 2.0)] * 3, [(1.0, 2.0)] * 3, kind="latency")
    assert (str(found.status), found.reasons[0].code) == ("undecided", Code.TAIL_TOO_THIN)
    assert found.n == (3, 3)
