"""The folder that others see keeps the contract of a store; tests/testing has the other one."""

from __future__ import annotations

from pathlib import Path

from gate.testing.store_contract import StoreContract


class TestASharedFolder(StoreContract):
    opener = "tests.stores.support:shared_folder_at"

    def damage(self, place: Path, entry_id: str) -> None:
        (place / entry_id / "head.json").unlink()


# The suite itself belongs to plugin authors; here only its subclass runs.
del StoreContract
