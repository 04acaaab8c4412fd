"""The store contract passes a good store and catches those that lose or break entries."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.run import Run
from gate.errors import StoreError
from gate.seams.store import Entry, EntryHead, Store
from gate.stores.folder import FolderStore
from gate.testing.store_contract import StoreContract, open_store


class TestTheFolder(StoreContract):
    opener = "gate.stores.folder:FolderStore"

    def damage(self, place: Path, entry_id: str) -> None:
        file = place / entry_id / "run.json.gz"
        file.write_bytes(file.read_bytes()[:100])


class Forgetful(FolderStore):
    """Overwrites what is there, takes any id, and shows what it finds in any order."""

    def put(self, entry: Entry) -> None:
        if entry.run.id in {head.id for head in self.heads()}:
            self.remove(entry.run.id)
        super().put(entry)

    def heads(self) -> tuple[EntryHead, ...]:
        return tuple(sorted(super().heads(), key=lambda head: head.at))

    def get(self, entry_id: str) -> Entry:
        try:
            return super().get(entry_id)
        except StoreError:
            raise StoreError("no") from None


class _Contract(StoreContract):
    """Not named `Test…`: its tests are called one by one, on a store that is wrong."""

    opener = "gate.stores.folder:FolderStore"

    def damage(self, place: Path, entry_id: str) -> None:
        (place / entry_id / "run.json.gz").write_bytes(b"")


@pytest.fixture
def wrong(tmp_path: Path) -> Store:
    return Forgetful(tmp_path / "store")


def test_the_contract_catches_a_wrong_order(wrong: Store) -> None:
    with pytest.raises(AssertionError):
        _Contract().test_the_newest_is_first(wrong)


def test_the_contract_catches_that_an_acceptance_is_lost(wrong: Store) -> None:
    with pytest.raises(AssertionError):
        _Contract().test_an_entry_can_be_accepted_later(wrong)


def test_the_contract_catches_that_a_field_is_lost(tmp_path: Path) -> None:
    class Lossy(FolderStore):
        def get(self, entry_id: str) -> Entry:
            whole = super().get(entry_id)
            kept: Run = whole.run
            return Entry(kept, whole.outcome)

    with pytest.raises(AssertionError):
        _Contract().test_an_entry_comes_back_as_it_was(Lossy(tmp_path / "store"))


def test_a_store_is_opened_by_its_name(tmp_path: Path) -> None:
    assert isinstance(open_store("gate.stores.folder:FolderStore", tmp_path), FolderStore)
