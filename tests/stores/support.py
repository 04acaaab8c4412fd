"""How the suites open the two kinds of folder, also in other processes."""

from __future__ import annotations

from pathlib import Path

from gate.seams.store import Store
from gate.stores import open_store


def folder_at(place: Path) -> Store:
    """The store that only this machine sees."""
    return open_store(f"folder:{place}", Path("/"))


def shared_folder_at(place: Path) -> Store:
    """The store that others see."""
    return open_store(f"shared-folder:{place}", Path("/"))
