"""From estimates to evidence: spreads are moderated by those of the fellows in the same check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gate.core.compare.case import Case, Design
from gate.core.compare.estimate import Estimate
from gate.core.metric import Kind
from gate.core.stats.centre import Spread, satterthwaite
from gate.core.stats.evidence import Evidence, exactly, student, unvaried
from gate.core.stats.moderate import fellow_spread, moderated

_MOST_SESSION_DF = 30.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """An estimate with the spreads that were used, and the evidence that they give."""

    estimate: Estimate
    spread: Spread
    sessions: Spread
    df: float
    evidence: Evidence


def weigh(cases: Sequence[Case], estimates: Sequence[Estimate]) -> tuple[Weighed, ...]:
    """The evidence of every case, its variances borrowed from cases of its kind and design."""
    fellows: dict[tuple[Kind, Design, str], list[Estimate]] = {}
    for case, found in zip(cases, estimates, strict=True):
        fellows.setdefault(_group(case, found), []).append(found)
    priors = {group: _priors(members) for group, members in fellows.items()}
    return tuple(
        _weighed(case, found, *priors[_group(case, found)])
        for case, found in zip(cases, estimates, strict=True)
    )


def _group(case: Case, found: Estimate) -> tuple[Kind, Design, str]:
    return case.kind, case.design, f"{found.scale} {found.method}"


def _priors(members: Sequence[Estimate]) -> tuple[Spread | None, Spread | None]:
    """What the group says of the spread of units, and of that between sessions."""
    units = fellow_spread([each.spread for each in members])
    return units, fellow_spread([each.sessions for each in members])


def _weighed(case: Case, found: Estimate, units: Spread | None, sessions: Spread | None) -> Weighed:
    own_units = found.prior if case.kind is Kind.LATENCY and found.prior else units or found.prior
    spread = moderated(found.spread, own_units) if found.spread.df or own_units else found.spread
    between = Spread(0.0, 0.0)
    if found.times:
        stated = found.stated if case.prior is not None else sessions or found.stated
        between = moderated(found.sessions, stated)
        between = replace(between, df=min(_MOST_SESSION_DF, between.df))
    parts = [(spread.variance * found.per, spread.df), (between.variance * found.times, between.df)]
    df = satterthwaite(parts)
    return Weighed(found, spread, between, df, _evidence(case, found, sum(v for v, _ in parts), df))


def _evidence(case: Case, found: Estimate, variance: float, df: float) -> Evidence:
    if variance > 0:
        return student(found.worsening, variance, df, found.scale)
    if case.kind is Kind.COUNTED:
        return exactly(found.worsening, found.scale)
    return unvaried(found.worsening, found.scale, found.orders)
