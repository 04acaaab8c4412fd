from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

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


class TestTheLadder:
    """On a line of first parents `m2 m1`, into which `s` was merged, with main's tip elsewhere."""

    head = Commit("h", "main", ancestors=("s", "m2", "m1"), line=("m2", "m1"), rung="previous")

    def rungs(self, store: MemoryStore, **given: Any) -> list[tuple[str, str, int]]:
        found = pasts(store, self.head, before=LATER, **given)
        return [(past.run.id, past.rung, past.distance) for past in found]

    def test_first_parents_come_before_what_was_merged(self) -> None:
        store = MemoryStore(*(stored(f"run-{sha}", Commit(sha)) for sha in ("s", "m1", "m2", "h")))
        assert self.rungs(store) == [
            ("run-h", "ancestor", 0),
            ("run-m2", "previous", 1),
            ("run-m1", "ancestor", 2),
            ("run-s", "side", 1),
        ]

    @pytest.mark.parametrize(
        ("environment", "branches", "found"),
        [
            pytest.param("", (), [], id="nobody asks for it"),
            pytest.param("", ("main",), [("run-x", "latest", 4)], id="the branch's own"),
            pytest.param("other", ("main",), [], id="not of another environment"),
            pytest.param("", ("release/*",), [("run-r", "latest", 4)], id="another trusted one"),
            pytest.param("", ("nothing",), [], id="none is trusted"),
        ],
    )
    def test_what_is_no_ancestor_comes_where_there_is_no_other(
        self, environment: str, branches: tuple[str, ...], found: list[tuple[str, str, int]]
    ) -> None:
        store = MemoryStore(
            stored("run-x", Commit("x", "main")),
            stored("run-r", Commit("y", "release/1.4")),
            stored("run-t", Commit("z", "topic"), accepted=True),
        )
        assert self.rungs(store, environment=environment, branches=branches) == found

    def test_it_does_not_come_where_an_ancestor_was_measured_in_this_environment(self) -> None:
        store = MemoryStore(stored("run-x", Commit("x", "main")), stored("run-m1", Commit("m1")))
        here = store.heads()[0].environment
        expected = [("run-m1", "ancestor", 2)]
        assert self.rungs(store, environment=here, branches=("main",)) == expected

    def test_those_of_this_environment_are_read_however_far(self) -> None:
        """Thirty runs of other machines do not hide the one that can be compared."""
        own = stored("run-own", Commit("m1"))
        other = replace(own.run.environment, facts=(), compared=("cpu",))
        many = [stored(f"run-{n:02}", Commit("m2")) for n in range(WINDOW)]
        many = [replace(e, run=replace(e.run, environment=other)) for e in many]
        here = own.run.environment.key
        found = self.rungs(MemoryStore(own, *many), environment=here, branches=("main",))
        assert found[-1] == ("run-own", "ancestor", 2)
        assert len(found) == WINDOW + 1


class TestNamed:
    nowhere = NoRepository(Path("/"))

    def test_by_id_is_that_run_whatever_its_commit(self) -> None:
        store = MemoryStore(stored("run-1", Commit("x", dirty=True)), stored("run-2", Commit("a")))
        (past,) = named(store, self.nowhere, HEAD, "run-1")
        assert (past.run.id, past.rung, past.distance) == ("run-1", "explicit", 4)

    def test_of_a_commit_that_was_measured_for_months_the_newest_of_each_environment(
        self, tmp_path: Path
    ) -> None:
        """Each is read whole, and a sign-off holds a hundred at the most."""
        tree = Tree(tmp_path / "tree").init()
        sha = tree.commit()
        runs = [
            stored(
                f"run-{n:03}",
                Commit(sha),
                started=f"2026-{1 + n // 28:02}-{1 + n % 28:02}T00:00:00Z",
            )
            for n in range(120)
        ]
        arm = replace(runs[0].run.environment, facts=(("cpu_model", "Neoverse-N1"),))
        runs[:2] = [replace(each, run=replace(each.run, environment=arm)) for each in runs[:2]]
        store = MemoryStore(*runs)
        pasts = named(store, Repository(tree.root, shallow=False), Commit(sha), sha)
        newest = range(119, 119 - (2 * WINDOW - 2), -1)
        assert [past.run.id for past in pasts] == [f"run-{n:03}" for n in (*newest, 1, 0)]

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
