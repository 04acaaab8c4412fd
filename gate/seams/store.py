"""The store seam: where runs and their outcomes are kept so that later runs can compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gate.core.run import Run
from gate.core.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored run with what was decided; `accepted` by hand (`gate baseline accept`)."""

    run: Run
    outcome: Outcome
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class EntryHead:
    """What a store can tell about an entry without reading it whole.

    `valid` is a run that may be compared with without anybody naming it.
    """

    id: str
    commit: str
    branch: str
    at: str
    environment: str
    valid: bool
    accepted: bool = False

    @property
    def pin(self) -> str:
        """The name that it was pinned under, "" for a run of the history."""
        return self.id.removeprefix(PIN) if self.id.startswith(PIN) else ""


PIN = "pin-"
"""How the id of a pinned run begins: a copy of it under a name, in no history and never pruned."""


class Store(Protocol):
    """Keeps entries. Raises `StoreError` with a hint; never returns half an entry."""

    @property
    def shared(self) -> bool:
        """Whether others (CI, colleagues) see what is stored here."""

    @property
    def where(self) -> str:
        """How the store is named in messages."""

    def put(self, entry: Entry) -> None:
        """Keep an entry whole or not at all; the same id twice is one entry."""

    def heads(self) -> tuple[EntryHead, ...]:
        """All entries, newest first."""

    def get(self, entry_id: str) -> Entry:
        """Read one entry back; raises `StoreError` where it is absent or damaged."""

    def remove(self, entry_id: str) -> None:
        """Forget an entry."""
