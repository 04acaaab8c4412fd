"""Rows for sample outcomes: each status with its effects, bounds, comparison and facts."""

from __future__ import annotations

from dataclasses import replace

from gate.core.compare.bounds import limit_text, tolerance_text
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.verdict import (
    BaselineSource,
    Bound,
    Comparison,
    Effect,
    Row,
    Seen,
    Side,
    Status,
    Then,
    Verdict,
)
from gate.testing import samples

SOURCE = BaselineSource("ancestor", samples.BASE, 3, 5, "2026-11-18T16:02:00Z", "0f1e2d3c")
SEEN = Seen(
    head=(0.266, 0.27, 0.272, 0.274, 0.279),
    base=(0.226, 0.229, 0.231, 0.233, 0.236),
    trend=(
        Then("2026-11-12T16:02:00Z", "1c2d3e4f5a6b", 0.224),
        Then("2026-11-14T16:02:00Z", "2d3e4f5a6b7c", 0.229),
        Then("2026-11-15T16:02:00Z", "3e4f5a6b7c8d", 0.226),
        Then("2026-11-17T16:02:00Z", "4f5a6b7c8d9e", 0.236),
        Then("2026-11-18T16:02:00Z", "9b1deb4d3b7d", 0.231),
    ),
)


def mixed_rows() -> tuple[Row, ...]:
    """The rows of the mixed outcome, in the order of the budgets."""
    return (
        _read(),
        _write(),
        _search(),
        _errors(),
        _throughput(),
        _lcp(),
        _cls(),
        _inp(),
        _slow(),
        _size(),
        _goal(),
        _gone(),
        _new(),
    )


def _read() -> Row:
    limit = _limit(
        samples.READ, Status.PASS, because(Code.WITHIN, value="272 ms", bound="at most 300 ms")
    )
    comparison = Comparison(
        Status.FAIL,
        Side(0.272, 5, 0.266, 0.279),
        (),
        base=Side(0.231, 25),
        ratio=1.18,
        low=1.12,
        high=1.24,
        difference=0.041,
        level=0.999,
        p=0.00002,
        excluded=0.24,
        mde=0.14,
    )
    why = because(Code.BEYOND, value="+18 %", bound="at most 10 % worse")
    worse = _tolerance(samples.READ, Status.FAIL, why, comparison)
    limit = replace(
        limit, comparison=Comparison(Status.PASS, Side(0.272, 5, 0.266, 0.279), (), level=0.99)
    )
    facts = (("slowest", "GET /products 0.41 s"), ("queries per request", "3 → 41"))
    return Row(
        samples.READ,
        Status.FAIL,
        Effect.BLOCKS,
        (limit, replace(worse, effect=Effect.BLOCKS)),
        value=0.272,
        n=5,
        facts=facts,
        reason=why,
        seen=SEEN,
    )


def _write() -> Row:
    why = because(Code.BEYOND_WARN, value="633 ms", bound="at most 600 ms")
    limit = replace(_limit(samples.WRITE, Status.WARN, why), effect=Effect.WARNS)
    data = because(Code.STRADDLES, low="-3 %", high="+14 %", bound="at most 10 % worse")
    comparison = Comparison(
        Status.UNDECIDED,
        Side(0.633, 5, 0.602, 0.671),
        (),
        base=Side(0.6, 25),
        ratio=1.055,
        low=0.97,
        high=1.14,
        difference=0.033,
        level=0.998,
        p=0.31,
        excluded=0.14,
        mde=0.21,
        needs=14,
    )
    undecided = replace(
        _tolerance(samples.WRITE, Status.UNDECIDED, data, comparison), effect=Effect.WARNS
    )
    return Row(
        samples.WRITE,
        Status.UNDECIDED,
        Effect.WARNS,
        (limit, undecided),
        value=0.633,
        n=5,
        reason=data,
    )


def _search() -> Row:
    sli = samples.WRITE.sli.with_tag("op", "search")
    objective = replace(samples.WRITE, id=f"api/{sli}", sli=sli, tolerance=None)
    why = because(Code.BEYOND_WARN, value="655 ms", bound="at most 600 ms")
    warns = replace(_limit(objective, Status.WARN, why), effect=Effect.WARNS)
    return Row(objective, Status.WARN, Effect.WARNS, (warns,), value=0.655, n=5, reason=why)


def _errors() -> Row:
    why = because(Code.WITHIN, value="0.033 %", bound="at most 5 %")
    limit = replace(
        _limit(samples.ERRORS, Status.PASS, why),
        comparison=Comparison(Status.PASS, Side(0.00033, 23980, 0.00014, 0.00066), (), level=0.99),
    )
    return Row(
        samples.ERRORS, Status.PASS, Effect.NONE, (limit,), value=0.00033, n=23980, reason=why
    )


def _throughput() -> Row:
    why = because(Code.BEYOND, value="142 /s", bound="at least 150 /s")
    waived = "waived by team-shop until 2026-12-31 (SHOP-812): the new rate limiter is tuned"
    limit = replace(
        _limit(samples.THROUGHPUT, Status.FAIL, why),
        effect=Effect.WAIVED,
        effect_reason=waived,
        comparison=Comparison(Status.FAIL, Side(142.0, 5, 140.5, 143.5), (), level=0.99),
    )
    other = because(Code.OTHER_ENVIRONMENT, detail="cpu: Intel Xeon there, AMD EPYC 7763 here")
    place = _tolerance(samples.THROUGHPUT, Status.MISSING, other, None)
    place = replace(place, effect=Effect.WARNS, effect_reason="no baseline before 2027-01-15")
    return Row(
        samples.THROUGHPUT,
        Status.FAIL,
        Effect.WAIVED,
        (limit, place),
        value=142.0,
        n=5,
        reason=why,
    )


