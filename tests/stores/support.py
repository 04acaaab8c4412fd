"""How the suite opens a shared folder, also in other processes."""

from __future__ import annotations

from pathlib import Path

from gate.seams.store import Store
from gate.stores import open_store


def shared_folder_at(place: Path) -> Store:
    """The store that others see."""
    return open_store(f"shared-folder:{place}", Path("/"))
