"""A change that is still proposed cannot loosen what it is judged by where the policy forbids it.

The policy that counts is the base's where it is the stricter one. What a trusted branch holds is
merged already: there its own budgets count.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gate.app.base_budgets import BaseBudgets, budgets_at
from gate.app.before import Before
from gate.app.select import base_commit
from gate.app.workspace import Workspace, load_spec
from gate.ci.commits import Base, merged, trusted
from gate.ci.git import Repository
from gate.core.loosening import Loosening
from gate.core.model import Policy
from gate.errors import GateError, UsageError
from gate.stores import open_store
from gate.stores.once import ReadOnce

_SHORT = 12
_SHOWN = 20


@contextlib.contextmanager
def judged_by(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace with the budgets that count: its own, or the base's where the policy says so.

    The base's files are there as long as the context is. Raises `UsageError` where they are asked
    for and cannot be had, or do not fit the tree.
    """
    base = base_commit(workspace)
    found = budgets_at(workspace, base.sha) if base is not None else None
    if not _asked(workspace, found):
        yield workspace
        return
    if base is None or found is None:
        raise UsageError(
            "the budgets of the base are asked for, and there is no base commit that has them",
            hint="fetch the whole history, or ask for the tree's own: `--budgets-from head`",
        )
    with tempfile.TemporaryDirectory(prefix="perfgate-base-") as place:
        yield _by_base(workspace, found, Path(place).resolve())


def _asked(workspace: Workspace, found: BaseBudgets | None) -> bool:
    """Whether the command line or a policy asks for the base's budgets, of a proposed change."""
    if workspace.request.budgets_from:
        return workspace.request.budgets_from == "base"
    here = workspace.own.promises.policy
    if found is None:
        return False
    there = found.policy("budgets_from") == "base"
    listed = found.policy("baseline", "branches")
    branches = tuple(map(str, listed)) if isinstance(listed, list) else Policy().branches
    return (there or here.budgets_from == "base") and not _is_in(workspace, branches)


def _is_in(workspace: Workspace, branches: tuple[str, ...]) -> bool:
    """Whether what is measured is no proposal: it is on a trusted branch, or in one."""
    repo, commit = workspace.repo, workspace.commit
    if trusted(commit.branch, branches):
        return True
    return isinstance(repo, Repository) and merged(repo, commit, branches, workspace.ci)


def _by_base(workspace: Workspace, found: BaseBudgets, place: Path) -> Workspace:
    folders, sha = found.lay(place), found.sha[:_SHORT]
    request = workspace.request
    try:
        spec = load_spec(request, workspace.root, folders, {}, measuring=False, shown_from=place)
    except GateError as error:
        raise UsageError(
            f"the budgets of the base {sha}, which count here, do not fit this tree: "
            f"{error.message}",
            hint="move files and loosen budgets in changes of their own, or let who may allow it "
            "say `--budgets-from head`",
        ) from error
    had = {objective.id for objective in spec.promises.objectives}
    new = [o.id for o in workspace.own.promises.objectives if o.id not in had and o.was not in had]
    judged = f"judged by the budgets of the base {sha}, not by those of this change"
    notes = [*workspace.notes, judged]
    if new:
        told = ", ".join(new[:_SHOWN])
        notes.append(f"promised by this change and judged once it is merged: {told}")
    own = workspace.own
    there = replace(workspace, spec=spec, proposed=own, shown_from=place, notes=tuple(notes))
    if spec.promises.policy.store == own.promises.policy.store:
        return there
    # The change names another store: what it would be compared with there is its own word.
    kept = open_store(request.store or spec.promises.policy.store, workspace.root)
    return replace(there, store=ReadOnce(kept))


def refuse_loosened(workspace: Workspace, base: Base | None, earlier: Before) -> tuple[str, ...]:
    """Refuse, before anything runs, a change that loosens a budget, where a policy says so.

    Raises `UsageError` (exit 2) with each promise, from what to what, and what to do. What cannot
    be compared is refused as well: a base that is not here, or whose budgets cannot be read. A
    sign-off shows what was loosened since the release before; there it was allowed long ago.
    Returns notes: that something was let through.
    """
    here, there = workspace.own.promises.policy, earlier.promises.policy
    refused = "refuse" in {here.loosening, there.loosening}
    if not refused or workspace.request.signoff or not isinstance(workspace.repo, Repository):
        return ()
    if _is_in(workspace, there.branches if earlier.known else here.branches):
        return ()
    if workspace.request.allow_loosening:
        return ("what the policy refuses to loosen was let through: --allow-loosening",)
    held = [each for each in earlier.loosened(workspace.own.promises) if each.held]
    if held:
        raise UsageError(_refusal(held, earlier.commit), hint=_remedy(held))
    if unclear := _unclear(base, earlier, shallow=workspace.repo.shallow):
        raise UsageError(
            f"the policy refuses what loosens a budget, and that cannot be told here: {unclear}",
            hint="fetch the whole history with the branch that this goes into (`fetch-depth: 0` in "
            "actions/checkout); who may allow it says `--allow-loosening`",
        )
    return ()


def _unclear(base: Base | None, earlier: Before, *, shallow: bool) -> str:
    if base is None:
        return "this is a shallow clone without the base commit" if shallow else ""
    if earlier.problem:
        return f"the budgets of {base.sha[:_SHORT]} cannot be read: {earlier.problem}"
    if not base.whole:
        return f"of this change only the last commit is known, since {base.sha[:_SHORT]}"
    return "" if earlier.known else "the budgets are not part of this repository"


def _refusal(held: list[Loosening], commit: str) -> str:
    count = "1 promise is" if len(held) == 1 else f"{len(held)} promises are"
    told = [each.sentence for each in held[:_SHOWN]]
    if len(held) > _SHOWN:
        told.append(f"{len(held) - _SHOWN} more")
    lines = "".join(f"\n  {each}" for each in told)
    return f"{count} loosened or deleted since {commit[:_SHORT]}, which the policy refuses:{lines}"


def _remedy(held: list[Loosening]) -> str:
    owners = sorted({each.owner for each in held} - {""})
    who = ", ".join(owners) or "who reviews the budgets"
    return (
        "take it back; write what is gone on purpose into retired.yml, or `was:` where it was "
        f"renamed; or let {who} allow it: `gate check --allow-loosening`"
    )
