"""The judge as a library: one comparison, many decided together, one side against a limit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from gate.core.compare.answer import plain_side
from gate.core.compare.case import Case, Design
from gate.core.compare.decide import decide_together
from gate.core.compare.level import against, level
from gate.core.compare.question import Question, Run, Unanswerable, Unit, parse, side_of, sli_of
from gate.core.compare.result import unanswered
from gate.core.compare.rule import errors_of
from gate.core.metric import Better, Kind
from gate.core.model import Limit
from gate.core.reasons import Reason
from gate.core.verdict import Comparison


def compare(  # noqa: PLR0913  # the published signature
    base: Sequence[Unit],
    head: Sequence[Unit],
    *,
    kind: Kind | str,
    statistic: str | None = None,
    better: Better | str = Better.LOWER,
    tolerance: float = 0.0,
    detect: float | None = None,
    floor: float = 0.0,
    warn: float | None = None,
    confidence: float = 0.99,
    miss_rate: float = 0.05,
    design: Design | str = Design.STORED,
    history: Sequence[Run] = (),
    prior: float | None = None,
) -> Comparison:
    """Decide whether head is worse than base by more than `tolerance`, on its own.

    `base` and `head` are units (see `Unit`); each is reduced to `statistic` (the kind's default:
    p95 for latency, else median) and counts once, proportions by trials. `tolerance`, `warn` and
    `detect` are parts of the base, `floor` is in the metric's unit. `confidence` is that of the
    one-sided bound that decides a fail, `miss_rate` that of the one that decides a pass.
    `history` is oldest first and holds neither side; `prior` is the sd between sessions on the
    log scale that is assumed before the history speaks.

    Raises `ValueError` for empty sides, mixed kinds and what is not finite.
    """
    question = Question(
        "question",
        base,
        head,
        kind=kind,
        statistic=statistic,
        better=better,
        tolerance=tolerance,
        detect=detect,
        floor=floor,
        warn=warn,
        design=design,
        history=history,
        prior=prior,
    )
    return compare_all([question], alarm_rate=1 - confidence, miss_rate=miss_rate)[0]


def compare_all(
    questions: Sequence[Question],
    *,
    alarm_rate: float = 0.01,
    miss_rate: float = 0.05,
    weights: Mapping[str, float] | None = None,
) -> list[Comparison]:
    """Decide many questions together, in their order.

    The chance that any of them fails though nothing is worse by more than its tolerance is at most
    `alarm_rate`: it is shared equally over their budgets (or by `weights`), then by Holm's steps
    within one. Raises `ValueError` as `compare` does, and for ids that are not unique.
    """
    errors_of(alarm_rate, miss_rate)
    if len({question.id for question in questions}) < len(questions):
        msg = "two questions have the same id"
        raise ValueError(msg)
    parsed = [parse(question) for question in questions]
    cases = [each for each in parsed if isinstance(each, Case)]
    decided = iter(
        decide_together(cases, alarm_rate=alarm_rate, miss_rate=miss_rate, weights=weights)
    )
    return [
        _unanswered(each) if isinstance(each, Unanswerable) else next(decided) for each in parsed
    ]


def _unanswered(question: Unanswerable) -> Comparison:
    case = question.case
    return unanswered(plain_side(case.base), plain_side(case.head), question.reason)


def check(
    head: Sequence[Unit],
    *,
    kind: Kind | str,
    statistic: str | None = None,
    better: Better | str = Better.LOWER,
    limit: float,
    warn: float | None = None,
    confidence: float = 0.99,
    miss_rate: float = 0.05,
    tau: float | None = None,
) -> Comparison:
    """Decide whether one side keeps a fixed bound; `tau` is the sd between sessions (log scale).

    Fail where the one-sided bound at `confidence` lies beyond `limit`, pass where the one at
    1 - `miss_rate` lies within. Raises `ValueError` as `compare` does.
    """
    of, errors, between = Kind(kind), errors_of(1 - confidence, miss_rate), tau or 0.0
    if not all(map(math.isfinite, (limit, limit if warn is None else warn, between))):
        msg = "limit, warn and tau are finite"
        raise ValueError(msg)
    if between < 0:
        msg = f"tau is an sd between sessions, zero or more, not {between}"
        raise ValueError(msg)
    side = side_of(head, sli_of(of, statistic), of, "head")
    units = side.units
    if side.thin:
        return unanswered(None, plain_side(units), side.thin)
    sign = 1 if Better(better) is Better.LOWER else -1
    bounds = Limit(limit, warn)
    found = level(units, of, bounds, sign=sign, name="head", between=between)
    if isinstance(found, Reason):
        return unanswered(None, plain_side(units), found)
    return against(found, errors)