def _lcp() -> Row:
    why = because(Code.STRADDLES, low="2.41 s", high="2.63 s", bound="at most 2.5 s")
    limit = replace(
        _limit(samples.LCP, Status.UNDECIDED, why),
        effect=Effect.BLOCKS,
        effect_reason="the estimate is beyond the bound",
        comparison=Comparison(
            Status.UNDECIDED, Side(2.52, 7, 2.41, 2.63), (), level=0.99, mde=0.06, needs=19
        ),
    )
    return Row(
        samples.LCP,
        Status.UNDECIDED,
        Effect.BLOCKS,
        (limit,),
        value=2.52,
        n=7,
        reason=why,
        seen=Seen(head=(2.41, 2.44, 2.49, 2.52, 2.55, 2.6, 2.63)),
    )


def _cls() -> Row:
    why = because(Code.PAGE_FAILED, page="checkout", detail="HTTP 500")
    limit = replace(_limit(samples.CLS, Status.MISSING, why), effect=Effect.BLOCKS)
    return Row(samples.CLS, Status.MISSING, Effect.BLOCKS, (limit,), reason=why)


def _inp() -> Row:
    why = because(Code.NOT_SELECTED, detail="--only api,web")
    return Row(
        samples.INP,
        Status.SKIPPED,
        Effect.NONE,
        (_limit(samples.INP, Status.SKIPPED, why),),
        reason=why,
    )


def _slow() -> Row:
    why = because(Code.NO_RIGHTS, tool="pg_stat_statements", detail="the role lacks pg_monitor")
    limit = replace(
        _limit(samples.SLOW, Status.MISSING, why),
        effect=Effect.ADVISORY,
        effect_reason="the objective is `blocking: false`",
    )
    return Row(samples.SLOW, Status.MISSING, Effect.ADVISORY, (limit,), reason=why)


def _size() -> Row:
    within = because(Code.WITHIN, value="168.1 kB", bound="at most 170 kB")
    limit = replace(
        _limit(samples.SIZE, Status.PASS, within),
        comparison=Comparison(Status.PASS, Side(168123.0, 1, 168123.0, 168123.0), ()),
    )
    better = because(Code.IMPROVED, change="-1.4 %")
    comparison = Comparison(
        Status.PASS,
        Side(168123.0, 1),
        (),
        base=Side(170512.0, 1),
        ratio=0.986,
        difference=-2389.0,
        difference_low=-2389.0,
        difference_high=-2389.0,
    )
    tolerance = _tolerance(samples.SIZE, Status.PASS, better, comparison)
    return Row(
        samples.SIZE,
        Status.PASS,
        Effect.NONE,
        (limit, tolerance),
        value=168123.0,
        n=1,
        facts=(("largest", "assets/app.3f9a.js 120 kB"),),
        reason=better,
    )


def _goal() -> Row:
    why = because(Code.BEYOND, value="-12 %", bound="at least 30 % better")
    comparison = Comparison(
        Status.FAIL,
        Side(0.0000712, 5, 0.00007, 0.0000725),
        (),
        base=Side(0.0000809, 5),
        ratio=0.88,
        low=0.86,
        high=0.9,
        difference=-0.0000097,
        level=0.999,
        p=0.0001,
        excluded=-0.1,
        mde=0.03,
    )
    goal = _tolerance(samples.BENCH, Status.FAIL, why, comparison)
    advisory = replace(
        goal,
        baseline=replace(SOURCE, rung="pinned"),
        effect=Effect.ADVISORY,
        effect_reason="the objective is `blocking: false`",
    )
    objective = replace(samples.BENCH, blocking=False)
    return Row(
        objective, Status.FAIL, Effect.ADVISORY, (advisory,), value=0.0000712, n=5, reason=why
    )


def _gone() -> Row:
    why = because(Code.VANISHED)
    gone = replace(_tolerance(samples.GONE, Status.MISSING, why, None), effect=Effect.BLOCKS)
    return Row(samples.GONE, Status.MISSING, Effect.BLOCKS, (gone,), reason=why)


def _new() -> Row:
    why = because(Code.NO_BASELINE, detail="no run measured it")
    objective = replace(
        samples.GONE,
        id="bench/median(time{test:new})",
        sli=samples.GONE.sli.with_tag("test", "new"),
    )
    new = replace(
        _tolerance(objective, Status.MISSING, why, None),
        effect=Effect.WARNS,
        effect_reason="the objective is new since the base commit",
    )
    return Row(objective, Status.MISSING, Effect.WARNS, (new,), value=0.00012, n=5, reason=why)


def _limit(objective: Objective, status: Status, why: Reason) -> Verdict:
    bound = objective.limit.fail if objective.limit else 0.0
    return Verdict(Bound.LIMIT, status, why, bound, limit_text(objective))


def _tolerance(
    objective: Objective, status: Status, why: Reason, comparison: Comparison | None
) -> Verdict:
    bound = objective.tolerance.fail.value if objective.tolerance else 0.0
    source = SOURCE if comparison else None
    text = tolerance_text(objective)
    return Verdict(Bound.TOLERANCE, status, why, bound, text, comparison, source)
