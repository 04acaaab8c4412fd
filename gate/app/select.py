"""Which budgets a check measures: `--only`, the profile and the changed files decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gate.app.concerned import unconcerned
from gate.app.shards import own
from gate.app.trunk import base_branches
from gate.app.workspace import Workspace
from gate.ci.commits import Base, base_of, resolve
from gate.ci.git import Repository
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Skipped
from gate.errors import UsageError
from gate.spec import Budget


@dataclass(frozen=True, slots=True)
class Selection:
    """The budgets to measure, each with the budgets that observe it, and what was left out."""

    budgets: tuple[Budget, ...]
    observers: dict[str, tuple[Budget, ...]]
    skipped: tuple[Skipped, ...]

    @property
    def all(self) -> tuple[Budget, ...]:
        """The budgets to measure with those that observe them."""
        watching = [each for group in self.observers.values() for each in group]
        return (*self.budgets, *watching)


def base_commit(workspace: Workspace) -> Base | None:
    """The commit that this change starts from, None outside git and at the first commit.

    It is the one of `--against` where that is given; raises `UsageError` where git has it not.
    """
    revision = workspace.request.against
    if not isinstance(workspace.repo, Repository):
        if revision:
            raise UsageError(
                f"--against {revision}: this folder is in no git repository",
                hint="only a revision of a repository can be checked out beside the tree",
            )
        return None
    if revision:
        sha = resolve(workspace.repo, revision)
        if not sha:
            hint = "this is a shallow clone: fetch that commit, or the whole history"
            known = "`git log --oneline` shows the commits that are here"
            raise UsageError(
                f"--against {revision}: git knows no such commit here",
                hint=hint if workspace.repo.shallow else known,
            )
        return Base(sha, whole=True)
    own = workspace.spec.promises.policy.branches
    branches = base_branches(workspace.repo, workspace.ci, workspace.root, workspace.folders, own)
    return base_of(workspace.repo, workspace.commit, branches, workspace.ci)


def select(workspace: Workspace, base: Base | None) -> Selection:
    """Choose budgets; raises `UsageError` where `--only` or a path names none that there is."""
    spec = workspace.spec
    wanted = _wanted(workspace)
    aside = unconcerned(workspace, base)
    reasons: dict[str, Reason] = {}
    for budget in spec.budgets:
        if wanted is not None and budget.name not in wanted:
            by = "--only" if workspace.request.only else f"profile {workspace.request.profile}"
            reasons[budget.name] = because(Code.NOT_SELECTED, detail=by)
        elif budget.name in aside:
            reasons[budget.name] = because(Code.NOT_CONCERNED)
    for budget in spec.budgets:
        # An observer without its load would be missing, so the load comes with it.
        if budget.during and budget.name not in reasons:
            reasons.pop(budget.during, None)
    chosen = own(workspace, (b for b in spec.budgets if b.name not in reasons))
    observers: dict[str, tuple[Budget, ...]] = {}
    for budget in chosen:
        if budget.during:
            observers[budget.during] = (*observers.get(budget.during, ()), budget)
    return Selection(
        tuple(budget for budget in chosen if not budget.during),
        observers,
        tuple(
            Skipped(objective.id, reasons[objective.budget])
            for objective in spec.promises.objectives
            if objective.budget in reasons
        ),
    )


def _wanted(workspace: Workspace) -> set[str] | None:
    names = {budget.name for budget in workspace.spec.budgets}
    asked = workspace.request.only or workspace.spec.only
    if not asked:
        return None
    unknown = [name for name in asked if name not in names]
    if unknown:
        raise UsageError(
            f"--only {unknown[0]}: there is no such budget",
            hint=f"the budgets are: {', '.join(sorted(names))}",
        )
    return set(asked)


def objectives_of(budget: Budget, objectives: Iterable[Objective]) -> tuple[Objective, ...]:
    """The objectives of one budget."""
    return tuple(objective for objective in objectives if objective.budget == budget.name)
