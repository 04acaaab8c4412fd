"""The contract of a store: entries come back whole or not at all, whoever writes at once or dies.

Subclass it and say how a store is opened and how a stored entry is damaged:

    class TestMyStore(StoreContract):
        opener = "my_package.store:open_at"    # called with a folder, also in other processes

        def damage(self, place, entry_id):
            (place / entry_id / "run.json").write_bytes(b"{")

`place` is an empty folder of the test: a store of another kind keeps its address in it.
"""

from __future__ import annotations

import os
import signal
import sys
from abc import ABC, abstractmethod
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import ClassVar, cast

import pytest

from gate import process
from gate.core.run import Environment, Part, Shards
from gate.core.verdict import Status
from gate.errors import StoreError
from gate.seams.history import Entries, archive_of
from gate.seams.store import PIN, Entry, Store
from gate.testing import sample_outcomes, samples

_WRITER = """
import sys
from pathlib import Path
from gate.testing.store_contract import open_store
from gate.testing.samples import entry
store = open_store(sys.argv[1], Path(sys.argv[2]))
for entry_id in sys.argv[3:]:
    store.put(entry(entry_id))
    print(entry_id, flush=True)
"""


def open_store(opener: str, place: Path) -> Store:
    """Call `module:callable` with the place."""
    module, _, name = opener.partition(":")
    return cast("Store", getattr(import_module(module), name)(place))


