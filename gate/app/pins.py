"""Pins: stored runs that keep a name, for goals and comparisons with a release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gate.app.workspace import Workspace
from gate.ci.commits import resolve
from gate.ci.git import Repository
from gate.core.index import member_id
from gate.errors import UsageError
from gate.seams.store import PIN, Entry, EntryHead, Store
from gate.spec.fields import is_name


def pin(workspace: Workspace, name: str, reference: str, objectives: Sequence[str]) -> Entry:
    """Keep a copy of a stored run under a name; of all that it measured, or of these objectives.

    `reference` is a run's id or a revision, "" the revision of the pin's own name, or else HEAD.
    Raises `UsageError` where the name is taken or nothing of it is stored.
    """
    store = workspace.store
    if not is_name(name) or name.startswith(PIN):
        raise UsageError(
            f"{name[:100]!r} can be no pin", hint="letters, digits and _.- as in v1.4, without pin-"
        )
    if any(head.pin == name for head in store.heads()):
        raise UsageError(
            f"{name} is pinned already", hint=f"`gate baseline unpin {name}` lets it go first"
        )
    head = _meant(workspace, name, reference)
    copy = _copy(store.get(head.id), name, objectives)
    store.put(copy)
    return copy


def unpin(store: Store, name: str) -> None:
    """Let a pin go; the run itself stays where retention kept it. Raises `UsageError`."""
    names = {head.pin for head in store.heads() if head.pin}
    if name not in names:
        known = ", ".join(sorted(names)) or "none"
        raise UsageError(f"nothing is pinned as {name}", hint=f"pinned: {known}")
    store.remove(f"{PIN}{name}")


def _meant(workspace: Workspace, name: str, reference: str) -> EntryHead:
    """The newest run that can be compared with of what is meant."""
    store, repo = workspace.store, workspace.repo
    heads = [head for head in store.heads() if (head.valid or head.accepted) and not head.pin]
    for head in heads:
        if head.id == reference:
            return head
    sha = ""
    if isinstance(repo, Repository):
        given = (reference,) if reference else (name, "HEAD")
        sha = next(filter(None, (resolve(repo, each) for each in given)), "")
    found = next((head for head in heads if sha and head.commit == sha), None)
    if found is None:
        of = reference or (f"commit {sha[:12]}" if sha else "this folder, which is in no git")
        raise UsageError(
            f"no complete run of {of} is stored in {store.where}",
            hint="`gate baseline list` shows what is: name one with --from RUN",
        )
    return found


def _copy(entry: Entry, name: str, objectives: Sequence[str]) -> Entry:
    """The run under the pin's name, no attempt at anything any more."""
    rows, measurements = entry.outcome.rows, entry.run.measurements
    if objectives:
        known = {row.objective.id for row in rows if row.value is not None}
        for each in objectives:
            if each not in known:
                raise UsageError(
                    f"--objective {each}: run {entry.run.id} did not measure it",
                    hint=f"it measured {', '.join(sorted(known)) or 'nothing'}",
                )
        rows = tuple(row for row in rows if row.objective.id in objectives)
        measurements = tuple(m for m in measurements if member_id(m) in objectives)
    run_id = f"{PIN}{name}"
    run = replace(
        entry.run,
        id=run_id,
        measurements=measurements,
        trial="",
        earlier=(),
        base=None,
        confirmation=None,
    )
    return Entry(run, replace(entry.outcome, run_id=run_id, rows=rows))
