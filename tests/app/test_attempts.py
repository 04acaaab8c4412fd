"""Which runs are attempts at one trial, where they are found, and what cannot be read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.attempts import SHELF, as_attempt, remember, tree_of
from gate.app.workspace import Workspace
from gate.ci.detect import Ci
from gate.core.attempts import attempt_of
from gate.core.judge import judge
from gate.core.model import Policy, Waiver
from gate.core.run import BaseTree, Commit, Environment, Looks, Part, Run, Shards
from gate.core.unite import Given, unite
from gate.core.verdict import Status
from gate.seams.store import Entry
from tests.app.support import MemoryStore, workspace
from tests.helpers.judging import ELSEWHERE, measured, objective, past, run
from tests.spec.fakes import read, write

BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: 10 kB}
"""
ASKED = objective(tolerance=0.1)
HEAD = Commit("a" * 40, "topic", tree="b" * 40, base="c" * 40)
SLOW = [2.0, 2.01, 1.99] * 3


def place(root: Path, **more: object) -> Workspace:
    return workspace(root, read(write(root, bundle=BUNDLE)), commit=HEAD, **more)  # type: ignore[arg-type]


def measured_run(number: int = 0, units: list[float] = SLOW) -> Run:
    started = f"2026-11-22T12:00:{number:02d}.000Z"
    made = run(ASKED, answers=[measured(ASKED, units)], run_id=f"r{number}", started=started)
    return replace(made, commit=HEAD)


def checked(at: Workspace, run: Run) -> Run:
    """One whole attempt: found, judged against the same stored run, remembered."""
    stored = past(run, measured(ASKED, [1.0, 1.01, 0.99] * 3))
    run = as_attempt(at, run, HEAD.tree)
    outcome = judge(run, (stored,), run.started)
    remember(at, run, outcome)
    return run


def test_the_first_attempt_is_the_first(tmp_path: Path) -> None:
    first = checked(place(tmp_path), measured_run())
    assert first.trial
    assert (first.earlier, first.unread, attempt_of(first)) == ((), 0, 1)


def test_later_attempts_know_those_before_them_and_their_fails(tmp_path: Path) -> None:
    at = place(tmp_path)
    for number in range(3):
        last = checked(at, measured_run(number))
    assert [each.run_id for each in last.earlier] == ["r0", "r1"]
    assert attempt_of(last) == 3
    (broken,) = last.earlier[0].failed
    assert (broken.objective, broken.bound) == (ASKED.id, "tolerance")
    outcome = judge(replace(last, measurements=()), (), last.started)
    assert outcome.rows[0].status is Status.FAIL


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param(lambda r: r, True, id="nothing"),
        pytest.param(lambda r: replace(r, seconds=9.0), True, id="the time that it took"),
        pytest.param(lambda r: replace(r, looks=(Looks("b", (1, 2), (1,)),)), True, id="the looks"),
        pytest.param(
            lambda r: replace(
                r,
                promises=replace(
                    r.promises, waivers=(Waiver(ASKED.id, "limit", "x", "y", "2026-12-01"),)
                ),
            ),
            True,
            id="a waiver",
        ),
        pytest.param(
            lambda r: replace(r, promises=replace(r.promises, policy=Policy(miss_rate=0.1))),
            False,
            id="a rate of the policy",
        ),
        pytest.param(
            lambda r: replace(
                r, promises=replace(r.promises, objectives=(objective(tolerance=0.2),))
            ),
            False,
            id="a promise",
        ),
        pytest.param(
            lambda r: replace(r, commit=replace(r.commit, base="d" * 40)), False, id="the base"
        ),
        pytest.param(
            lambda r: replace(r, base=BaseTree("c" * 40, "main", 1, ("b",))),
            False,
            id="a base beside it instead of a stored one",
        ),
        pytest.param(lambda r: replace(r, environment=ELSEWHERE), False, id="the machine"),
    ],
)
def test_what_makes_another_trial(tmp_path: Path, change: Callable[[Run], Run], same: bool) -> None:
    at = place(tmp_path)
    checked(at, measured_run(0))
    again = as_attempt(at, change(measured_run(1)), HEAD.tree)
    assert bool(again.earlier) is same


def test_another_tree_is_another_trial_and_an_unknown_one_is_none(tmp_path: Path) -> None:
    at = place(tmp_path)
    checked(at, measured_run(0))
    assert as_attempt(at, measured_run(1), "other").earlier == ()
    unknown = as_attempt(at, measured_run(1), "")
    assert (unknown.trial, unknown.earlier) == ("", ())
    remember(at, unknown, judge(unknown, (), unknown.started))
    assert len(list((at.out / SHELF).iterdir())) == 1


def test_the_store_tells_of_attempts_too(tmp_path: Path) -> None:
    store = MemoryStore()
    here = place(tmp_path / "here", store=store)
    first = checked(here, measured_run(0))
    store.put(Entry(first, judge(first, (), first.started)))
    elsewhere = as_attempt(place(tmp_path / "there", store=store), measured_run(1), HEAD.tree)
    assert [each.run_id for each in elsewhere.earlier] == ["r0"]


