"""From `folder:PATH` to a store; plugins come by the entry-point group `gate.stores`."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

from gate.errors import StoreError
from gate.seams.store import Store

DEFAULT = "folder:.gate/baselines"
_BUILT_IN = ("folder", "shared-folder")


def open_store(address: str, root: Path) -> Store:
    """Open the store at `KIND:PLACE`; raises `StoreError` naming the kinds that there are."""
    kind, _, place = (address or DEFAULT).partition(":")
    if kind in _BUILT_IN and place:
        from gate.stores.folder import FolderStore

        return FolderStore(root / place, shared=kind == "shared-folder")
    for entry in entry_points(group="gate.stores", name=kind):
        plugin: Store = entry.load()(place, root)
        return plugin
    known = sorted({*_BUILT_IN, *(e.name for e in entry_points(group="gate.stores"))})
    raise StoreError(
        f"unknown store {address!r} in baseline.store",
        hint=f"write KIND:PLACE with one of: {', '.join(known)}; for example {DEFAULT}",
    )
