"""What `explain` prints can be done again with a pocket calculator."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from random import Random
from typing import Any

import pytest

import gate
from gate.core.metric import Better, Kind
from gate.core.verdict import Bound, Comparison, Exit, Status, Verdict
from gate.reports.explain import explain
from gate.reports.working import working_lines
from tests.helpers.cases import noisy
from tests.reports.rows import LATENCY, outcome, row, tolerance

_SUM = re.compile(r"(\S+) ([+-]) (\S+) x (\S+) = ([^\s;]+)(?:; e\^(\S+) = (\S+))?")
TIMED = replace(LATENCY, kind=Kind.TIMING, limit=None)
HIGHER = replace(TIMED, better=Better.HIGHER)


def told(verdict: Verdict, objective: Any = TIMED) -> dict[str, str]:
    assert verdict.comparison is not None
    return dict(working_lines(objective, verdict, verdict.comparison))


def bounded(comparison: Comparison) -> Verdict:
    return replace(tolerance(TIMED, comparison), bound=Bound.LIMIT)


def compared(**words: Any) -> Comparison:
    base, head = noisy(Random(1), 10), noisy(Random(2), 10, at=1.3)
    return gate.compare(base, head, **{"kind": "timing", "design": "together", **words})


def redone(line: str) -> float:
    """The sum of a line from its printed numbers; asserts that it prints the same."""
    found = _SUM.search(line)
    assert found is not None, line
    middle, sign, quantile, error, end, power, result = found.groups()
    way = 1 if sign == "+" else -1
    again = float(middle) + way * float(quantile) * float(error)
    assert again == pytest.approx(float(end), rel=1e-4, abs=1e-5)
    if power is None:
        return again
    assert math.exp(float(power)) == pytest.approx(float(result), rel=1e-4)
    return math.exp(again)


@pytest.mark.parametrize("design", ["together", "paired", "stored"])
def test_the_ends_of_a_change_come_out_of_the_printed_numbers(design: str) -> None:
    comparison = compared(design=design)
    lines = told(tolerance(TIMED, comparison))
    assert redone(lines["good sum"]) == pytest.approx(comparison.low, rel=1e-4)
    assert redone(lines["bad sum"]) == pytest.approx(comparison.high, rel=1e-4)
    assert lines["method"].startswith(design)


def test_where_more_is_better_the_good_end_is_the_upper_one() -> None:
    comparison = compared(better="higher")
    lines = told(tolerance(HIGHER, comparison), HIGHER)
    assert redone(lines["good sum"]) == pytest.approx(comparison.high, rel=1e-4)
    assert redone(lines["bad sum"]) == pytest.approx(comparison.low, rel=1e-4)


def test_a_difference_is_summed_in_base_units() -> None:
    comparison = gate.compare(
        [0.0, 1.0, 2.0, 1.0], [1.0, 2.0, 4.0, 3.0], kind="lab", design="together"
    )
    lines = told(tolerance(TIMED, comparison))
    assert redone(lines["good sum"]) == pytest.approx(comparison.difference_low, rel=1e-4)
    assert "geometric" not in lines["estimand"]


def test_the_ends_of_a_value_come_out_of_the_printed_numbers() -> None:
    comparison = gate.check(noisy(Random(1), 10), kind="timing", limit=1.2)
    lines = told(bounded(comparison))
    assert redone(lines["good sum"]) == pytest.approx(comparison.head.low, rel=1e-4)
    assert redone(lines["bad sum"]) == pytest.approx(comparison.head.high, rel=1e-4)


def test_the_shares_say_how_they_came_about() -> None:
    of_tolerance = told(tolerance(TIMED, compared()))["may err"]
    of_limit = told(bounded(gate.check([1.0, 1.1], kind="lab", limit=2.0)))["may err"]
    assert of_tolerance.startswith("0.01 for a false fail, 0.05 for a false pass")
    assert "Holm" in of_tolerance
    assert "Holm" not in of_limit


@pytest.mark.parametrize(
    ("design", "needs", "expected"),
    [
        pytest.param("together", 14, "about 14 units a side", id="units"),
        pytest.param("stored", None, "--against REV", id="another-design"),
        pytest.param("together", None, "a wider tolerance", id="no-number"),
    ],
)
def test_what_would_decide(design: str, needs: int | None, expected: str) -> None:
    comparison = replace(compared(design=design), status=Status.UNDECIDED, needs=needs)
    assert expected in told(tolerance(TIMED, comparison))["to decide"]


def test_shares_can_be_done_again_by_newcombe() -> None:
    of = gate.compare(
        [gate.Counts(1, 100)] * 3, [gate.Counts(9, 100)] * 3, kind="proportion", design="together"
    )
    lines = told(tolerance(TIMED, of))
    assert "Newcombe" in lines["bounds"]
    found = re.fullmatch(
        r"by z = (\S+), Wilson's ends: base (\S+) of (\S+) = (\S+), (\S+) to (\S+);"
        r" head (\S+) of (\S+) = (\S+), (\S+) to (\S+)",
        lines["good sum"],
    )
    assert found is not None, lines["good sum"]
    z, eb, tb, pb, _, base_high, eh, th, ph, head_low, _ = map(float, found.groups())
    assert (eb / tb, eh / th) == pytest.approx((pb, ph), rel=1e-5)
    assert head_low == pytest.approx(_wilson_end(ph, th, -z), rel=1e-5)
    assert base_high == pytest.approx(_wilson_end(pb, tb, z), rel=1e-5)
    low = ph - pb - math.hypot(ph - head_low, base_high - pb)
    assert of.difference_low == pytest.approx(low, rel=1e-4)


def _wilson_end(share: float, trials: float, z: float) -> float:
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return (share + z * z / (2 * trials) + half) / (1 + z * z / trials)


def test_exact_values_have_no_sum() -> None:
    lines = told(tolerance(TIMED, gate.compare([10.0], [11.0], kind="exact")))
    assert "sum" not in " ".join(lines)
    assert lines["estimand"] == "the value itself"


def test_explain_prints_the_sum() -> None:
    verdict = tolerance(TIMED, compared())
    text = explain(outcome(Exit.FAILED, row(TIMED, verdict)), TIMED.id)
    assert "good sum" in text
    assert "known to" in text
