"""Comparing two records or two revisions, whatever was promised then: head's promises ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from gate.app.history import named
from gate.app.workspace import Request, Workspace, open_workspace
from gate.core.judge import about_changes, judge
from gate.core.past import Past
from gate.core.run import Run
from gate.core.verdict import Outcome
from gate.errors import UsageError
from gate.record import decode_run, read_bounded


@dataclass(frozen=True, slots=True)
class Compared:
    """The second run judged against the first; `gone` is what only the first one promised."""

    base: Run
    head: Run
    outcome: Outcome
    gone: tuple[str, ...]


def compare(first: str, second: str, *, store: str, environ: Mapping[str, str]) -> Compared:
    """The second run against the first; each is a record's path, a stored run's id or a revision.

    Of a revision with several stored runs the base is all of them, head the newest. Raises
    `UsageError` where one cannot be found, and where both are the same run.
    """
    place = _Place(store, environ)
    base, heads = place.runs(first), place.runs(second)
    head = heads[0]
    base = tuple(run for run in base if run.id != head.id)
    if not base:
        raise UsageError(
            f"{first} and {second} are the same run ({head.id})",
            hint="name two records, or two revisions that were measured",
        )
    seen = replace(
        head,
        promises=about_changes(head.promises),
        base=None,
        confirmation=None,
        earlier=(),
        unread=0,
        looks=(),
    )
    pasts = tuple(_past(run, head) for run in base)
    promised = {objective.id for objective in head.promises.objectives}
    return Compared(
        base=base[0],
        head=head,
        outcome=judge(seen, pasts, head.started),
        gone=tuple(o.id for o in base[0].promises.objectives if o.id not in promised),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where runs are looked up; the work tree is opened only where a name is no file."""

    store: str
    environ: Mapping[str, str]

    def runs(self, name: str) -> tuple[Run, ...]:
        path = Path(name)
        record = path / "run.json" if path.is_dir() else path
        if record.is_file():
            return (decode_run(read_bounded(record), str(record)),)
        if path.suffix == ".json":
            raise UsageError(f"{name} is not there", hint="`gate measure` writes .gate/run.json")
        return self._stored(self._workspace(), name)

    def _workspace(self) -> Workspace:
        return open_workspace(Request(Path.cwd(), self.environ, store=self.store))

    def _stored(self, workspace: Workspace, name: str) -> tuple[Run, ...]:
        try:
            found = named(workspace.store, workspace.repo, workspace.commit, name)
        except UsageError as error:
            raise UsageError(
                f"{name} is no file, and no stored run has this id or commit in "
                f"{workspace.store.where}",
                hint=f"measure both in turn: `gate check --against {name}`; "
                "`gate baseline list` shows what is stored",
            ) from error
        runs = (past.run for past in found)
        return tuple(sorted(runs, key=lambda run: run.started, reverse=True))


def _past(run: Run, head: Run) -> Past:
    """A run that was named is compared with, whatever its own verdicts were."""
    order = {sha: at for at, sha in enumerate((head.commit.sha, *head.commit.ancestors))}
    distance = order.get(run.commit.sha, len(order))
    return Past(run, judge(run, (), run.started), distance, "explicit", accepted=True)
