"""Which limits could be tighter, by how much and how sure that is; and why the others not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from gate.app.ratchet.edit import CannotEditError, Edit, edit_for, patched, unified
from gate.app.ratchet.evidence import Evidence
from gate.app.workspace import Workspace
from gate.core.days import ordinal
from gate.core.metric import Better, Kind
from gate.core.model import Objective, Origin
from gate.core.ratchet import Kept, Rules, chance_beyond, tightest
from gate.core.units import show

_DAY = len("2026-11-23")
_RARE = 1e-6


@dataclass(frozen=True, slots=True)
class Tighter:
    """A tighter limit: what was kept, the worst of it, and the chance of a false alarm a run."""

    objectives: tuple[str, ...]
    edit: Edit
    worst: str
    runs: int
    days: int
    chance: float

    @property
    def sentence(self) -> str:
        """All of it on one line."""
        edit, name = self.edit, self.objectives[0]
        more = f" and {len(self.objectives) - 1} more" if len(self.objectives) > 1 else ""
        return (
            f"{name}{more}: limit {edit.old} -> {edit.new} ({edit.file}:{edit.line}): the worst of "
            f"{self.runs} runs over {self.days} days was {self.worst}; {self._odds}"
        )

    @property
    def _odds(self) -> str:
        if self.chance == 0:
            return "it is exact, so unchanged code stays within"
        if self.chance < _RARE:
            return "fewer than 1 in 1000000 runs of unchanged code would be beyond"
        one_in = float(f"{1 / self.chance:.2g}")
        return f"about 1 in {one_in:.0f} runs of unchanged code would be beyond"


@dataclass(frozen=True, slots=True)
class AsItIs:
    """A promise that stays as it is, and why."""

    objective: str
    why: str

    @property
    def sentence(self) -> str:
        """Both on one line."""
        return f"{self.objective}: as it is: {self.why}"


@dataclass(frozen=True, slots=True)
class Ratchet:
    """What is proposed; `texts` are the files before and after, by name below the root."""

    tighter: tuple[Tighter, ...]
    as_it_is: tuple[AsItIs, ...]
    texts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def patch(self) -> str:
        """All of it as `git apply` takes it, "" where nothing is proposed."""
        return unified(self.texts)


def ratchet(workspace: Workspace, rules: Rules) -> Ratchet:
    """Look at every promise of the workspace; nothing is written."""
    evidence = Evidence(workspace, rules)
    answers = tuple(_answers(workspace, evidence))
    tighter = tuple(each for each in answers if isinstance(each, Tighter))
    held = tuple(each for each in answers if isinstance(each, AsItIs))
    if not tighter:
        return Ratchet((), held)
    try:
        texts = patched(workspace, [each.edit for each in tighter])
    except CannotEditError as error:
        names = [name for each in tighter for name in each.objectives]
        return Ratchet((), (*held, *(AsItIs(name, str(error)) for name in names)))
    return Ratchet(tighter, held, texts)


def _answers(workspace: Workspace, evidence: Evidence) -> Iterator[Tighter | AsItIs]:
    """One for each promise as it is written: members of one line share its limit."""
    objectives = workspace.spec.promises.objectives
    own = {objective.id for objective in objectives}
    for _, group in groupby(objectives, key=lambda o: (o.budget, o.place, o.origin)):
        members = tuple(group)
        yield _answer(workspace, evidence, members, own - {each.id for each in members})


def _answer(
    workspace: Workspace, evidence: Evidence, members: tuple[Objective, ...], others: set[str]
) -> Tighter | AsItIs:
    first = members[0]
    if first.origin is not Origin.BUDGET:
        return AsItIs(first.id, "nobody wrote this limit: state one, and it can be tightened")
    if first.limit is None:
        return AsItIs(first.id, "a tolerance follows its baseline by itself")
    kept: dict[str, tuple[Kept, ...]] = {}
    for each in members:
        for name in evidence.members(each, others):
            found = evidence.kept(each, name)
            if isinstance(found, str):
                return AsItIs(name, found)
            kept[name] = found
    if not kept:
        return AsItIs(first.id, "no run of a trusted branch is stored with it")
    return _tighter(workspace, evidence.rules, first, kept)


def _tighter(
    workspace: Workspace, rules: Rules, objective: Objective, kept: Mapping[str, tuple[Kept, ...]]
) -> Tighter | AsItIs:
    exact, better = objective.kind is Kind.EXACT, objective.better
    loosest = max if better is Better.LOWER else min
    limits = [tightest(runs, better, rules, exact=exact) for runs in kept.values()]
    try:
        edit = edit_for(workspace, objective, loosest(limits))
    except CannotEditError as error:
        return AsItIs(objective.id, str(error))
    if why := _not_worth_it(objective, edit.value, rules):
        return AsItIs(objective.id, why)
    runs = [run for each in kept.values() for run in each]
    days = {run.at[:_DAY] for run in runs}
    return Tighter(
        objectives=tuple(kept),
        edit=edit,
        worst=show(loosest(run.value for run in runs), objective.dimension),
        runs=min(map(len, kept.values())),
        days=ordinal(max(days)) - ordinal(min(days)),
        chance=max(chance_beyond(r, better, edit.value, exact=exact) for r in kept.values()),
    )


def _not_worth_it(objective: Objective, new: float, rules: Rules) -> str:
    if objective.limit is None:
        return ""
    old, warn, sign = objective.limit.fail, objective.limit.warn, 1
    if objective.better is Better.HIGHER:
        sign = -1
    if sign * (old - new) < rules.gain * old:
        return f"its runs need it: {show(new, objective.dimension)} is the tightest they would keep"
    if new == 0:
        return "its runs are all 0: state 0 by hand if it has to stay so"
    if warn is not None and sign * (new - warn) <= 0:
        limit = show(new, objective.dimension)
        return f"it could be {limit}, which its warning has to be tighter than: lower that first"
    return ""
