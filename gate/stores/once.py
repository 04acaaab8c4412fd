"""A store whose entries are read once: a check looks at the same runs several times."""

from __future__ import annotations

from gate.core.trend import Point
from gate.seams.history import Archive, Entries
from gate.seams.store import Entry, EntryHead, Store


class ReadOnce:
    """Passes everything on to a store and remembers the entries that it has read."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, Entry] = {}
        self._archive = store if isinstance(store, Archive) else Entries(self)

    @property
    def shared(self) -> bool:
        """Whether others see what is stored."""
        return self._store.shared

    @property
    def where(self) -> str:
        """How the store is named in messages."""
        return self._store.where

    def put(self, entry: Entry) -> None:
        """Keep an entry; what was read of it before is forgotten."""
        self._store.put(entry)
        self._read.pop(entry.run.id, None)

    def heads(self) -> tuple[EntryHead, ...]:
        """All entries, newest first."""
        return self._store.heads()

    def get(self, entry_id: str) -> Entry:
        """Read an entry, from memory where it was read before."""
        if entry_id not in self._read:
            self._read[entry_id] = self._store.get(entry_id)
        return self._read[entry_id]

    def remove(self, entry_id: str) -> None:
        """Forget an entry."""
        self._store.remove(entry_id)
        self._read.pop(entry_id, None)

    def history(
        self, objective: str, branch: str = "", since: str = "", most: int = 0
    ) -> tuple[Point, ...]:
        """The values of one objective in valid runs, oldest first."""
        return self._archive.history(objective, branch, since, most)

    def objectives(self, branch: str = "", since: str = "") -> tuple[str, ...]:
        """The ids that have a history, in order."""
        return self._archive.objectives(branch, since)
