"""The document of a sign-off: it follows from its records and from what was given."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.model import Waiver
from gate.core.past import PINNED
from gate.core.run import Run
from gate.core.signoff.people import same_person
from gate.core.signoff.values import (
    Check,
    CheckedBound,
    Given,
    Result,
    SignedWaiver,
    Signoff,
    WaiverState,
)
from gate.core.verdict import (
    BaselineSource,
    Bound,
    Comparison,
    Effect,
    Exit,
    Outcome,
    Row,
    Status,
    Verdict,
)


def documented(given: Given, run: Run, outcome: Outcome, ended: str) -> Signoff:
    """The sign-off that follows from its records and what was given; nothing else decides it."""
    waivers = tuple(_waivers(given, run, outcome))
    how = _how(outcome.rows)
    return Signoff(
        given=given,
        result=_result(outcome, waivers),
        exit=outcome.exit,
        run_id=run.id,
        judge=outcome.judge,
        profile=outcome.policy.profile,
        started=run.started,
        ended=ended,
        seconds=run.seconds,
        how=how,
        excludes=tuple(_excludes(how, given, outcome)),
        checks=tuple(map(_check, outcome.rows)),
        waivers=waivers,
        environment=run.environment,
        environment_key=run.environment.key,
        tools=run.tools,
        loosened=tuple(each.sentence for each in outcome.loosened),
        warnings=outcome.warnings,
    )


def result_of(row: Row) -> Result | None:
    """Where the predicate lists a promise; None for one that was retired on purpose."""
    if row.effect is Effect.BLOCKS:
        return Result.FAILED
    if row.effect is not Effect.NONE:
        return Result.WARNED
    return None if row.status is Status.SKIPPED else Result.PASSED


def _result(outcome: Outcome, waivers: tuple[SignedWaiver, ...]) -> Result:
    if outcome.exit is not Exit.OK:
        return Result.FAILED
    expired = any(each.state is WaiverState.EXPIRED for each in waivers)
    warned = any(result_of(row) is Result.WARNED for row in outcome.rows)
    return Result.WARNED if warned or expired else Result.PASSED


def _how(rows: tuple[Row, ...]) -> str:
    rungs = {source.rung for source in _sources(rows)}
    if not rungs:
        return "nothing"
    if "against" not in rungs:
        return "stored"
    return "in turn" if rungs == {"against"} else "both"


def _sources(rows: tuple[Row, ...]) -> list[BaselineSource]:
    """What of the release before took part: a drift is held to the whole branch."""
    return [
        verdict.baseline
        for row in rows
        for verdict in row.verdicts
        if verdict.baseline is not None and verdict.bound is Bound.TOLERANCE
    ]


def _excludes(how: str, given: Given, outcome: Outcome) -> Iterator[str]:
    """What a comparison with another day leaves open, in sentences."""
    if how == "nothing":
        asked = any(v.bound is Bound.TOLERANCE for row in outcome.rows for v in row.verdicts)
        yield (
            f"nothing was compared with {given.previous.name}"
            if asked
            else "no promise asks for a comparison with the release before"
        )
    if how not in {"stored", "both"}:
        return
    days: dict[str, set[str]] = {}
    for source in _sources(outcome.rows):
        pin = source.rung.removeprefix(PINNED) if source.rung.startswith(PINNED) else ""
        if source.rung != "against":
            days.setdefault(pin or given.previous.name, set()).add(source.at[:10])
    for name, found in sorted(days.items()):
        yield (
            f"{name} was measured on {', '.join(sorted(found))} and not beside this release: what "
            "differs between days is part of every change shown, so that only larger ones are "
            "found (`detectable`), and a change of the machine that its facts do not tell is not "
            "seen"
        )


def _check(row: Row) -> Check:
    objective = row.objective
    return Check(
        objective.id,
        objective.place.file,
        objective.place.line,
        objective.owner,
        objective.why,
        objective.dimension.value,
        objective.kind.value,
        objective.blocking,
        row.status,
        row.effect,
        row.value,
        row.n,
        tuple(map(_bound, row.verdicts)),
    )


def _bound(verdict: Verdict) -> CheckedBound:
    made = CheckedBound(
        verdict.bound,
        verdict.bound_text,
        verdict.status,
        verdict.effect,
        verdict.reason.sentence,
        verdict.effect_reason,
    )
    return made if verdict.comparison is None else _numbers(made, verdict, verdict.comparison)


def _numbers(made: CheckedBound, verdict: Verdict, found: Comparison) -> CheckedBound:
    head, base = found.head, found.base
    absolute = found.absolute or found.ratio is None
    change = found.difference if absolute else found.ratio
    ends = (found.difference_low, found.difference_high) if absolute else (found.low, found.high)
    low, high = (head.low, head.high) if verdict.bound is Bound.LIMIT else ends
    return CheckedBound(
        made.bound,
        made.promise,
        made.status,
        made.effect,
        made.reason,
        made.effect_reason,
        value=head.value,
        n=head.n,
        low=low,
        high=high,
        base=base.value if base is not None else None,
        base_n=base.n if base is not None else 0,
        change=change if base is not None else None,
        sure=found.level or None,
        excluded=found.excluded,
        detectable=found.mde,
        absolute=absolute,
        baseline=verdict.baseline,
    )


def _waivers(given: Given, run: Run, outcome: Outcome) -> Iterator[SignedWaiver]:
    for waiver in run.promises.waivers:
        place = waiver.place
        written = next(
            (w for w in given.written if (w.file, w.line) == (place.file, place.line)), None
        )
        author = written.author if written is not None else ""
        others = [a.name for a in given.approvals if not same_person(a.name, author)]
        yield SignedWaiver(
            waiver,
            _state(waiver, outcome),
            author,
            written.day if written is not None else "",
            tuple(others),
        )


def _state(waiver: Waiver, outcome: Outcome) -> WaiverState:
    """What the judge made of it; one that has expired is told as that, needed or not."""
    if outcome.at[:10] > waiver.expires:
        return WaiverState.EXPIRED
    verdicts = [
        verdict
        for row in outcome.rows
        if row.objective.id == waiver.objective
        for verdict in row.verdicts
        if waiver.bound in {verdict.bound, "any"}
    ]
    if any(v.effect is Effect.WAIVED for v in verdicts):
        return WaiverState.USED
    broken = {Status.FAIL, Status.UNDECIDED}
    blocked = any(v.effect is Effect.BLOCKS and v.status in broken for v in verdicts)
    return WaiverState.EXCEEDED if blocked else WaiverState.NOT_NEEDED