def test_who_accepts_a_run_makes_it_the_base(tmp_path: Path) -> None:
    """It is compared with from then on, and no attempt at the answer any more."""
    store = MemoryStore()
    at = place(tmp_path, store=store)
    first = checked(at, measured_run(0))
    store.put(Entry(first, judge(first, (), first.started), accepted=True))
    second = checked(at, measured_run(1))
    assert (second.earlier, second.trial != first.trial) == ((), True)
    assert [each.run_id for each in checked(at, measured_run(2)).earlier] == ["r1"]


def test_what_ci_counts_and_nobody_can_read_is_unread(tmp_path: Path) -> None:
    third = Ci("github", "main", told=True, attempt=3)
    at = place(tmp_path, ci=third)
    lost = as_attempt(at, measured_run(0), HEAD.tree)
    assert (lost.unread, attempt_of(lost)) == (2, 3)
    checked(at, measured_run(0))
    known = as_attempt(at, measured_run(1), HEAD.tree)
    assert (known.unread, attempt_of(known)) == (1, 3)


def test_a_damaged_shelf_is_an_attempt_that_cannot_be_read(tmp_path: Path) -> None:
    at = place(tmp_path)
    checked(at, measured_run(0))
    (damaged,) = (at.out / SHELF).glob("*/r0/outcome.json.gz")
    damaged.write_bytes(b"x")
    again = as_attempt(at, measured_run(1), HEAD.tree)
    assert (again.unread, again.earlier) == (1, ())


def test_the_shelf_keeps_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gate.app.attempts._MOST", 2)
    at = place(tmp_path)
    for number in range(4):
        made = checked(at, replace(measured_run(number), environment=machine(number)))
        os.utime(at.out / SHELF / made.trial, (number, number))
    left = {path.name for path in (at.out / SHELF).glob("*/*")}
    assert left == {"r2", "r3"}


def machine(number: int) -> Environment:
    return Environment((("cpu", f"{number}"),), ("cpu",))


def test_a_commit_that_changes_nothing_is_the_same_trial(tmp_path: Path) -> None:
    at = place(tmp_path)
    checked(at, measured_run(0))
    amended = replace(measured_run(1), commit=replace(HEAD, sha="e" * 40))
    assert [each.run_id for each in as_attempt(at, amended, HEAD.tree).earlier] == ["r0"]


def test_the_tree_is_that_of_the_commit_or_of_what_is_changed(tmp_path: Path) -> None:
    assert tree_of(place(tmp_path)) == HEAD.tree
    outside = replace(place(tmp_path), commit=Commit(dirty=True))
    assert tree_of(outside) == ""


def test_a_changed_tree_has_a_name_of_its_own_without_what_we_wrote(tmp_path: Path) -> None:
    at = replace(place(tmp_path), commit=replace(HEAD, dirty=True))
    assert tree_of(at) == ""  # no repository, so nobody knows
    for words in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-q", "-m", "x"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    clean = tree_of(at)
    (tmp_path / ".gate").mkdir()
    (tmp_path / ".gate" / "run.json").write_text("{}")
    assert tree_of(at) == clean != ""
    (tmp_path / "load.js").write_text("changed")
    assert tree_of(at) != clean


def part(made: Run, number: int, of: int = 1, *, generator: int = 1, generators: int = 1) -> Run:
    """The run as a shard of one budget, or as a generator of its load."""
    split = (("b",), *((),) * (of - 1))
    own = Part(made.id, made.started, split[number - 1], made.environment, number, generator)
    return replace(made, shards=Shards(split, generators, (own,)))


def test_a_shard_counts_for_its_own_budgets(tmp_path: Path) -> None:
    at = place(tmp_path)
    checked(at, part(measured_run(1), 2, 2))
    assert attempt_of(checked(at, part(measured_run(2), 1, 2))) == 1
    assert attempt_of(checked(at, measured_run(3))) == 2


def test_what_was_united_counts_once(tmp_path: Path) -> None:
    at = place(tmp_path)
    runs = [checked(at, part(measured_run(n), n, 2)) for n in (1, 2)]
    found = unite([Given(each.id, each) for each in runs])
    assert isinstance(found, Run)
    at.store.put(Entry(found, judge(found, (), found.started)))
    later = checked(at, measured_run(3))
    assert [each.run_id for each in later.earlier] == [found.id]


def test_load_generators_are_attempts_together(tmp_path: Path) -> None:
    at = place(tmp_path)
    both = [
        [
            checked(at, part(measured_run(2 * again + n), 1, generator=n, generators=2))
            for n in (1, 2)
        ]
        for again in (0, 1)
    ]
    found = unite([Given(each.id, each) for each in both[1]])
    assert isinstance(found, Run)
    assert attempt_of(found) == 2
    assert [(each.run_id, each.measurements) for each in found.earlier] == [(both[0][0].id, ())]
    assert attempt_of(checked(at, measured_run(9))) == 1  # another load: another trial
