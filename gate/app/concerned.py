"""Which budgets a change concerns: `paths:` of a budget, its own files, and what all depend on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import cache
from pathlib import PurePosixPath

from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.ci.files import changed_files, known_files
from gate.ci.git import Repository
from gate.errors import UsageError
from gate.spec import Budget
from gate.spec.files import RESERVED

_SCRIPTS = ("script", "scripts")


def unconcerned(workspace: Workspace, base: Base | None) -> frozenset[str]:
    """The names of the budgets that this change does not concern.

    None where the change is not known as a whole. Raises `UsageError` for a path of such a budget
    that no file has: its budget would be skipped for ever.
    """
    changed = _changed(workspace, base)
    if changed is None or _shared(workspace, changed):
        return frozenset()
    left_out = tuple(b for b in workspace.spec.budgets if not _concerned(b, changed))
    if isinstance(workspace.repo, Repository) and left_out:
        _refuse_stray(left_out, (*known_files(workspace.repo), *changed))
    return frozenset(budget.name for budget in left_out)


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
    patterns = (*budget.paths, budget.place.file, *_scripts(budget))
    return any(_matches(name, pattern) for name in changed for pattern in patterns)


def _scripts(budget: Budget) -> tuple[str, ...]:
    """The scripts that the budget names; what they import is for `paths:` to say."""
    found: list[str] = []
    for key in _SCRIPTS:
        value = getattr(budget.options, key, ())
        texts: Sequence[object] = (value,) if isinstance(value, str) else tuple(value or ())
        found.extend(_literal(text) for text in texts if isinstance(text, str) and text)
    return tuple(found)


def _literal(name: str) -> str:
    """A file's name as a pattern that only it has."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _refuse_stray(budgets: tuple[Budget, ...], files: tuple[str, ...]) -> None:
    for budget in budgets:
        for pattern in budget.paths:
            if not _any(files, pattern):
                raise UsageError(
                    f"{budget.place.file}: `paths: {pattern}` is no file of this repository, so no "
                    f"change would concern the budget {budget.name}",
                    hint="paths are relative to the repository root; files that git ignores never "
                    "change",
                )


def _any(files: Iterable[str], pattern: str) -> bool:
    return any(_matches(name, pattern) for name in files)


def _matches(name: str, pattern: str) -> bool:
    """A glob, or a folder for all that is in it; `*` and `**` go through folders, as in fnmatch."""
    return _compiled(pattern).match(name) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = pattern.removeprefix("./").strip("/")
    if pattern in {"", "."}:
        return re.compile("")
    forms = {pattern.replace("**", "*"), pattern.replace("**/", "").replace("**", "*")}
    return re.compile("|".join(translate(each) for form in forms for each in (form, f"{form}/*")))
