"""A store above a shelf: all that is the same wherever the three files of an entry are kept.

A shelf keeps named groups of files whole or not at all and knows nothing about runs; what is a
damaged entry, another run of the same id or an accepted one is decided here, once.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Protocol

from gate.errors import StoreError
from gate.seams.store import Entry, EntryHead
from gate.stores.entry_files import (
    HEAD,
    OUTCOME,
    RUN,
    DamagedError,
    Head,
    pack,
    parse_entry,
    parse_head,
)
from gate.stores.naming import absent, another, checked, named


class Shelf(Protocol):
    """Keeps the files of entries by id. Every method raises `StoreError` with a hint."""

    @property
    def shared(self) -> bool:
        """As of the store."""

    @property
    def where(self) -> str:
        """As of the store; no secret is in it."""

    def heads(self) -> Mapping[str, bytes | None]:
        """The head of every entry by id, None where an entry has none."""

    def files(self, entry_id: str) -> Mapping[str, bytes]:
        """The files of an entry, those that are there; empty where there is no entry."""

    def add(self, entry: Entry, files: Mapping[str, bytes]) -> None:
        """Keep the files of an entry whole; where there is one of this id, it stays as it is."""

    def replace(self, entry_id: str, head: bytes, old: bytes) -> None:
        """Put another head in place of `old`; where it is not `old` any more, it stays."""

    def drop(self, entry_id: str) -> bool:
        """Forget an entry, a damaged one too; False where there is none."""


class PackedStore:
    """Entries as `head.json`, `run.json.gz` and `outcome.json.gz` on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @property
    def shared(self) -> bool:
        """Whether others see what is on the shelf."""
        return self.shelf.shared

    @property
    def where(self) -> str:
        """The shelf's name."""
        return self.shelf.where

    def put(self, entry: Entry) -> None:
        """Keep an entry whole or not at all; one that is there already is at most accepted.

        It is read back, so that a store that only says that it kept it is found out. Raises
        `StoreError` too where another run is stored under the same id.
        """
        entry_id = checked(entry.run.id)
        head, files = pack(entry)
        self.shelf.add(entry, files)
        found = self.shelf.files(entry_id)
        if not found:
            raise StoreError(
                f"{self.where} says that it keeps {entry_id}, but does not show it",
                hint="may we read what we write there? try it again",
            )
        kept = self._head(entry_id, found)
        if kept.run != head.run:
            raise another(entry_id, self.where)
        self._entry(entry_id, kept, found)
        if entry.accepted and not kept.entry.accepted:
            self.shelf.replace(entry_id, kept.accepted().encoded(), kept.encoded())
            if not self._head(entry_id, self.shelf.files(entry_id)).entry.accepted:
                raise StoreError(
                    f"{self.where} did not keep that {entry_id} is accepted", hint="try it again"
                )

    def heads(self) -> tuple[EntryHead, ...]:
        """All entries, newest first; what cannot be read is an error, never left out."""
        found = []
        for entry_id, data in self.shelf.heads().items():
            files = {} if data is None else {HEAD: data}
            found.append(self._head(entry_id, files).entry)
        return tuple(sorted(found, key=lambda head: (head.at, head.id), reverse=True))

    def get(self, entry_id: str) -> Entry:
        """Read one entry back; raises `StoreError` where it is absent or damaged."""
        files = self.shelf.files(checked(entry_id))
        if not files:
            raise absent(entry_id, self.where)
        return self._entry(entry_id, self._head(entry_id, files), files)

    def remove(self, entry_id: str) -> None:
        """Forget an entry, a damaged one too."""
        if not self.shelf.drop(checked(entry_id)):
            raise absent(entry_id, self.where)

    def _entry(self, entry_id: str, head: Head, files: Mapping[str, bytes]) -> Entry:
        with named(entry_id, self.where):
            for name in (RUN, OUTCOME):
                if name not in files:
                    raise DamagedError(f"{name} is gone")
            return parse_entry(head, io.BytesIO(files[RUN]), io.BytesIO(files[OUTCOME]))

    def _head(self, entry_id: str, files: Mapping[str, bytes]) -> Head:
        with named(entry_id, self.where):
            if HEAD not in files:
                raise DamagedError(f"{HEAD} is gone")
            return parse_head(files[HEAD], entry_id)
