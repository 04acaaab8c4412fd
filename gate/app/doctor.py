"""What this machine has of what the budgets need."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from gate.app.workspace import Request, open_workspace
from gate.ci.git import repository
from gate.errors import GateError, StoreError
from gate.seams.store import Store
from gate.spec import Budget
from gate.tools import Level, Line, doctor
from gate.tools.quiet import Watch
from gate.tools.token import ask_token

_NEEDS = {"k6": ("k6",), "lighthouse": ("node", "chrome", "lighthouse")}
_COUNTED = frozenset({"instructions"})
"""Metrics that need a tool of their own, whose line of the doctor has their name."""


def examine(start: Path) -> tuple[Line, ...]:
    """Every line of `gate doctor`; budgets that cannot be read are one of them.

    A token for GitHub in the environment is shown to GitHub's API, and to nobody else.
    """
    told = ask_token(os.environ)
    try:
        workspace = open_workspace(Request(start=start, environ=dict(os.environ)))
    except GateError as error:
        bad = Line(Level.BAD, "budgets", error.message.splitlines()[0], error.hint)
        return (*doctor(_root(start), told=told), bad)
    budgets = workspace.spec.budgets
    needs = {tool for budget in budgets for tool in _NEEDS.get(budget.runner.name, ())}
    needs |= {o.sli.metric for o in workspace.spec.promises.objectives} & _COUNTED
    found = f"{len(budgets)} budgets, {len(workspace.spec.promises.objectives)} objectives"
    extra = [Line(Level.OK, "budgets", found)]
    extra.append(_store(workspace.store))
    extra.append(_watched())
    for budget in budgets:
        extra.extend(_probed(budget, workspace.spec.secrets.redact))
    return doctor(workspace.root, extra=extra, needs=needs, told=told)


def _watched() -> Line:
    """What a check sees of others on this machine, and what it is not told."""
    untold = Watch().untold()
    found = "all that can disturb" if not untold else f"not told here: {', '.join(untold)}"
    return Line(Level.OK, "watched", f"{found}; `gate doctor --noise` measures what holds")


def _store(store: Store) -> Line:
    """Whether the store answers, and how much it holds."""
    try:
        count = len(store.heads())
        seen = "others see it" if store.shared else "only this machine sees it"
    except StoreError as error:
        return Line(Level.BAD, "store", error.message, error.hint)
    runs = "1 run" if count == 1 else f"{count} runs"
    return Line(Level.OK, "store", f"{store.where}: {runs}, {seen}")


def _root(start: Path) -> Path:
    try:
        return repository(start).root
    except GateError:  # told by the line about the budgets
        return start


def _probed(budget: Budget, redact: Callable[[str], str]) -> list[Line]:
    """What a runner itself can say about what it needs: a database's rights and settings."""
    probe = getattr(budget.runner, "probe", None)
    if probe is None:
        return []
    return [
        Line(Level(status), f"{budget.name}: {what}", redact(found), redact(remedy))
        for status, what, found, remedy in probe(budget.options)
    ]
