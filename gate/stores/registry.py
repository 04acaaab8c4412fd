"""From `KIND:PLACE` to a store: the built-in kinds, then plugins of the entry points `gate.stores`.

A store is opened by calling it with the place and the root of the tree.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from gate.errors import StoreError
from gate.seams.plugins import Registry
from gate.seams.store import Store
from gate.stores.closed import ClosedStore
from gate.stores.secrets import UnsetError, filled, without_secrets

DEFAULT = "folder:.gate/baselines"
STORES = Registry(
    "store",
    "gate.stores",
    {
        "folder": "gate.stores.folder:open_own",
        "shared-folder": "gate.stores.folder:open_shared",
        "git": "gate.stores.git_branch:open_branch",
        "github": "gate.stores.artifacts:open_artifacts",
        "sqlite": "gate.stores.extras:open_sqlite",
        "postgresql": "gate.stores.extras:open_postgresql",
        "s3": "gate.stores.extras:open_s3",
        "gs": "gate.stores.extras:open_gs",
        "az": "gate.stores.extras:open_az",
    },
    StoreError,
)


def open_store(address: str, root: Path) -> Store:
    """Open the store at `KIND:PLACE`, "" for the default one; relative places are below the root.

    Raises `StoreError` naming the kinds that there are. Where a variable in the address is not
    set, the store says so when it is first asked.
    """
    try:
        kind, _, place = filled(address or DEFAULT).partition(":")
    except UnsetError as error:
        return ClosedStore(address, error)
    opener = STORES.find(kind)
    if opener is None:
        known = f"write KIND:PLACE with one of: {', '.join(STORES.names())}; for example {DEFAULT}"
        # What was filled in may be a secret that nobody meant to begin an address with.
        shown = repr(kind) if address.startswith(kind) else "that a variable names"
        message = f"there is no store of the kind {shown} ({without_secrets(address)})"
        raise StoreError(message, hint=STORES.near(kind, known))
    return cast("Callable[[str, Path], Store]", opener)(place, root)
