from __future__ import annotations

import pytest

from gate.errors import StoreError
from gate.stores.once import ReadOnce
from gate.testing import samples
from tests.app.support import MemoryStore


def test_an_entry_is_read_once() -> None:
    store = MemoryStore(samples.entry("run-1"))
    once = ReadOnce(store)
    assert once.get("run-1") == once.get("run-1") == samples.entry("run-1")
    assert store.read == ["run-1"]
    assert once.heads() == store.heads()
    assert (once.where, once.shared) == (store.where, store.shared)


def test_what_was_stored_anew_is_read_anew() -> None:
    once = ReadOnce(MemoryStore(samples.entry("run-1")))
    once.get("run-1")
    once.put(samples.entry("run-1", accepted=True))
    assert once.get("run-1").accepted


def test_what_was_removed_is_gone() -> None:
    once = ReadOnce(MemoryStore(samples.entry("run-1")))
    once.get("run-1")
    once.remove("run-1")
    with pytest.raises(StoreError):
        once.get("run-1")
