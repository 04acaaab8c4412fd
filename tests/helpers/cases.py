"""Builders for tests of the comparison engine: cases and seeded units of known truth."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gate.core.compare.case import Case, Design, Session, Units
from gate.core.compare.estimate import Estimate
from gate.core.metric import Kind
from gate.core.model import Amount, Tolerance
from gate.core.stats.centre import Spread
from gate.core.stats.evidence import Scale

NOTHING = Spread(0.0, 0.0)


def tolerance(fail: float = 0.0, *, warn: float | None = None, floor: float = 0.0) -> Tolerance:
    """A relative tolerance."""
    more = None if warn is None else Amount(warn, relative=True)
    return Tolerance(Amount(fail, relative=True), more, floor)


def case(base: Sequence[float], head: Sequence[float], **words: Any) -> Case:
    """A timing measured together, unless it is said otherwise; `past` are units of earlier runs."""
    history = tuple(Session(Units(tuple(units))) for units in words.pop("past", ()))
    plain = Case(
        "c",
        Kind.TIMING,
        1,
        tolerance(),
        Design.TOGETHER,
        Units(tuple(base)),
        Units(tuple(head)),
        history,
    )
    return replace(plain, **words)


def found(worsening: float = 0.0, **words: Any) -> Estimate:
    """An estimate on the ratio scale that knows nothing of its spread, unless said otherwise."""
    plain = Estimate(
        Scale.RATIO, worsening, 0.0, worsening, "together", NOTHING, 1.0, NOTHING, 0.0, None, None,
        1, 70.0,
    )  # fmt: skip
    return replace(plain, **words)


def noisy(chance: random.Random, n: int, sd: float = 0.02, *, at: float = 1.0) -> list[float]:
    """Units that scatter log-normally around a level."""
    return [at * math.exp(chance.gauss(0, sd)) for _ in range(n)]
