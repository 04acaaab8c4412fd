"""`gate history`: which objective is meant, its stored runs, and who moved it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from gate.app.workspace import Workspace
from gate.ci.authors import Commits, commits_between
from gate.ci.commits import trusted
from gate.core.index import rows_by_id
from gate.core.metric import Kind
from gate.core.model import Objective
from gate.core.naming import meant
from gate.core.run import Environment
from gate.core.trend import Change, Trace, trace
from gate.core.units import Dimension, UnitError, expect
from gate.errors import UsageError
from gate.reports.history import History, Mover
from gate.seams.history import Archive, archive_of
from gate.spec.problems import shown

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TOLD = 12
"""So many environments of a history are told in words."""


@dataclass(slots=True)
class Trends:
    """The histories of a workspace's store on one branch, "" for all, since a time."""

    workspace: Workspace
    branch: str
    since: str
    _archive: Archive = field(init=False)
    _between: dict[tuple[str, str], Mover] = field(default_factory=dict)
    _names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Ask the store itself where it can tell a history."""
        self._archive = archive_of(self.workspace.store)

    @property
    def names(self) -> tuple[str, ...]:
        """The objectives that have a history."""
        if self._names is None:
            self._names = self._archive.objectives(self.branch, self.since)
        return self._names

    def find(self, text: str) -> tuple[str, ...]:
        """The ids that an SLI or an objective names; raises `UsageError` with the nearest."""
        found = meant(text, self.names)
        if found:
            return found
        where = f"{self.workspace.store.where}{f' on {self.branch}' if self.branch else ''}"
        if not self.names:
            raise UsageError(
                f"{where} holds no run yet", hint="`gate check` on a trusted branch stores one"
            )
        near = difflib.get_close_matches(text, self.names, n=3, cutoff=0.3) or self.names[:5]
        raise UsageError(
            f"no history of {shown(text)} in {where}", hint=f"it has: {', '.join(near)}"
        )

    def of(self, name: str) -> History:
        """The history of one objective."""
        points = self._archive.history(name, self.branch, self.since)
        objective = self._objective(name, points[-1].entry) if points else None
        exact = objective is not None and objective.kind is Kind.EXACT
        told = trace(points, exact=exact)
        movers = tuple(self._mover(change) for change in told.changes)
        return History(name, self.branch, told, objective, movers, self._environments(told))

    def _objective(self, name: str, newest: str) -> Objective | None:
        """The promise as the budgets have it, else as the newest run that measured it had it."""
        for objective in self.workspace.spec.promises.objectives:
            if objective.id == name:
                return objective
        rows = rows_by_id(self.workspace.store.get(newest).outcome.rows).get(name, ())
        return rows[0].objective if rows else None

    def _mover(self, change: Change) -> Mover:
        ends = change.before.commit, change.at.commit
        if ends not in self._between:
            same = bool(ends[0]) and ends[0] == ends[1]
            found = None if same else commits_between(self.workspace.repo, *ends)
            self._between[ends] = _told(ends, found, same=same)
        return self._between[ends]

    def _environments(self, told: Trace) -> tuple[tuple[str, str], ...]:
        """What the newest environments are, told by a run of each."""
        runs = {band.environment: told.points[band.first].entry for band in told.bands}
        found = []
        for key, entry in list(runs.items())[-_TOLD:]:
            found.append((key, _words(self.workspace.store.get(entry).run.environment)))
        return tuple(found)


def open_trends(workspace: Workspace, branch: str, since: str, now: datetime) -> Trends:
    """The histories on a branch, by default the trusted one that was measured last.

    `since` is a day or how long ago; raises `UsageError` for another text.
    """
    patterns = workspace.spec.promises.policy.branches
    if not branch:
        heads = (head.branch for head in workspace.store.heads() if head.valid)
        branch = next((name for name in heads if trusted(name, patterns)), "")
    return Trends(workspace, branch, _since(since, now))


def _since(text: str, now: datetime) -> str:
    if not text:
        return text
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        begin = now - timedelta(seconds=expect(text, Dimension.TIME))
        return begin.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00")
    except (UnitError, OverflowError, ValueError):
        raise UsageError(
            f"--since {shown(text)}: expected a day or how long ago",
            hint="as in 2026-10-01 or 90d",
        ) from None


def _told(ends: tuple[str, str], found: Commits | None, *, same: bool) -> Mover:
    if found is None:
        return Mover(*ends, same=same)
    commits = tuple((each.sha, each.author, each.subject) for each in found.told)
    return Mover(*ends, found.count, found.authors, commits)


def _words(environment: Environment) -> str:
    known = dict(environment.facts)
    return ", ".join(known[name] for name in environment.compared if known.get(name))
