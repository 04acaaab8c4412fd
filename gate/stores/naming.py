"""The ids of stored runs, and the errors that name one: the same words in every store."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from gate.errors import StoreError
from gate.stores.entry_files import DamagedError, OtherVersionError

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


def checked(entry_id: str) -> str:
    """The id; raises `StoreError` where it can be none, such as a path."""
    if not ID.fullmatch(entry_id):
        raise StoreError(f"{entry_id[:100]!r} is no id of a stored run")
    return entry_id


def absent(entry_id: str, where: str) -> StoreError:
    """That a store holds no such run."""
    return StoreError(
        f"{where} holds no run {entry_id}", hint="`gate baseline list` shows what it holds"
    )


def another(entry_id: str, where: str) -> StoreError:
    """That a store holds a run of this id which is not the one that is to be kept."""
    return StoreError(
        f"{where} holds another run with the id {entry_id}",
        hint="was run.json changed by hand? measure again",
    )


@contextlib.contextmanager
def named(entry_id: str, where: str) -> Iterator[None]:
    """What is wrong with an entry becomes a `StoreError` that names it."""
    try:
        yield
    except DamagedError as error:
        raise StoreError(
            f"the stored run {entry_id} in {where} is damaged: {error}"[:600],
            hint=f"remove it with `gate baseline prune {entry_id}` and store a new run",
        ) from None
    except OtherVersionError as error:
        raise StoreError(
            f"the stored run {entry_id} in {where} cannot be read: {error}"[:600],
            hint=error.hint,
        ) from None
