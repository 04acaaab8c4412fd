"""Small rows and outcomes for tests of words: one objective, one verdict."""

from __future__ import annotations

from dataclasses import replace

from gate.core.compare.bounds import limit_text, tolerance_text
from gate.core.metric import Better, Kind
from gate.core.model import Amount, Limit, Objective, Place, Tolerance
from gate.core.reasons import Code, Reason, because
from gate.core.sli import parse_sli
from gate.core.units import Dimension
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

SOURCE = BaselineSource("ancestor", "a1b2c3d4e5f6a7b8", 3, 5, "2026-11-18T16:02:00Z")
LATENCY = Objective(
    "api/p95(http_req_duration)",
    "api",
    parse_sli("p95(http_req_duration)"),
    Dimension.TIME,
    Better.LOWER,
    Kind.LATENCY,
    limit=Limit(0.3),
    tolerance=Tolerance(Amount(0.1, relative=True)),
    place=Place("budgets/api.yml", 7, 5),
)
THROUGHPUT = replace(
    LATENCY,
    id="api/rate(http_reqs)",
    sli=parse_sli("rate(http_reqs)"),
    dimension=Dimension.RATE,
    better=Better.HIGHER,
    limit=Limit(150.0),
)
BYTES = replace(
    LATENCY,
    id="bundle/size",
    sli=parse_sli("size"),
    dimension=Dimension.SIZE,
    kind=Kind.EXACT,
    limit=Limit(170_000.0),
)
ERRORS = replace(
    LATENCY,
    id="api/rate(failed)",
    sli=parse_sli("rate(failed)"),
    dimension=Dimension.SHARE,
    kind=Kind.PROPORTION,
    tolerance=Tolerance(Amount(0.005, relative=False)),
)


def ratio(
    status: Status, base: float, head: float, low: float, high: float, level: float = 0.99
) -> Comparison:
    """Head over base with the interval of the ratio; lower is better."""
    return Comparison(
        status,
        Side(head, 5),
        (),
        base=Side(base, 25),
        ratio=head / base,
        low=low,
        high=high,
        difference=head - base,
        level=level,
        p=0.01,
        excluded=high - 1,
    )


def tolerance(
    objective: Objective,
    comparison: Comparison | None,
    status: Status | None = None,
    reason: Reason | None = None,
) -> Verdict:
    """The verdict on a tolerance, blocking where it failed."""
    status = status or (comparison.status if comparison else Status.MISSING)
    return Verdict(
        Bound.TOLERANCE,
        status,
        reason or because(Code.BEYOND, value="x", bound="y"),
        objective.tolerance.fail.value if objective.tolerance else 0.0,
        tolerance_text(objective),
        comparison,
        SOURCE if comparison else None,
        Effect.BLOCKS if status in {Status.FAIL, Status.MISSING} else Effect.NONE,
    )


def limit(objective: Objective, status: Status, head: Side, level: float = 0.99) -> Verdict:
    """The verdict on a limit, blocking where it failed."""
    return Verdict(
        Bound.LIMIT,
        status,
        because(Code.BEYOND, value="x", bound="y"),
        objective.limit.fail if objective.limit else 0.0,
        limit_text(objective),
        Comparison(status, head, (), level=level),
        effect=Effect.BLOCKS if status is Status.FAIL else Effect.NONE,
    )


def row(objective: Objective, *verdicts: Verdict, effect: Effect | None = None) -> Row:
    """A row that shows its first verdict's status and effect."""
    first = verdicts[0]
    head = next((v.comparison.head for v in verdicts if v.comparison), None)
    return Row(
        objective,
        first.status,
        effect or first.effect,
        verdicts,
        value=head.value if head else None,
        n=head.n if head else 0,
        reason=first.reason,
    )


def outcome(code: Exit, *rows: Row) -> Outcome:
    """An outcome of these rows."""
    return samples.outcome(samples.run(), rows, code)
