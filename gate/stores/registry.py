"""From `KIND:PLACE` to a store: the built-in kinds, then plugins of the entry points `gate.stores`.

A plugin is called with the place and the root of the tree, and never replaces a built-in kind.
"""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from gate.errors import StoreError
from gate.seams.store import Store

GROUP = "gate.stores"
DEFAULT = "folder:.gate/baselines"
_BUILT_IN = ("folder", "shared-folder")


def open_store(address: str, root: Path) -> Store:
    """Open the store at `KIND:PLACE`, "" for the default one; relative places are below the root.

    Raises `StoreError` naming the kinds that there are.
    """
    kind, _, place = (address or DEFAULT).partition(":")
    if kind in _BUILT_IN:
        if not place or "\0" in place:
            raise StoreError(f"the store {address!r} names no folder", hint=f"write {kind}:PATH")
        from gate.stores.folder import FolderStore

        return FolderStore(root / _home(place), shared=kind == "shared-folder")
    plugins = [plugin for plugin in entry_points(group=GROUP) if plugin.name == kind]
    if not plugins:
        raise StoreError(f"there is no store of the kind {kind!r} ({address})", hint=_known(kind))
    if len({plugin.value for plugin in plugins}) > 1:
        owners = ", ".join(sorted(map(_owner, plugins)))
        raise StoreError(f"store {kind!r} is offered twice: {owners}", hint="uninstall one of them")
    return _load(plugins[0], place, root)


def _home(place: str) -> Path:
    path = Path(place)
    try:
        return path.expanduser()
    except RuntimeError:
        raise StoreError(f"the store's folder {place} is in a home that is not known") from None


def _load(plugin: EntryPoint, place: str, root: Path) -> Store:
    try:
        opener = plugin.load()
    except (ImportError, AttributeError) as error:
        message = f"store {plugin.name!r} of {_owner(plugin)} cannot be loaded: {error}"
        raise StoreError(message, hint="upgrade or uninstall that package") from error
    return cast("Store", opener(place, root))


def _owner(plugin: EntryPoint) -> str:
    return plugin.dist.name if plugin.dist else plugin.value


def _known(kind: str) -> str:
    known = sorted({*_BUILT_IN, *(plugin.name for plugin in entry_points(group=GROUP))})
    near = difflib.get_close_matches(kind, known, n=1, cutoff=0.6)
    words = f"write KIND:PLACE with one of: {', '.join(known)}; for example {DEFAULT}"
    return f"did you mean {near[0]}? {words}" if near else words
