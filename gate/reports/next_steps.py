"""What a reader does next: remedies, and the commands that reproduce and explain."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from gate.core.model import Objective, Policy
from gate.core.verdict import Bound, Effect, Row, Status, Verdict
from gate.reports.sentences import short

# Nobody names more on a command line; a stranger's record could, once for each of its rows.
_MOST_FOLDERS = 8


def remedies(row: Row) -> tuple[str, ...]:
    """What to do, of every bound that did not pass."""
    found: list[str] = []
    for verdict in row.verdicts:
        if verdict.status in {Status.PASS, Status.SKIPPED}:
            continue
        found.append(verdict.reason.remedy)
        needs = verdict.comparison.needs if verdict.comparison else None
        if verdict.status is Status.UNDECIDED and needs:
            found.append(f"about {needs} repeats would decide it: raise `repeat:` or `time:`")
        if verdict.status is Status.FAIL and verdict.effect is Effect.BLOCKS:
            found.append(_if_wanted(verdict))
    return tuple(dict.fromkeys(remedy for remedy in found if remedy))


def _if_wanted(verdict: Verdict) -> str:
    if verdict.bound is Bound.TOLERANCE:
        return "if it is wanted, say so with `gate baseline accept`"
    return "if it has to wait, a waiver in budgets/waivers.yml opens the gate"


def folders_named(objectives: Iterable[Objective]) -> tuple[str, ...]:
    """The folders of budgets that `--budgets` named; none where the search finds the only one."""
    files = dict.fromkeys(each.place.file for each in objectives if each.place.file)
    folders = tuple(dict.fromkeys(PurePosixPath(file).parent for file in files))
    searched = len(folders) == 1 and folders[0].name == "budgets"
    return () if searched or len(folders) > _MOST_FOLDERS else tuple(map(str, folders))


def reproduce(row: Row, policy: Policy, base: str, folders: Sequence[str] = ()) -> str:
    """The command that measures this objective's budget again, against the same baseline.

    `folders` are those that `--budgets` has to name, as seen from the repository's root.
    A stored run is named by its commit; where the base was measured beside head, or nothing could
    be compared with, the base commit is measured here. A pin is in the budget.
    """
    held = (v for v in row.verdicts if v.bound is Bound.TOLERANCE)
    source = next((v.baseline for v in held if v.baseline), None)
    pinned = bool(row.objective.baseline) and source is not None and source.rung != "against"
    stored = source is not None and source.rung != "against"
    commit = source.commit if source is not None else base
    compared = _option("--baseline" if stored else "--against", short(commit)) if commit else ""
    options = (
        *(_option("--budgets", folder) for folder in folders),
        _option("--only", row.objective.budget),
        _option("--profile", policy.profile),
        compared if row.objective.tolerance and not pinned else "",
    )
    return " ".join(("gate check", *(option for option in options if option)))


def explain(objective_id: str) -> str:
    """The command that shows the arithmetic."""
    guard = "-- " if objective_id.startswith("-") else ""
    return f"gate explain {guard}{shlex.quote(objective_id)}"


def _option(name: str, value: str) -> str:
    if not value:
        return ""
    return f"{name}{'=' if value.startswith('-') else ' '}{shlex.quote(value)}"
