"""Earlier attempts at the same trial: read from this tree's shelf and from the store, and kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import replace

from gate.app.workspace import Workspace
from gate.core.attempts import attempt_of
from gate.core.model import Origin
from gate.core.run import Attempt, EarlierFail, Run
from gate.core.shards import budgets_here, generator_of
from gate.core.verdict import Outcome, Status
from gate.errors import StoreError
from gate.seams.store import Entry, EntryHead, Store
from gate.services.digest import UnknownContentError, tree_digest
from gate.stores.folder import FolderStore

SHELF = "attempts"
_MOST = 100


def tree_of(workspace: Workspace) -> str:
    """What names the content of head's tree, changes that are not committed too; "" if unknown."""
    commit = workspace.commit
    if not commit.dirty or not commit.sha:
        return commit.tree
    own = () if workspace.request.out.is_absolute() else (workspace.request.out.as_posix(),)
    try:
        return tree_digest(workspace.root, workspace.request.environ, ignore=own)
    except UnknownContentError:
        return ""


def as_attempt(workspace: Workspace, run: Run, tree: str) -> Run:
    """The run with its trial and every earlier attempt at it that can be read.

    One that cannot be read is counted: CI says which attempt this is, a damaged shelf that there
    was one.
    """
    run = replace(run, trial=_trial(workspace, run, tree))
    lost = 0
    found: list[Entry] = []
    if run.trial:
        try:
            shelf = FolderStore(workspace.out / SHELF / run.trial)
            found = _read(shelf, run, shelf.heads())
        except StoreError:
            lost = 1
        same = (head for head in workspace.store.heads() if head.commit == run.commit.sha)
        found = [*_read(workspace.store, run, same), *found]
    earlier = tuple(sorted(_attempts(found), key=lambda each: (each.started, each.run_id)))
    run = replace(run, earlier=earlier)
    told = workspace.ci.attempt - attempt_of(run)
    return replace(run, unread=max(0, told, lost))


def remember(workspace: Workspace, run: Run, outcome: Outcome) -> None:
    """Put a judged run on its trial's shelf; the oldest shelves go. Raises `StoreError`."""
    if not run.trial:
        return
    shelves = workspace.out / SHELF
    FolderStore(shelves / run.trial).put(Entry(replace(run, earlier=()), outcome))
    by_age = sorted(shelves.iterdir(), key=lambda shelf: shelf.stat().st_mtime, reverse=True)
    for old in by_age[_MOST:]:
        shutil.rmtree(old, ignore_errors=True)


def _trial(workspace: Workspace, run: Run, tree: str) -> str:
    """A name for head's tree, what it is compared with, by what promises, and where."""
    if not tree:
        return ""
    promises = run.promises
    # Whether the script's own thresholds are known depends on how far the tool came.
    asked = tuple(o for o in promises.objectives if o.origin is not Origin.SCRIPT)
    rates = (promises.policy.alarm_rate, promises.policy.miss_rate, promises.weights)
    systems = _systems(workspace)
    load = run.shards.generators if run.shards is not None else 1
    shared = (load,) if load > 1 else ()
    text = repr((tree, _base(workspace, run), asked, rates, run.environment.key, systems, *shared))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _systems(workspace: Workspace) -> tuple[object, ...]:
    """How the systems under test are started: a switch in their environment is another trial."""
    hide = workspace.spec.secrets.redact
    return tuple(
        (
            service.name,
            tuple(map(hide, service.command)),
            tuple((name, hide(value)) for name, value in service.env),
        )
        for service in workspace.spec.services
    )


def _base(workspace: Workspace, run: Run) -> tuple[str, ...]:
    """What head is compared with; who accepts a run of this very commit makes that the base."""
    if run.base is not None:
        return "beside", run.base.commit
    heads = workspace.store.heads()
    wanted = sorted(h.id for h in heads if h.accepted and h.commit == run.commit.sha)
    return "stored", workspace.request.baseline or run.commit.base, *wanted


def _read(store: Store, run: Run, heads: Iterable[EntryHead]) -> list[Entry]:
    """The stored runs that are attempts at the same trial."""
    found = []
    for head in heads:
        here = head.environment == run.environment.key
        if not here or head.id == run.id or head.at >= run.started:
            continue
        entry = store.get(head.id)
        if entry.run.trial == run.trial and generator_of(entry.run) in {0, generator_of(run)}:
            found.append(entry)
    return found


def _attempts(entries: Iterable[Entry]) -> Iterable[Attempt]:
    """These runs as attempts, with those of which they tell; a part of another one is none."""
    entries = tuple(entries)
    found: dict[str, Attempt] = {}
    for entry in entries:
        found |= {each.run_id: each for each in entry.run.earlier}
    for entry in entries:
        found[entry.run.id] = _attempt(entry.run, entry.outcome)
    parts = {
        part.run_id
        for entry in entries
        for part in (entry.run.shards.parts if entry.run.shards is not None else ())
        if part.run_id != entry.run.id
    }
    return [attempt for run_id, attempt in found.items() if run_id not in parts]


def _attempt(run: Run, outcome: Outcome) -> Attempt:
    failed = (
        EarlierFail(row.objective.id, verdict.bound.value, verdict.reason)
        for row in outcome.rows
        for verdict in row.verdicts
        if verdict.status is Status.FAIL
    )
    whole = not generator_of(run)  # what one of several generators saw is no unit of the load
    return Attempt(
        run.id,
        run.started,
        budgets_here(run),
        run.measurements if whole else (),
        run.base,
        tuple(failed),
        run.confirmation,
    )
