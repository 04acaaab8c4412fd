from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.history import WINDOW, named, pasts
from gate.ci.git import NoRepository, Repository
from gate.core.past import Past
from gate.core.run import Commit
from gate.core.verdict import Status
from gate.errors import UsageError
from gate.seams.store import Entry
from tests.app.support import MemoryStore, stored
from tests.ci.support import Tree

LATER = "2027-01-01T00:00:00Z"
HEAD = Commit("h", "main", ancestors=("a", "b", "c"))


def found(pasts: tuple[Past, ...]) -> list[tuple[str, int]]:
    return [(past.run.id, past.distance) for past in pasts]


class TestPasts:
    def test_are_those_of_the_commit_and_its_ancestors_nearest_first(self) -> None:
        store = MemoryStore(*(stored(f"run-{sha}", Commit(sha)) for sha in ("c", "h", "x", "a")))
        expected = [("run-h", 0), ("run-a", 1), ("run-c", 3)]
        assert found(pasts(store, HEAD, before=LATER)) == expected
        assert {past.rung for past in pasts(store, HEAD, before=LATER)} == {"ancestor"}

    def test_of_one_commit_come_newest_first(self) -> None:
        store = MemoryStore(
            *(
                stored(f"run-{day}", Commit("a"), started=f"2026-11-{day}T09:30:00Z")
                for day in ("17", "20", "18")
            )
        )
        names = [name for name, _ in found(pasts(store, HEAD, before=LATER))]
        assert names == ["run-20", "run-18", "run-17"]

    @pytest.mark.parametrize(
        ("started", "seen"),
        [
            pytest.param("2026-11-20T09:29:59Z", True, id="one that began earlier is seen"),
            pytest.param("2026-11-20T09:30:00Z", False, id="the run itself is not"),
            pytest.param("2026-11-20T09:30:01Z", False, id="nor a later one"),
        ],
    )
    def test_end_before_the_run(self, started: str, seen: bool) -> None:
        store = MemoryStore(stored("run-1", Commit("a"), started=started))
        assert bool(pasts(store, HEAD, before="2026-11-20T09:30:00Z")) is seen

    def test_are_read_only_so_many(self) -> None:
        entries = [stored(f"run-{n:03d}", Commit("a")) for n in range(WINDOW + 9)]
        store = MemoryStore(*entries, stored("nearest", Commit("h")))
        names = found(pasts(store, HEAD, before=LATER))
        assert len(names) == WINDOW
        assert names[0] == ("nearest", 0)
        assert len(store.read) == WINDOW

    @pytest.mark.parametrize(
        ("entry", "seen"),
        [
            pytest.param(stored("run-1", Commit("a", dirty=True)), False, id="a dirty tree is not"),
            pytest.param(
                stored("run-1", Commit("a", dirty=True), accepted=True),
                True,
                id="unless somebody accepted it",
            ),
        ],
    )
    def test_are_of_clean_trees(self, entry: Entry, seen: bool) -> None:
        assert bool(pasts(MemoryStore(entry), HEAD, before=LATER)) is seen

    def test_with_something_missing_are_none(self) -> None:
        entry = stored("run-1", Commit("a"))
        rows = tuple(replace(row, status=Status.MISSING, value=None) for row in entry.outcome.rows)
        entry = replace(entry, outcome=replace(entry.outcome, rows=rows))
        assert pasts(MemoryStore(entry), HEAD, before=LATER) == ()

    def test_carry_whether_they_were_accepted(self) -> None:
        store = MemoryStore(
            stored("run-1", Commit("a"), accepted=True), stored("run-2", Commit("b"))
        )
        assert [p.accepted for p in pasts(store, HEAD, before=LATER)] == [True, False]

    def test_outside_git_are_those_without_a_commit(self) -> None:
        store = MemoryStore(stored("run-1", Commit()), stored("run-2", Commit("a")))
        assert found(pasts(store, Commit(), before=LATER)) == [("run-1", 0)]

    def test_of_a_commit_are_never_those_without_one(self) -> None:
        store = MemoryStore(stored("run-1", Commit(dirty=True), accepted=True))
        assert pasts(store, HEAD, before=LATER) == ()


class TestNamed:
    nowhere = NoRepository(Path("/"))

    def test_by_id_is_that_run_whatever_its_commit(self) -> None:
        store = MemoryStore(stored("run-1", Commit("x", dirty=True)), stored("run-2", Commit("a")))
        (past,) = named(store, self.nowhere, HEAD, "run-1")
        assert (past.run.id, past.rung, past.distance) == ("run-1", "explicit", 4)

    def test_by_revision_are_all_of_that_commit(self, tmp_path: Path) -> None:
        tree = Tree(tmp_path / "tree").init()
        first, head = tree.commit(), tree.commit()
        store = MemoryStore(
            stored("run-1", Commit(first)), stored("run-2", Commit(first)), stored("x", Commit("x"))
        )
        repo, commit = Repository(tree.root, shallow=False), Commit(head, ancestors=(first,))
        for reference in ("HEAD~1", first, first[:10]):
            assert sorted(found(named(store, repo, commit, reference))) == [
                ("run-1", 1),
                ("run-2", 1),
            ]

    @pytest.mark.parametrize("reference", ["nothing", "--all", "", "run-"])
    def test_that_is_not_stored_is_an_error(self, tmp_path: Path, reference: str) -> None:
        tree = Tree(tmp_path / "tree").init()
        tree.commit()
        store = MemoryStore(stored("run-1", Commit()))
        with pytest.raises(UsageError) as caught:
            named(store, Repository(tree.root, shallow=False), HEAD, reference)
        assert caught.value.message == (
            f"--baseline {reference}: no stored run has this id or commit in memory"
        )
        assert caught.value.hint == "`gate baseline list` shows what is stored"
