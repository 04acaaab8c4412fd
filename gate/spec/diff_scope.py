"""Budgets that a change has measured less often: fewer files concern them, or fewer profiles."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.loosening import How, Loosening
from gate.spec.values import Budget, Spec


def narrowed(base: Spec, head: Spec) -> Iterator[Loosening]:
    """Every budget of both that fewer checks measure; what is new or gone is told elsewhere."""
    known = {budget.name: budget for budget in base.budgets}
    for budget in head.budgets:
        before = known.get(budget.name)
        if before is None:
            continue
        if _fewer(before.paths, budget.paths):
            then = ", ".join(before.paths) or "everything"
            yield _said(before, budget, f"concerns only {', '.join(budget.paths)}, not {then}")
        measured = not base.only or budget.name in base.only
        if measured and head.only and budget.name not in head.only:
            yield _said(before, budget, "is not among those that are measured any more")


def _fewer(before: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether a path that concerned a budget may do so no more; no paths at all are every file."""
    return bool(after) and not (before and set(before) <= set(after))


def _said(before: Budget, after: Budget, what: str) -> Loosening:
    subject = f"the budget {after.name}"
    return Loosening(
        subject, How.SAID, what, place=after.place, was=before.place, owner=before.owner
    )