class StoreContract(ABC):
    """Subclass as `Test…`; see the module for an example."""

    opener: ClassVar[str]
    """`module:callable`, called with the place; the same place is the same store."""

    @abstractmethod
    def damage(self, place: Path, entry_id: str) -> None:
        """Spoil what is stored of one entry, as a bad disk would."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        """Where the store is."""
        folder = tmp_path / "store"
        folder.mkdir()
        return folder

    @pytest.fixture
    def store(self, place: Path) -> Store:
        """The store, empty."""
        return self.open(place)

    def open(self, place: Path) -> Store:
        """Open the store that is at this place."""
        return open_store(self.opener, place)

    def test_it_says_where_it_is(self, store: Store) -> None:
        """Messages name the store; others see it or do not."""
        assert store.where
        assert isinstance(store.shared, bool)

    def test_an_empty_store_holds_nothing(self, store: Store) -> None:
        """Nothing is no error; what is absent is."""
        assert store.heads() == ()
        with pytest.raises(StoreError):
            store.get("run-1")

    def test_an_entry_comes_back_as_it_was(self, store: Store) -> None:
        """The run and its outcome, equal in every field."""
        entry = samples.entry("run-1", accepted=True)
        store.put(entry)
        assert store.get("run-1") == entry

    def test_names_from_strangers_come_back_as_they_were(self, store: Store) -> None:
        """Text is kept, whatever is in it."""
        entry = Entry(samples.run(run_id="run-1"), sample_outcomes.hostile_outcome())
        store.put(entry)
        assert store.get("run-1") == entry

    def test_a_head_tells_what_is_stored(self, store: Store) -> None:
        """Enough to choose by, without reading the run."""
        entry = samples.entry("run-1")
        store.put(entry)
        (head,) = store.heads()
        assert (head.id, head.at) == ("run-1", samples.STARTED)
        assert (head.commit, head.branch) == (samples.HEAD, "main")
        assert head.environment == entry.run.environment.key
        assert (head.valid, head.accepted) == (True, False)

    def test_a_run_with_something_missing_is_not_valid(self, store: Store) -> None:
        """It is kept, and cannot be a baseline."""
        whole = samples.entry("run-1")
        rows = tuple(
            replace(row, status=Status.MISSING, value=None, n=0) for row in whole.outcome.rows
        )
        store.put(replace(whole, outcome=replace(whole.outcome, rows=rows)))
        assert [head.valid for head in store.heads()] == [False]

    def test_the_newest_is_first(self, store: Store) -> None:
        """By when the run began, not by when it was stored."""
        for day in ("17", "20", "18"):
            store.put(samples.entry(f"run-{day}", started=f"2026-11-{day}T09:30:00Z"))
        assert [head.id for head in store.heads()] == ["run-20", "run-18", "run-17"]

    def test_a_history_is_what_was_stored(self, store: Store) -> None:
        """By the store's own index or by reading: the same points, oldest first."""
        for day in ("18", "17", "19"):
            store.put(samples.entry(f"run-{day}", started=f"2026-11-{day}T09:30:00Z"))
        archive, read = archive_of(store), Entries(store)
        names = archive.objectives("main")
        assert names == read.objectives("main") != ()
        for name in names:
            for since, most in (("", 0), ("2026-11-18", 0), ("", 2)):
                found = archive.history(name, "main", since, most)
                assert found == read.history(name, "main", since, most)
                assert [point.at for point in found] == sorted(point.at for point in found)
        assert [p.entry for p in archive.history(names[0], most=2)] == ["run-17", "run-19"]
        assert archive.history(names[0], "other") == ()
        assert archive.objectives("other") == ()

    def test_a_shard_s_values_are_of_its_own_machine(self, store: Store) -> None:
        """Shards unite to one run, and may have been measured in different places."""
        entry = samples.entry("run-1")
        elsewhere = Environment((("cpu", "another"),), ("cpu",))
        name = entry.outcome.rows[0].objective
        part = Part("run-1a", entry.run.started, (name.budget,), elsewhere, shard=1)
        split = Shards(((name.budget,), ("others",)), parts=(part,))
        store.put(replace(entry, run=replace(entry.run, shards=split)))
        (point,) = archive_of(store).history(name.id)
        assert point.environment == elsewhere.key != entry.run.environment.key

    def test_the_same_id_twice_is_one_entry(self, store: Store) -> None:
        """A job that is run again by the CI stores nothing twice."""
        for _ in range(2):
            store.put(samples.entry("run-1"))
        assert [head.id for head in store.heads()] == ["run-1"]
        assert store.get("run-1") == samples.entry("run-1")

    def test_an_entry_can_be_accepted_later(self, store: Store) -> None:
        """Accepting a stored run marks it; storing it again takes nothing back."""
        store.put(samples.entry("run-1"))
        store.put(samples.entry("run-1", accepted=True))
        store.put(samples.entry("run-1"))
        assert [head.accepted for head in store.heads()] == [True]
        assert store.get("run-1").accepted

    def test_a_pin_is_kept_beside_its_run_and_is_none_of_the_history(self, store: Store) -> None:
        """A copy under a name: whole without the run, never another, gone only by itself."""
        store.put(samples.entry("run-1"))
        pinned = samples.entry(f"{PIN}v1.4")
        store.put(pinned)
        told = {head.id: (head.pin, head.valid) for head in store.heads()}
        assert told == {"run-1": ("", True), "pin-v1.4": ("v1.4", False)}
        archive = archive_of(store)
        (name,) = archive.objectives()
        assert [point.entry for point in archive.history(name)] == ["run-1"]
        with pytest.raises(StoreError):
            store.put(samples.entry(f"{PIN}v1.4", started="2026-12-24T09:30:00Z"))
        store.remove("run-1")
        assert store.get("pin-v1.4") == pinned
        store.remove("pin-v1.4")
        assert store.heads() == ()

    def test_another_process_sees_it(self, store: Store, place: Path) -> None:
        """What is stored outlives the one who stored it."""
        store.put(samples.entry("run-1"))
        again = self.open(place)
        assert again.heads() == store.heads()
        assert again.get("run-1") == samples.entry("run-1")

    def test_a_removed_entry_is_gone(self, store: Store) -> None:
        """The others stay; to remove what is not there is an error."""
        for entry_id in ("run-1", "run-2"):
            store.put(samples.entry(entry_id))
        store.remove("run-1")
        assert [head.id for head in store.heads()] == ["run-2"]
        with pytest.raises(StoreError):
            store.get("run-1")
        with pytest.raises(StoreError):
            store.remove("run-1")

    @pytest.mark.parametrize(
        "entry_id", ["", "..", "../run-1", "/etc/passwd", "a/b", "a\\b", "nul\0", "x" * 5000, "-x"]
    )
    def test_an_id_that_leads_elsewhere_is_no_id(
        self, entry_id: str, store: Store, place: Path
    ) -> None:
        """Nothing outside the store is read, written or removed."""
        store.put(samples.entry("run-1"))
        around = sorted(path.name for path in place.parent.iterdir())
        with pytest.raises(StoreError):
            store.get(entry_id)
        with pytest.raises(StoreError):
            store.remove(entry_id)
        with pytest.raises(StoreError):
            store.put(samples.entry(entry_id))
        assert sorted(path.name for path in place.parent.iterdir()) == around
        assert [head.id for head in store.heads()] == ["run-1"]

    def test_a_damaged_entry_is_an_error_with_a_hint(self, store: Store, place: Path) -> None:
        """It is never half of an entry, and never left out without a word."""
        for entry_id in ("run-1", "run-2"):
            store.put(samples.entry(entry_id))
        self.damage(place, "run-1")
        with pytest.raises(StoreError) as caught:
            self.open(place).get("run-1")
        assert "run-1" in caught.value.message
        assert caught.value.hint
        assert self.open(place).get("run-2") == samples.entry("run-2")

    def test_a_damaged_entry_can_be_removed(self, store: Store, place: Path) -> None:
        """And then be stored anew."""
        store.put(samples.entry("run-1"))
        self.damage(place, "run-1")
        store.remove("run-1")
        store.put(samples.entry("run-1"))
        assert store.get("run-1") == samples.entry("run-1")

    def test_writers_at_the_same_time_lose_nothing(self, place: Path) -> None:
        """Several processes store their own and the same entries: each is there once, whole."""
        wanted = [["same", *(f"run-{who}-{n}" for n in range(5))] for who in range(3)]
        writers = [self._writer(place, ids) for ids in wanted]
        for writer in writers:
            with writer:
                code = writer.wait(120)
                assert code == 0, writer.errors().decode()
        store = self.open(place)
        found = [head.id for head in store.heads()]
        assert sorted(found) == sorted({entry_id for ids in wanted for entry_id in ids})
        for entry_id in found:
            assert store.get(entry_id) == samples.entry(entry_id)

    def test_a_killed_writer_leaves_no_half_entry(self, place: Path) -> None:
        """Whatever was stored until then is whole; the next writer is not in its way."""
        for attempt in range(3):
            ids = [f"run-{attempt}-{n}" for n in range(500)]
            with self._writer(place, ids) as writer:
                while writer.alive and writer.output().count(b"\n") < 2 + attempt:
                    writer.wait(0.01)
                assert writer.alive, writer.errors().decode()
                os.kill(writer.pid, signal.SIGKILL)
                writer.wait(10)
                told = writer.output().decode().split()
            store = self.open(place)
            found = [head.id for head in store.heads()]
            assert set(told) <= set(found)
            for entry_id in found:
                assert store.get(entry_id) == samples.entry(entry_id)
            store.put(samples.entry(f"after-{attempt}"))

    def _writer(self, place: Path, ids: list[str]) -> process.Running:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        argv = [sys.executable, "-c", _WRITER, self.opener, str(place), *ids]
        started = process.start(argv, env=environment)
        assert isinstance(started, process.Running), started
        return started
