"""Which revision a check measures beside head, and which budgets on it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.app.before import Before
from gate.app.history import pasts
from gate.app.select import Selection, objectives_of
from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.ci.git import Repository
from gate.core.metric import Kind
from gate.core.model import Objective
from gate.core.shards import environment_of, of_budget
from gate.spec import Budget
from gate.tools.machine import environment


@dataclass(frozen=True, slots=True)
class Against:
    """The base that is measured in turn with head: `revision` as it was named, its commit."""

    repo: Repository
    sha: str
    revision: str
    budgets: frozenset[str]


def against(
    workspace: Workspace, selection: Selection, base: Base | None, earlier: Before
) -> Against | None:
    """The revision of `--against` with all budgets that compare; None where none is measured.

    On a laptop, where nobody named a baseline, that is the commit that the change starts from, with
    the budgets for which no comparable run is stored (design, section 3). In CI nothing is measured
    that was not asked for.
    """
    request, repo = workspace.request, workspace.repo
    if base is None or not isinstance(repo, Repository) or request.generator.of > 1:
        return None
    groups = {
        budget.name: (budget, *selection.observers.get(budget.name, ()))
        for budget in selection.budgets
    }
    if not request.against:
        if workspace.ci.here or request.baseline or not base.whole:
            return None
        stored = _stored(workspace)
        lacking = {
            name: group
            for name, group in groups.items()
            if any(_lacks(each, stored) for each in _promised(workspace, group, earlier))
        }
        names = _compared(workspace, lacking)
        return Against(repo, base.sha, base.sha[:12], names) if names else None
    names = _compared(workspace, groups)
    return Against(repo, base.sha, request.against, names) if names else None


def _compared(workspace: Workspace, groups: Mapping[str, tuple[Budget, ...]]) -> frozenset[str]:
    """The budgets of groups with a tolerance: the others are compared with nothing."""
    return frozenset(
        budget.name
        for group in groups.values()
        if any(o.tolerance is not None for each in group for o in _objectives(workspace, each))
        for budget in group
    )


def _objectives(workspace: Workspace, budget: Budget) -> tuple[Objective, ...]:
    return objectives_of(budget, workspace.spec.promises.objectives)


def _promised(
    workspace: Workspace, group: tuple[Budget, ...], earlier: Before
) -> tuple[Objective, ...]:
    """What is compared with something that the base promised too."""
    asked = tuple(
        o
        for each in group
        for o in _objectives(workspace, each)
        if o.tolerance is not None and not o.baseline  # a pin is compared with as it was stored
    )
    new = set(earlier.new(asked))
    return tuple(o for o in asked if o.id not in new)


def _stored(workspace: Workspace) -> frozenset[str]:
    """The objectives with a stored run that this machine may be compared with."""
    here = environment(workspace.ci.image).key
    return frozenset(
        measurement.objective
        for past in pasts(workspace.store, workspace.commit, before="9999")
        for measurement in past.run.measurements
        if measurement.kind is Kind.EXACT
        or environment_of(past.run, of_budget(measurement)).key == here
    )


def _lacks(objective: Objective, stored: frozenset[str]) -> bool:
    return not stored & {objective.id, objective.was}


_PATHS = ("PYTHONPATH", "NODE_PATH")
# Where we are, and what git sets around hooks: it would lead a build to head's repository.
_OF_HEAD = {"PWD", "OLDPWD", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"}


def environment_of_base(environ: Mapping[str, str], head: Path, base: Path) -> dict[str, str]:
    """The environment with the user's paths into head's tree turned into the base's.

    Where code is looked for, head's is left out; where programs are, what the base has goes first.
    """
    made = {name: value for name, value in environ.items() if name not in _OF_HEAD}
    for name in _PATHS:
        if made.get(name):
            parts = made[name].split(os.pathsep)
            made[name] = os.pathsep.join(_turned(part, head, base) or part for part in parts)
    programs = [
        each
        for part in made.get("PATH", "").split(os.pathsep)
        for each in (_turned(part, head, base), part)
        if each
    ]
    return {**made, "PATH": os.pathsep.join(programs)} if "PATH" in made else made


def _turned(part: str, head: Path, base: Path) -> str:
    """The same place in the base's tree, "" for what does not lie in head's."""
    for tree in {head, head.resolve()}:
        if part and Path(part).is_absolute() and Path(part).is_relative_to(tree):
            return str(base / Path(part).relative_to(tree))
    return ""
