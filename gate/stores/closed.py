"""A store whose address needs a variable that is not set: it says so when it is asked.

Budgets can so be read and validated where the secrets of the store are not, as in a fork's job.
"""

from __future__ import annotations

from typing import NoReturn

from gate.errors import StoreError
from gate.seams.store import Entry, EntryHead


class ClosedStore:
    """Raises its `StoreError` whatever it is asked for."""

    def __init__(self, address: str, error: StoreError) -> None:
        self._address = address
        self._error = error

    @property
    def shared(self) -> bool:
        """Unknown; what is asked for next fails for its own reason."""
        return True

    @property
    def where(self) -> str:
        """The address as it is written."""
        return self._address

    def put(self, entry: Entry) -> None:  # noqa: ARG002  # the seam's parameters
        """Raise `StoreError`."""
        self._refuse()

    def heads(self) -> tuple[EntryHead, ...]:
        """Raise `StoreError`."""
        self._refuse()

    def get(self, entry_id: str) -> Entry:  # noqa: ARG002  # the same
        """Raise `StoreError`."""
        self._refuse()

    def remove(self, entry_id: str) -> None:  # noqa: ARG002  # the same
        """Raise `StoreError`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise self._error
