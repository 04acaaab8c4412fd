"""Both kinds of folder keep the contract of a store."""

from __future__ import annotations

from pathlib import Path

from gate.testing.store_contract import StoreContract


class _Folder(StoreContract):
    def damage(self, place: Path, entry_id: str) -> None:
        file = place / entry_id / "run.json.gz"
        file.write_bytes(file.read_bytes()[:100])


class TestAFolder(_Folder):
    opener = "tests.stores.support:folder_at"


class TestASharedFolder(_Folder):
    opener = "tests.stores.support:shared_folder_at"


class TestAFolderWithoutItsHeads(StoreContract):
    opener = "tests.stores.support:folder_at"

    def damage(self, place: Path, entry_id: str) -> None:
        (place / entry_id / "head.json").unlink()


# The suite itself belongs to plugin authors; here only its subclasses run.
del StoreContract, _Folder
