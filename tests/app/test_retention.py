"""Which stored runs the policy forgets, to the edge, and what always stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gate.app.history import WINDOW
from gate.app.retention import prune, superfluous
from gate.core.model import Amount, Drift, Policy, Promises
from gate.errors import StoreError
from gate.seams.store import PIN, EntryHead
from gate.stores.folder import FolderStore
from gate.testing import samples
from tests.app.support import MemoryStore

LAST = date(2026, 11, 22)


def head(age: int, name: str = "", branch: str = "main", environment: str = "e") -> EntryHead:
    """A run of so many days before the last."""
    at = f"{LAST - timedelta(days=age)}T12:00:00Z"
    return EntryHead(name or f"{branch}-{age:03}", f"c{age}", branch, at, environment, valid=True)


FORTY = [head(age) for age in range(40)]


@pytest.mark.parametrize(
    ("runs", "days", "stay"),
    [
        pytest.param(0, 0, 40, id="nothing is said: all"),
        pytest.param(35, 0, 35, id="a number of runs"),
        pytest.param(40, 0, 40, id="as many as there are"),
        pytest.param(0, 36, 36, id="a number of days, the day itself among them"),
        pytest.param(31, 36, 36, id="either is enough"),
        pytest.param(36, 31, 36, id="either, the other way round"),
        pytest.param(0, 1, WINDOW, id="never fewer than the judge looks at"),
    ],
)
def test_what_stays(runs: int, days: int, stay: int) -> None:
    gone = superfluous(FORTY, runs, days)
    assert sorted(gone) == sorted(each.id for each in FORTY[stay:])


def test_each_branch_and_environment_has_its_own() -> None:
    release = [head(200 + age, branch="release/1.4") for age in range(40)]
    other = [head(300 + age, f"arm-{age}", environment="arm") for age in range(WINDOW + 1)]
    gone = superfluous([*FORTY, *release, *other], 0, 40)
    assert gone == (f"arm-{WINDOW}",)


def test_what_was_accepted_or_pinned_stays() -> None:
    wanted = replace(head(500, "by-hand"), accepted=True)
    pin = replace(head(900, f"{PIN}v1.0"), valid=False)
    broken = replace(head(600, "broken"), valid=False)
    assert superfluous([*FORTY, wanted, pin, broken], 30, 0)[-1] == "broken"
    assert not {"by-hand", f"{PIN}v1.0"} & set(superfluous([*FORTY, wanted, pin], 30, 0))


def test_a_branch_that_rests_loses_nothing() -> None:
    old = [head(1000 + age, branch="release/1.0") for age in range(35)]
    assert superfluous([head(0), *old], 0, 35) == ()


def test_what_a_drift_budget_is_held_to_stays() -> None:
    """Its window and half of it again, of days that are no multiple of anything."""
    entries = {n: samples.entry(f"run-{n}", started=at(n)) for n in range(60)}
    store = MemoryStore(*entries.values())
    drifting = replace(samples.SIZE, drift=Drift(Amount(0.05, relative=True), 30.0))
    gone = prune(store, Promises((drifting,), policy=Policy(keep_runs=31)))
    assert sorted(gone) == sorted(f"run-{n}" for n in range(46, 60))


def at(age: int) -> str:
    return f"{LAST - timedelta(days=age)}T12:00:00Z"


def test_a_store_is_pruned_by_its_policy() -> None:
    entries = [
        samples.entry(f"run-{n:02}", started=f"2026-11-{n // 24 + 1:02}T{n % 24:02}:00:00Z")
        for n in range(33)
    ]
    store = MemoryStore(*entries)
    assert prune(store, Promises((), policy=Policy())) == ()
    assert prune(store, Promises((), policy=Policy(keep_runs=31))) == ("run-01", "run-00")
    assert len(store.entries) == 31


def test_two_jobs_forget_the_same_runs_at_once(tmp_path: Path) -> None:
    """What another job forgot a moment before is as well forgotten."""
    store = _Raced(tmp_path / "store")
    for n in range(33):
        started = f"2026-11-{n // 24 + 1:02}T{n % 24:02}:00:00Z"
        store.put(samples.entry(f"run-{n:02}", started=started))
    assert prune(store, Promises((), policy=Policy(keep_runs=31))) == ("run-00",)
    assert len(store.heads()) == 31


def test_what_cannot_be_forgotten_is_said() -> None:
    entries = [
        samples.entry(f"run-{n:02}", started=f"2026-11-{n // 24 + 1:02}T{n % 24:02}:00:00Z")
        for n in range(33)
    ]
    with pytest.raises(StoreError, match="who may write"):
        prune(_ReadOnly(*entries), Promises((), policy=Policy(keep_runs=31)))


class _Raced(FolderStore):
    """Another job forgets the first run that we want to forget, after we looked."""

    def remove(self, entry_id: str) -> None:
        if entry_id == "run-01":
            FolderStore(self.folder).remove(entry_id)
        super().remove(entry_id)


class _ReadOnly(MemoryStore):
    def remove(self, entry_id: str) -> None:
        raise StoreError(f"{entry_id} stays: who may write?")
