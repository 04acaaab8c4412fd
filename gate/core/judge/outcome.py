"""The judge: every objective of a run answered exactly once, and the exit code."""

from __future__ import annotations

from dataclasses import replace

from gate.core.attempts import attempt_of, left_after
from gate.core.judge.answers import Answers, answers
from gate.core.judge.confirm import confirmed, first_part
from gate.core.judge.effects import World, with_effect
from gate.core.judge.seen import seen
from gate.core.judge.sides import side
from gate.core.judge.warnings import warnings
from gate.core.model import Objective
from gate.core.past import Past
from gate.core.reasons import Code, because
from gate.core.run import Measurement, Run
from gate.core.shards import part_here, told, with_absent
from gate.core.trend import Story
from gate.core.verdict import (
    JUDGE_VERSION,
    Effect,
    Exit,
    Outcome,
    Row,
    Status,
    Verdict,
)


def judge(run: Run, pasts: tuple[Past, ...], at: str, stories: tuple[Story, ...] = ()) -> Outcome:
    """Decide a run against its promises and the runs before it; `at` is an ISO time in UTC.

    `stories` are what drift budgets are held to: how each such objective moved on the branch.
    """
    run = with_absent(run)
    world = World.of(run, pasts, at)
    first = answers(run, pasts, at, alarm=first_part(run) * part_here(run), stories=stories)
    rows = tuple(_row(each, world) for each in confirmed(first, run, at))
    return Outcome(
        run_id=run.id,
        at=at,
        judge=JUDGE_VERSION,
        commit=run.commit,
        environment=run.environment,
        policy=run.promises.policy,
        rows=rows,
        exit=_exit(rows, world),
        tools=run.tools,
        failed_attempts=run.failed_attempts,
        warnings=warnings(rows, world),
        loosened=run.loosened,
        notes=(*run.notes, *told(run)),
        quiet=run.quiet,
        attempt=attempt_of(run),
        alarm_left=run.promises.policy.alarm_rate * left_after(attempt_of(run)),
    )


def _row(answered: Answers, world: World) -> Row:
    objective = answered.objective
    found = (_final(objective, each.verdict, world) for each in answered.bounds)
    verdicts = tuple(with_effect(objective, verdict, world) for verdict in found)
    at = _shown(verdicts)
    status, effect = verdicts[at].status, min((v.effect for v in verdicts), key=_STRONGEST.index)
    answer = answered.bounds[at].answer
    shown = side(answer) if isinstance(answer, Measurement) else None
    return Row(
        objective,
        status,
        effect,
        verdicts,
        value=shown.value if shown else None,
        n=shown.n if shown else 0,
        facts=answer.facts if isinstance(answer, Measurement) else (),
        reason=verdicts[at].reason,
        seen=seen(objective, answer, world.run, world.pasts)
        if isinstance(answer, Measurement)
        else None,
    )


def _shown(verdicts: tuple[Verdict, ...]) -> int:
    """Which verdict a row shows: the worst of those that close the build, else of all.

    A waived fail beside what was not measured closes nothing, and would be called broken.
    """
    order = range(len(verdicts))
    closing = [at for at in order if verdicts[at].effect is Effect.BLOCKS]
    return min(closing or order, key=lambda at: _WORST.index(verdicts[at].status))


_WORST = (
    Status.FAIL,
    Status.MISSING,
    Status.UNDECIDED,
    Status.WARN,
    Status.PASS,
    Status.SKIPPED,
)
_STRONGEST = (Effect.BLOCKS, Effect.WAIVED, Effect.ADVISORY, Effect.WARNS, Effect.NONE)


def _final(objective: Objective, verdict: Verdict, world: World) -> Verdict:
    """The verdict, or the fail that an earlier attempt at the same trial ended in."""
    if verdict.status in {Status.FAIL, Status.SKIPPED}:
        return verdict
    for attempt in world.run.earlier:
        for before in attempt.failed:
            if (before.objective, before.bound) == (objective.id, verdict.bound):
                reason = before.reason
                if reason.code is not Code.FAILED_BEFORE:
                    said = reason.sentence
                    reason = because(Code.FAILED_BEFORE, said=said, at=attempt.started)
                return replace(verdict, status=Status.FAIL, reason=reason)
    return verdict


def _exit(rows: tuple[Row, ...], world: World) -> Exit:
    """The exit code; a sign-off misses the attempts that could not be read, whatever they said."""
    code = exit_code(rows)
    refused = world.policy.signoff and world.run.unread > 0
    return Exit.MISSING if refused and code is not Exit.FAILED else code


def exit_code(rows: tuple[Row, ...]) -> Exit:
    """The exit code of design §3: 1, then 3, 4, 0; no objective at all is 3."""
    blocking = {v.status for row in rows for v in row.verdicts if v.effect is Effect.BLOCKS}
    if Status.FAIL in blocking:
        return Exit.FAILED
    if Status.MISSING in blocking or Status.SKIPPED in blocking or not rows:
        return Exit.MISSING
    return Exit.UNDECIDED if Status.UNDECIDED in blocking else Exit.OK
