"""Many questions decided together: they share the alarm rate and lend each other strength."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from gate.core.compare.alarm import Claim, blamed, shares
from gate.core.compare.answer import exact, located, overloaded, plain_side, too_little
from gate.core.compare.answer import shares as weigh_shares
from gate.core.compare.case import Case, Design
from gate.core.compare.estimate import estimate
from gate.core.compare.moved import moved
from gate.core.compare.result import Weighing, comparison, unanswered
from gate.core.compare.rule import Errors
from gate.core.compare.weigh import weigh
from gate.core.metric import Kind
from gate.core.reasons import Code, Reason, because
from gate.core.stats.evidence import Scale
from gate.core.verdict import Comparison, Status

Answer = Weighing | Reason


@dataclass(frozen=True, slots=True)
class Weighings:
    """All questions weighed, and the shift that the whole run shows (log scale, 0.0 for none)."""

    answers: tuple[Answer, ...]
    shift: float


def decide_together(
    cases: Sequence[Case],
    *,
    alarm_rate: float,
    miss_rate: float,
    weights: Mapping[str, float] | None = None,
    settled: Mapping[str, bool] | None = None,
) -> tuple[Comparison, ...]:
    """Answer every case, the alarm rate controlled over all that block; `weights` are of budgets.

    Exact metrics cannot err, warn bounds and what does not block cannot close the build: they take
    no share, and what does not block is decided at the whole rate, on its own. `settled` says of
    cases that an earlier look answered whether they failed there: then their share is handed on.
    """
    weighings = weigh_all(cases)
    share = shares(_sharing(cases, weighings, settled or {}), alarm_rate, weights)
    parts = {case.id: case.part for case in cases}

    def errors(id_: str) -> Errors:
        return Errors(share.get(id_, alarm_rate) * parts[id_], miss_rate * parts[id_])

    return conclude(cases, weighings, errors)


def conclude(
    cases: Sequence[Case], weighings: Weighings, errors: Callable[[str], Errors]
) -> tuple[Comparison, ...]:
    """The comparisons of weighed questions at the errors that each may spend."""
    names = blamed(_claims(cases, weighings))
    return tuple(
        _concluded(case, answer, errors(case.id), weighings.shift, suspect=case.id in names)
        for case, answer in zip(cases, weighings.answers, strict=True)
    )


def _claims(cases: Sequence[Case], weighings: Weighings) -> list[Claim]:
    """What the data could blame: everything that is not exact."""
    return [
        Claim(case.id, answer.p, case.budget, case.weight)
        for case, answer in zip(cases, weighings.answers, strict=True)
        if isinstance(answer, Weighing) and not answer.evidence.exact
    ]


def _sharing(
    cases: Sequence[Case], weighings: Weighings, settled: Mapping[str, bool]
) -> list[Claim]:
    """What takes a share of the alarm rate: what could close the build by chance.

    Who may spend a part of a share only has to be as sure as that part asks for. What was answered
    at an earlier look is rejected if it failed there, and else keeps its share to itself.
    """
    parts = {case.id: case.part for case in cases if case.blocking}
    claims = (claim for claim in _claims(cases, weighings) if claim.id in parts)
    found = (replace(claim, p=claim.p / parts[claim.id]) for claim in claims)
    return [
        replace(claim, p=0.0 if settled[claim.id] else math.inf) if claim.id in settled else claim
        for claim in found
    ]


def weigh_all(cases: Sequence[Case]) -> Weighings:
    """Weigh every case by its kind; those estimated from units borrow from one another."""
    simple = [_simple(case) for case in cases]
    rest = [case for case, answer in zip(cases, simple, strict=True) if answer is None]
    estimates = [estimate(case) for case in rest]
    weighed = iter(zip(rest, weigh(rest, estimates), strict=True))
    answers: list[Answer] = []
    for answer in simple:
        if answer is not None:
            answers.append(answer)
            continue
        case, found = next(weighed)
        answers.append(too_little(case, found.estimate) or located(case, found))
    return Weighings(tuple(answers), moved(rest, estimates))


def _simple(case: Case) -> Answer | None:
    """What needs no fellows: exact kinds, shares, and what cannot be compared at all."""
    if case.kind is Kind.EXACT:
        return exact(case)
    if case.kind is Kind.PROPORTION and case.base.counts and case.head.counts:
        return weigh_shares(case)
    return overloaded(case)


def _concluded(
    case: Case, answer: Answer, errors: Errors, shift: float, *, suspect: bool
) -> Comparison:
    if isinstance(answer, Reason):
        return unanswered(plain_side(case.base), plain_side(case.head), answer)
    if not shift or not _moves(case, answer):
        return comparison(answer, errors, suspect=suspect)
    there = case.sign * shift
    still = answer.evidence.low(errors.alarm) - there > answer.bounds.fail
    reason = because(Code.RUN_MOVED, moved=f"{math.expm1(shift) * 100:+.1f} %")
    found = comparison(answer, errors, suspect=still)
    return replace(found, status=Status.UNDECIDED, reasons=(reason,), needs=None)


def _moves(case: Case, answer: Weighing) -> bool:
    """Whether a shift of the machine reaches the case: stored timings on the ratio scale."""
    stored = case.design is Design.STORED and case.kind is Kind.TIMING
    return stored and answer.evidence.scale is Scale.RATIO
