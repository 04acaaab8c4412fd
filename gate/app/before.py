"""What was promised at the base commit: which objectives are new, which were loosened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.app.base_budgets import BaseBudgets, budgets_at, read
from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.core.loosening import Loosening
from gate.core.model import Objective, Place, Promises
from gate.errors import GateError, NothingToDoError
from gate.spec import Spec, loosened, narrowed

_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Before:
    """The promises at the base commit. `known` is False where there is no base to look at.

    `first` says that there were no budgets: nothing was promised that could have been loosened.
    `problem` says why the budgets there cannot be read. `elsewhere` is what was loosened under
    other profiles, and in which changes concern a budget; `policy` is where the policy is now.
    """

    known: bool
    promises: Promises
    commit: str = ""
    problem: str = ""
    elsewhere: tuple[Loosening, ...] = ()
    policy: Place = field(default_factory=Place)
    first: bool = False

    def new(self, objectives: tuple[Objective, ...]) -> tuple[str, ...]:
        """The objectives that the base did not have; none where there is no base."""
        if not self.known:
            return ()
        had = {o.id for o in self.promises.objectives}
        return tuple(o.id for o in objectives if o.id not in had and o.was not in had)

    def loosened(self, promises: Promises) -> tuple[Loosening, ...]:
        """What was deleted or loosened since the base, as data."""
        if not self.known or self.first:
            return ()
        return (*loosened(self.promises, promises, policy=self.policy), *self.elsewhere)

    @property
    def notes(self) -> tuple[str, ...]:
        """What people should know: where the base's budgets cannot be read, and why."""
        if not self.problem:
            return ()
        return (f"what was loosened since the base cannot be told: {self.problem}",)


_NOTHING = Before(known=False, promises=Promises(()))


def before(workspace: Workspace, base: Base | None) -> Before:
    """Read the budgets of the base commit; budgets that cannot be read there count as unknown."""
    found = budgets_at(workspace, base.sha) if base is not None else None
    if found is None:
        return _NOTHING
    request = workspace.request
    with tempfile.TemporaryDirectory(prefix="perfgate-base-") as place:
        root = Path(place).resolve()
        folders = found.lay(root)
        try:
            spec = read(folders, root, request.profile, request.environ, tree=False)
            elsewhere = _elsewhere(workspace, found, spec)
        except NothingToDoError:  # no budgets yet: all of them are new
            return Before(known=True, promises=Promises(()), commit=found.sha, first=True)
        except GateError as error:
            return replace(_NOTHING, problem=error.message)
        where = _policy_of(workspace)
        return Before(
            known=True,
            promises=spec.promises,
            commit=found.sha,
            elsewhere=elsewhere,
            policy=where,
        )


def _elsewhere(workspace: Workspace, found: BaseBudgets, base: Spec) -> tuple[Loosening, ...]:
    """What this run does not show: other profiles, and what is measured less often."""
    if found.as_here(workspace.root):
        return ()
    head, request = workspace.own, workspace.request
    place = _policy_of(workspace)
    said = {_key(each) for each in loosened(base.promises, head.promises, policy=place)}
    scope = list(narrowed(base, head))
    said |= {_key(each) for each in scope}
    for name in dict.fromkeys(("", *base.profiles, *head.profiles)):
        if name == request.profile:
            continue
        then = read(base.folders, base.root, name, request.environ, tree=False)
        now = read(workspace.folders, workspace.root, name, request.environ)
        for each in _all(then, now, place):
            if _key(each) not in said:
                said.add(_key(each))
                scope.append(replace(each, profile=name or _DEFAULT))
    return tuple(scope)


def _all(base: Spec, head: Spec, policy: Place) -> Iterator[Loosening]:
    yield from loosened(base.promises, head.promises, policy=policy)
    yield from narrowed(base, head)


def _key(each: Loosening) -> tuple[str, ...]:
    return (each.subject, each.how, each.what, each.old, each.new)


def _policy_of(workspace: Workspace) -> Place:
    """The file that the policy is in, nowhere where there is none."""
    root = workspace.root.resolve()
    for folder in workspace.folders:
        for file in (folder / "policy.yml", folder / "policy.yaml"):
            if file.is_file() and file.resolve().is_relative_to(root):
                return Place(file.resolve().relative_to(root).as_posix())
    return Place()
