"""Numbers become words in the right direction, and never promise more than they show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.model import Amount, Objective, Tolerance
from gate.core.verdict import Comparison, Side, Status, Verdict
from gate.reports.sentences import sentence_of, source_text
from gate.reports.words import change_text, excluded_text, is_improved, percent
from tests.reports.rows import BYTES, ERRORS, LATENCY, SOURCE, THROUGHPUT, limit, ratio, tolerance

WORSE = tolerance(LATENCY, ratio(Status.FAIL, 0.251, 0.342, 1.31, 1.42))
FINE = tolerance(LATENCY, ratio(Status.PASS, 0.251, 0.254, 0.98, 1.06))
FASTER = tolerance(LATENCY, ratio(Status.PASS, 0.251, 0.2, 0.75, 0.84))
UNSURE = tolerance(LATENCY, ratio(Status.UNDECIDED, 0.251, 0.27, 0.97, 1.14))
FEWER = tolerance(THROUGHPUT, ratio(Status.FAIL, 200.0, 140.0, 0.65, 0.75))
MORE = tolerance(THROUGHPUT, ratio(Status.PASS, 200.0, 240.0, 1.15, 1.3))
GOAL = replace(LATENCY, tolerance=Tolerance(Amount(-0.3, relative=True)))
MISSED = tolerance(GOAL, ratio(Status.FAIL, 0.251, 0.22, 0.86, 0.9))
BIGGER = tolerance(
    BYTES,
    Comparison(
        Status.FAIL,
        Side(318_000.0, 1),
        (),
        base=Side(296_000.0, 1),
        ratio=318 / 296,
        difference=22_000.0,
        difference_low=22_000.0,
        difference_high=22_000.0,
        absolute=True,
    ),
)
SAME = tolerance(
    BYTES,
    Comparison(
        Status.PASS,
        Side(296_000.0, 1),
        (),
        base=Side(296_000.0, 1),
        ratio=1.0,
        difference=0.0,
        absolute=True,
    ),
)
MORE_ERRORS = tolerance(
    ERRORS,
    Comparison(
        Status.FAIL,
        Side(0.02, 5),
        (),
        base=Side(0.001, 25),
        ratio=20.0,
        difference=0.019,
        difference_low=0.012,
        difference_high=0.03,
        level=0.995,
        p=0.001,
        excluded=0.03,
        absolute=True,
    ),
)


@pytest.mark.parametrize(
    ("objective", "verdict", "text"),
    [
        pytest.param(LATENCY, WORSE, "+36.3 % (99 % sure: at least +31 %)", id="slower"),
        pytest.param(LATENCY, FINE, "+1.2 %", id="a pass leaves the rest to what is excluded"),
        pytest.param(LATENCY, FASTER, "-20.3 % (95 % sure: at least -16 %)", id="faster"),
        pytest.param(LATENCY, UNSURE, "+7.57 % (between -3 % and +14 %)", id="undecided"),
        pytest.param(THROUGHPUT, FEWER, "-30 % (99 % sure: at least -25 %)", id="fewer a second"),
        pytest.param(THROUGHPUT, MORE, "+20 %", id="more a second"),
        pytest.param(GOAL, MISSED, "-12.4 % (99 % sure: at best -14 %)", id="a goal missed"),
        pytest.param(BYTES, BIGGER, "+22 kB (+7.43 %)", id="exact bytes have no interval"),
        pytest.param(BYTES, SAME, "unchanged", id="unchanged"),
        pytest.param(
            ERRORS, MORE_ERRORS, "+1.9 pp (99.5 % sure: at least +1.2 pp)", id="shares in points"
        ),
    ],
)
def test_a_change_in_words(objective: Objective, verdict: Verdict, text: str) -> None:
    assert change_text(objective, verdict, 0.05) == text


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        pytest.param(FINE, "slower than 6 % is excluded (95 % sure)", id="a pass"),
        pytest.param(UNSURE, "up to 14 % slower is not excluded", id="undecided"),
        pytest.param(WORSE, "", id="a fail has nothing to exclude"),
        pytest.param(FASTER, "", id="neither has an improvement"),
    ],
)
def test_what_is_excluded(verdict: Verdict, text: str) -> None:
    assert excluded_text(LATENCY, verdict, 0.05) == text


def test_an_interval_that_is_open_says_so() -> None:
    comparison = replace(ratio(Status.UNDECIDED, 0.25, 0.27, 0.97, 1.1), high=None)
    said = change_text(LATENCY, tolerance(LATENCY, comparison), 0.05)
    assert said == "+8 % (between -3 % and unbounded)"


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        pytest.param(
            WORSE,
            "slower: 251 ms → 342 ms, +36.3 % (99 % sure: at least +31 %) against a1b2c3d4e5f6 "
            "(ancestor, 3 commits back, 5 runs, 2026-11-18); accepted is at most 10 % worse",
            id="a fail",
        ),
        pytest.param(
            FINE,
            "within at most 10 % worse: 251 ms → 254 ms, +1.2 % against a1b2c3d4e5f6 (ancestor, "
            "3 commits back, 5 runs, 2026-11-18); slower than 6 % is excluded (95 % sure)",
            id="a pass",
        ),
        pytest.param(
            limit(LATENCY, Status.FAIL, Side(0.342, 5, 0.331, 0.353)),
            "342 ms (99 % sure: at least 331 ms) is beyond the limit, at most 300 ms",
            id="a limit broken",
        ),
        pytest.param(
            limit(LATENCY, Status.PASS, Side(0.25, 5, 0.24, 0.26)),
            "250 ms (95 % sure: at most 260 ms) is within the limit, at most 300 ms",
            id="a limit kept",
        ),
        pytest.param(
            limit(LATENCY, Status.UNDECIDED, Side(0.3, 5, 0.28, 0.33)),
            "300 ms (between 280 ms and 330 ms) lies on both sides of the limit, at most 300 ms",
            id="a limit undecided",
        ),
    ],
)
def test_a_sentence_says_what_from_what_to_what_against_what_and_how_sure(
    verdict: Verdict, sentence: str
) -> None:
    assert sentence_of(LATENCY, verdict, 0.05) == sentence


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.95, "95 %"), (0.99957, "99.95 %"), (0.9999999, "99.99 %"), (0.0, "0 %"), (0.29, "29 %")],
)
def test_a_confidence_is_rounded_down(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"distance": 0}, "a1b2c3d4e5f6 (ancestor, the same commit, 5 runs, 2026-11-18)"),
        ({"distance": 1, "runs": 1}, "a1b2c3d4e5f6 (ancestor, 1 commit back, 1 run, 2026-11-18)"),
        ({"commit": "", "rung": ""}, "no commit (3 commits back, 5 runs, 2026-11-18)"),
    ],
)
def test_a_baseline_says_where_it_comes_from(change: dict[str, object], text: str) -> None:
    assert source_text(replace(SOURCE, **change)) == text  # type: ignore[arg-type]


def test_only_a_whole_interval_on_the_better_side_is_an_improvement() -> None:
    assert is_improved(LATENCY, FASTER)
    assert is_improved(THROUGHPUT, MORE)
    assert not is_improved(LATENCY, FINE)
    assert not is_improved(LATENCY, WORSE)
    open_end = replace(ratio(Status.PASS, 0.25, 0.2, 0.7, 0.9), high=None, excluded=None)
    assert not is_improved(LATENCY, tolerance(LATENCY, open_end))
