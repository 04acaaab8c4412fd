"""What this machine has of what the budgets need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gate.app.systems import child_environment
from gate.app.workspace import Request, Workspace, open_workspace
from gate.ci.git import repository
from gate.core.counted import counted
from gate.errors import GateError, StoreError
from gate.seams.runner import Probing
from gate.seams.store import Store
from gate.spec import Budget, Spec
from gate.tools import Level, Line, doctor
from gate.tools.locate import could_be_made
from gate.tools.quiet import Watch
from gate.tools.token import ask_token

_NEEDS = {"k6": ("k6",), "lighthouse": ("node", "chrome", "lighthouse")}
_NAMED = {"k6": "k6", "lighthouse": "chrome"}
"""Which key of a runner's budgets says where its tool is; the tool has the same name."""
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
    needs = _needed(workspace.spec)
    objectives = counted(len(workspace.spec.promises.objectives), "objective")
    found = f"{counted(len(budgets), 'budget')}, {objectives}"
    extra = [Line(Level.OK, "budgets", found)]
    extra.append(_store(workspace.store))
    extra.append(_watched())
    makers = _makers(workspace.spec)
    now, later = _named(workspace.spec, built=bool(makers))
    extra.extend(_later(Line(Level.BAD, *line), makers) for line in later)
    environ = child_environment(os.environ)
    for budget in budgets:
        extra.extend(_probed(budget, workspace, environ, makers))
    return doctor(workspace.root, extra=extra, explicit=now, needs=needs, told=told)


def _needed(spec: Spec) -> set[str]:
    """The tools that the budgets need, by the names of their lines."""
    needs = {tool for budget in spec.budgets for tool in _NEEDS.get(budget.runner.name, ())}
    needs |= {"lhci" for budget in spec.budgets if getattr(budget.options, "collect", "") == "lhci"}
    return needs | {o.sli.metric for o in spec.promises.objectives} & _COUNTED


def _named(spec: Spec, *, built: bool) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    """Where budgets say that a tool is, as their runners take it; and what is to be built first."""
    now: dict[str, list[str]] = {}
    later = []
    for budget in spec.budgets:
        tool = _NAMED.get(budget.runner.name)
        if tool is None:
            continue
        written = getattr(budget.options, tool) or ""
        in_tree = tool == "k6" and "/" in written
        place = str(spec.root.absolute() / written) if in_tree else written
        places = now.setdefault(tool, [])
        if built and in_tree and could_be_made(written, spec.root) and not Path(place).exists():
            later.append((tool, f"{written}: not there", f"correct `{tool}:`"))
        elif place not in places:
            places.append(place)
    return now, later


def _makers(spec: Spec) -> str:
    """The services of the budgets that build something, in words."""
    used = {budget.service for budget in spec.budgets}
    names = [service.name for service in spec.services if service.prepare and service.name in used]
    return ", ".join(names)


def _later(line: Line, makers: str) -> Line:
    """What is absent is no failure yet where a check builds before it looks."""
    if not makers:
        return line
    found = f"{line.found}; `prepare:` of {makers} may still make it"
    return replace(line, status=Level.WARN, found=found)


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


def _probed(
    budget: Budget, workspace: Workspace, environ: Mapping[str, str], makers: str
) -> Iterator[Line]:
    """What a runner itself can say about what it needs: a program, a database's rights."""
    redact, runner = workspace.spec.secrets.redact, budget.runner
    if not isinstance(runner, Probing):
        return
    for status, what, found, remedy in runner.probe(budget.options, workspace.root, environ):
        absent = status == "absent"
        level = Level.BAD if absent else Level(status)
        line = Line(level, f"{budget.name}: {what}", redact(found), redact(remedy))
        yield _later(line, makers) if absent else line
