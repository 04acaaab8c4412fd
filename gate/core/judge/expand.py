"""Every objective once: `each` is spread over the members of the baseline and those measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gate.core.index import by_member, by_objective, member_id
from gate.core.model import Objective, Retired
from gate.core.past import DAYS, LATEST, Past, rank_of
from gate.core.reasons import Code, Reason, because
from gate.core.run import Measurement, Missing, Run
from gate.core.sli import Sli

Answer = Measurement | Missing


@dataclass(frozen=True, slots=True)
class Asked:
    """A concrete objective with its one answer. `skipped` says why it was not asked for."""

    objective: Objective
    answer: Answer
    skipped: Reason | None = None


def expand(run: Run, pasts: tuple[Past, ...]) -> tuple[Asked, ...]:
    """All concrete objectives of the run with their answers, in the order of the budgets."""
    retired = {entry.objective: entry for entry in run.promises.retired}
    skipped = {entry.objective: entry.reason for entry in run.skipped}
    named = {objective.id for objective in run.promises.objectives if not objective.each}
    renamed = {objective.was for objective in run.promises.objectives if objective.was}
    asked: list[Asked] = []
    for objective in run.promises.objectives:
        if objective.id in skipped:
            nothing = Missing(objective.id, objective.sli, skipped[objective.id])
            asked.append(Asked(objective, nothing, skipped[objective.id]))
        elif objective.each:
            asked.extend(_members(objective, run, pasts, named, renamed))
        else:
            asked.append(Asked(objective, _answer(objective, run)))
    return tuple(_retire(each, retired) for each in asked)


def _retire(asked: Asked, retired: dict[str, Retired]) -> Asked:
    entry = retired.get(asked.objective.id)
    if entry is None or isinstance(asked.answer, Measurement):
        return asked
    why = because(Code.RETIRED, owner=entry.owner, detail=entry.reason)
    return replace(asked, skipped=why)


def _answer(objective: Objective, run: Run) -> Answer:
    for index in (by_member, by_objective):
        for measurement in index(run.measurements).get(objective.id, ()):
            return measurement
    for missing in run.missing:
        if missing.objective == objective.id:
            return missing
    reason = because(Code.NOT_REPORTED, tool="the runner", detail="it gave no answer")
    return Missing(objective.id, objective.sli, reason)


def _members(
    template: Objective, run: Run, pasts: tuple[Past, ...], named: set[str], renamed: set[str]
) -> list[Asked]:
    """One objective a member; a member that the baseline has and head has not is missing.

    One that was renamed is not missed; as long as it is measured it is a member as any other.
    """
    answers: dict[str, Answer] = {
        member_id(m): m for m in by_objective(run.measurements).get(template.id, ())
    }
    for missing in run.missing:
        if missing.objective == template.id and missing.sli.tag(template.each) is not None:
            answers.setdefault(f"{template.budget}/{missing.sli}", missing)
    whole = next(
        (m for m in run.missing if m.objective == template.id and m.sli == template.sli), None
    )
    for past_id, sli in _earlier_members(template, run, pasts).items():
        gone = Missing(template.id, sli, because(Code.VANISHED))
        if past_id not in answers and past_id not in named | renamed:
            answers[past_id] = replace(whole, sli=sli) if whole else gone
    if not answers:
        return [Asked(template, whole or _nothing(template))]
    return [
        Asked(replace(template, id=member, sli=answer.sli, each=""), answer)
        for member, answer in sorted(answers.items())
        if member not in (named if isinstance(answer, Measurement) else named | renamed)
    ]


def _nothing(template: Objective) -> Missing:
    reason = because(
        Code.NOTHING_MATCHED, selector=template.sli, detail=f"no value of {template.each} was seen"
    )
    return Missing(template.id, template.sli, reason)


def _earlier_members(template: Objective, run: Run, pasts: tuple[Past, ...]) -> dict[str, Sli]:
    """The members that the base of this session had, else those of the nearest run."""
    if run.base is not None:
        found = _slis(run.base.measurements, template)
        for missing in run.base.missing:
            if missing.objective == template.id and missing.reason.code is Code.VANISHED:
                found[f"{template.budget}/{missing.sli}"] = missing.sli
        if found:
            return found
    related = (past for past in pasts if past.rung not in {LATEST, DAYS})
    nearest = sorted(related, key=lambda past: past.run.started, reverse=True)
    for past in sorted(nearest, key=lambda past: (rank_of(past.rung), past.distance)):
        found = _slis(past.run.measurements, template)
        if found:
            return found
    return {}


def _slis(measurements: tuple[Measurement, ...], template: Objective) -> dict[str, Sli]:
    """The members that a template's measurements are of."""
    return {member_id(m): m.sli for m in by_objective(measurements).get(template.id, ())}
