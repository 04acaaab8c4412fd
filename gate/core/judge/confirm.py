"""Confirm before failing: stored baselines screen, and fresh data of base and head decide.

A stored baseline was measured on another day. What it makes suspect (one-sided 5 %, uncorrected) is
measured again, base and head in turn; the verdict uses this fresh data only, with the alarm rate
shared by the suspects alone. Whoever is suspect by chance has to fail by chance once more, so
unchanged code fails at most as often as the alarm rate says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gate.core.judge.answers import Answered, Answers, answers
from gate.core.judge.tolerances import screens
from gate.core.metric import Kind
from gate.core.reasons import Code, because
from gate.core.run import Attempt, Commit, Confirmation, Measurement, Run
from gate.core.shards import confirms, part_here
from gate.core.verdict import Bound, Outcome, Status, Verdict

SCREEN = 0.05
"""The one-sided level at which a stored baseline makes an objective suspect."""


def suspects(outcome: Outcome) -> tuple[str, ...]:
    """The objectives whose first look at a stored baseline asks for a confirmation."""
    return tuple(
        row.objective.id
        for row in outcome.rows
        for verdict in row.verdicts
        if row.objective.blocking
        and row.objective.kind is not Kind.EXACT
        and _is_suspect(verdict, outcome.commit)
    )


def _is_suspect(verdict: Verdict, head: Commit) -> bool:
    comparison, baseline = verdict.comparison, verdict.baseline
    if verdict.bound is not Bound.TOLERANCE or comparison is None or baseline is None:
        return False
    if comparison.p is None:  # counts that do not vary have no chance of error
        return screens(baseline, head) and comparison.status is Status.FAIL
    return screens(baseline, head) and comparison.p <= SCREEN


def first_part(run: Run) -> float:
    """The part of the alarm rate that what is compared at the first look may spend.

    All of it, unless both the base of the session and suspects have a claim: by their budgets. What
    is only screened takes nothing.
    """
    return 1 - _fresh_part(run) if _told_first(run) else 1.0


def _fresh_part(run: Run) -> float:
    if run.confirmation is None or not run.confirmation.suspects:
        return 0.0
    given = dict(run.promises.weights)
    beside = _told_first(run)
    doubted = {name.partition("/")[0] for name in run.confirmation.suspects}
    weight = {name: given.get(name, 1.0) for name in beside | doubted}
    return sum(weight[name] for name in doubted) / sum(weight.values())


def _told_first(run: Run) -> set[str]:
    """The budgets that the first look decides: with the base beside, or of a shard without one."""
    beside = set(run.base.budgets) if run.base is not None else set()
    compared = {o.budget for o in run.promises.objectives if o.tolerance is not None}
    return beside | {name for name in compared if not confirms(run, name)}


def confirmed(first: Iterable[Answers], run: Run, at: str) -> tuple[Answers, ...]:
    """The answers of the first session, with those of the confirmation in the place of suspects."""
    first = tuple(first)
    if run.confirmation is None or not run.confirmation.suspects:
        return first
    wanted = frozenset(run.confirmation.suspects)
    fresh = answers(_session(run), (), at, only=wanted, alarm=_fresh_part(run) * part_here(run))
    found = {
        each.objective.id: answered
        for each in fresh
        for answered in each.bounds
        if answered.verdict.bound is Bound.TOLERANCE
    }
    return tuple(
        replace(
            each, bounds=tuple(_again(bound, found.get(each.objective.id)) for bound in each.bounds)
        )
        if each.objective.id in wanted
        else each
        for each in first
    )


def _session(run: Run) -> Run:
    """The confirmation as a run of its own; attempts before it count, whether they confirmed."""
    fresh = run.confirmation or Confirmation()
    return replace(
        run,
        measurements=fresh.measurements,
        missing=fresh.missing,
        base=fresh.base,
        looks=fresh.looks,
        confirmation=None,
        earlier=tuple(_attempt(each) for each in run.earlier),
    )


def _attempt(earlier: Attempt) -> Attempt:
    fresh = earlier.confirmation or Confirmation()
    return replace(earlier, measurements=fresh.measurements, base=fresh.base, confirmation=None)


def _again(first: Answered, fresh: Answered | None) -> Answered:
    """The fresh verdict with the first look beside it; undecided where nothing fresh can tell."""
    before = first.verdict
    measured = isinstance(first.answer, Measurement)
    if before.bound is not Bound.TOLERANCE or not measured or before.baseline is None:
        return first
    if fresh is None or not _tells(fresh):
        said = fresh.verdict.reason.sentence if fresh else "it was not measured again"
        reason = because(Code.NOT_CONFIRMED, detail=said)
        verdict = replace(before, status=Status.UNDECIDED, reason=reason)
        return Answered(verdict, first.answer)
    verdict = replace(fresh.verdict, screened=before.comparison, screened_by=before.baseline)
    return Answered(verdict, fresh.answer)


def _tells(fresh: Answered) -> bool:
    """Whether both sides were measured again, or head took longer than any bound."""
    compared = isinstance(fresh.answer, Measurement) and fresh.verdict.baseline is not None
    return compared or fresh.verdict.status is Status.FAIL
