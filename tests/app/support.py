"""What the pipeline works on, in memory: a workspace of plain files and a store of plain values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gate.app.workspace import Request, Workspace
from gate.ci.detect import Ci
from gate.ci.git import NoRepository, Repository
from gate.core.run import Commit
from gate.errors import StoreError
from gate.seams.store import Entry, EntryHead, Store
from gate.spec import Spec
from gate.stores.entry_files import head_of
from gate.testing import samples


class MemoryStore:
    """A store that keeps its entries as they are, and counts what is read."""

    shared = True
    where = "memory"

    def __init__(self, *entries: Entry) -> None:
        self.entries = {entry.run.id: entry for entry in entries}
        self.read: list[str] = []

    def put(self, entry: Entry) -> None:
        """Keep it."""
        self.entries[entry.run.id] = entry

    def heads(self) -> tuple[EntryHead, ...]:
        """Newest first."""
        found = [head_of(entry) for entry in self.entries.values()]
        return tuple(sorted(found, key=lambda head: (head.at, head.id), reverse=True))

    def get(self, entry_id: str) -> Entry:
        """Read one."""
        self.read.append(entry_id)
        if entry_id not in self.entries:
            raise StoreError(f"memory holds no run {entry_id}")
        return self.entries[entry_id]

    def remove(self, entry_id: str) -> None:
        """Forget one."""
        del self.entries[entry_id]


def stored(
    run_id: str,
    commit: Commit,
    *,
    started: str = samples.STARTED,
    accepted: bool = False,
) -> Entry:
    """A complete run of this commit."""
    entry = samples.entry(run_id, started=started, accepted=accepted)
    return replace(entry, run=replace(entry.run, commit=commit))


def workspace(
    root: Path,
    spec: Spec,
    *,
    repo: Repository | NoRepository | None = None,
    commit: Commit | None = None,
    only: tuple[str, ...] = (),
    profile: str = "",
    store: Store | None = None,
    ci: Ci | None = None,
) -> Workspace:
    """A workspace of budgets that were read from `root`."""
    request = Request(start=root, environ={}, only=only, profile=profile)
    return Workspace(
        request=request,
        root=root,
        repo=repo or NoRepository(root),
        ci=ci or Ci(),
        commit=commit or Commit(),
        folders=spec.folders,
        spec=spec,
        store=store or MemoryStore(),
    )
