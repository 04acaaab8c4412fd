"""Which budgets a check measures: `--only`, the profile and the changed files decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from gate.app.shards import own
from gate.app.workspace import Workspace
from gate.ci.commits import Base, base_of, resolve
from gate.ci.files import changed_files
from gate.ci.git import Repository
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Skipped
from gate.errors import UsageError
from gate.spec import Budget
from gate.spec.files import RESERVED


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
    branches = workspace.spec.promises.policy.branches
    return base_of(workspace.repo, workspace.commit, branches, workspace.ci)


def select(workspace: Workspace, base: Base | None) -> Selection:
    """Choose budgets; raises `UsageError` where `--only` names none that there is."""
    spec = workspace.spec
    wanted = _wanted(workspace)
    changed = _changed(workspace, base)
    everything = changed is not None and _shared(workspace, changed)
    reasons: dict[str, Reason] = {}
    for budget in spec.budgets:
        if wanted is not None and budget.name not in wanted:
            by = "--only" if workspace.request.only else f"profile {workspace.request.profile}"
            reasons[budget.name] = because(Code.NOT_SELECTED, detail=by)
        elif changed is not None and not everything and not _concerned(budget, changed):
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


def _changed(workspace: Workspace, base: Base | None) -> tuple[str, ...] | None:
    """The files that the change touches, None where that cannot be told as a whole."""
    if workspace.request.only or workspace.request.signoff:
        return None  # who names a budget wants it measured; a release is all of them
    if base is None or not base.whole or not isinstance(workspace.repo, Repository):
        return None
    return changed_files(workspace.repo, base.sha)


def _shared(workspace: Workspace, changed: tuple[str, ...]) -> bool:
    """Whether a file changed that all budgets depend on: services, policy, waivers."""
    root = workspace.root.resolve()
    folders = {
        folder.resolve().relative_to(root).as_posix()
        for folder in workspace.folders
        if folder.resolve().is_relative_to(root)
    }
    return any(
        (path := PurePosixPath(name)).stem in RESERVED and str(path.parent) in folders
        for name in changed
    )


def _concerned(budget: Budget, changed: tuple[str, ...]) -> bool:
    if not budget.paths:
        return True
    patterns = (*budget.paths, budget.place.file)
    return any(_matches(name, pattern) for name in changed for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    """A glob, or a folder for all that is in it; `*` and `**` go through folders, as in fnmatch."""
    pattern = pattern.removeprefix("./").strip("/")
    forms = {pattern.replace("**", "*"), pattern.replace("**/", "").replace("**", "*")}
    return pattern in {"", "."} or any(
        fnmatchcase(name, form) or fnmatchcase(name, f"{form}/*") for form in forms
    )


def objectives_of(budget: Budget, objectives: Iterable[Objective]) -> tuple[Objective, ...]:
    """The objectives of one budget."""
    return tuple(objective for objective in objectives if objective.budget == budget.name)
