"""What drift budgets are given: the branch's own history, and only where it is asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.drifts import MOST, stories
from gate.core.model import Amount, Drift, Objective
from gate.core.past import PINNED, SIDE, Past
from gate.core.run import Run
from gate.core.verdict import Effect, Row, Status
from gate.seams.store import Entry
from gate.stores.folder import FolderStore
from gate.testing import samples

NOW = "2026-11-20T09:30:00Z"
DRIFT = Drift(Amount(0.05, relative=True), 30.0)


def with_drift(run: Run, objective: Objective = samples.SIZE, was: str = "") -> Run:
    changed = replace(objective, drift=DRIFT, was=was)
    objectives = tuple(changed if o.id == objective.id else o for o in run.promises.objectives)
    policy = replace(run.promises.policy, branches=("main", "release/*"))
    return replace(run, promises=replace(run.promises, objectives=objectives, policy=policy))


def entry(run_id: str, started: str, branch: str = "main", objective: str = "") -> Entry:
    run = replace(samples.run(run_id=run_id, started=started, branch=branch), missing=())
    of = replace(samples.SIZE, id=objective or samples.SIZE.id)
    row = Row(of, Status.PASS, Effect.NONE, (), value=168000.0, n=1)
    return Entry(run, samples.outcome(run, (row,)))


def store(tmp_path: Path, *entries: Entry) -> FolderStore:
    made = FolderStore(tmp_path / "store")
    for each in entries:
        made.put(each)
    return made


def test_nothing_is_read_where_no_drift_is_promised(tmp_path: Path) -> None:
    missing = FolderStore(tmp_path / "absent")
    assert stories(missing, samples.run(started=NOW), ()) == ()


def test_the_window_and_half_of_it_again_of_the_own_branch(tmp_path: Path) -> None:
    kept = store(
        tmp_path,
        entry("old", "2026-09-01T09:30:00Z"),
        entry("far", "2026-10-10T09:30:00Z"),
        entry("near", "2026-11-10T09:30:00Z"),
        entry("other", "2026-11-11T09:30:00Z", branch="release/1"),
    )
    (found,) = stories(kept, with_drift(samples.run(started=NOW)), ())
    assert found.objective == samples.SIZE.id
    assert [point.entry for point in found.points] == ["far", "near"]


def test_a_proposed_change_is_held_to_the_branch_of_the_nearest_run(tmp_path: Path) -> None:
    kept = store(
        tmp_path,
        entry("main", "2026-11-10T09:30:00Z"),
        entry("release", "2026-11-11T09:30:00Z", branch="release/1"),
    )
    head = with_drift(samples.run(started=NOW, branch="feature"))
    near = kept.get("release")
    (found,) = stories(kept, head, (Past(near.run, near.outcome, 1),))
    assert [point.entry for point in found.points] == ["release"]
    (found,) = stories(kept, head, ())
    assert [point.entry for point in found.points] == ["main"]


@pytest.mark.parametrize(
    ("other", "distance", "rung"),
    [
        pytest.param("release/1", 2, SIDE, id="a branch that was merged into it is not its line"),
        pytest.param("release/1", 2, f"{PINNED}v1", id="nor is a pin"),
        pytest.param("feature", 1, "ancestor", id="nor its own run that was accepted by hand"),
    ],
)
def test_the_nearest_run_is_one_of_its_line(
    tmp_path: Path, other: str, distance: int, rung: str
) -> None:
    kept = store(
        tmp_path,
        entry("main", "2026-11-10T09:30:00Z"),
        entry("other", "2026-11-11T09:30:00Z", branch=other),
    )
    near, far = kept.get("other"), kept.get("main")
    pasts = (Past(near.run, near.outcome, distance, rung), Past(far.run, far.outcome, 9))
    (found,) = stories(kept, with_drift(samples.run(started=NOW, branch="feature")), pasts)
    assert [point.entry for point in found.points] == ["main"]


def test_what_was_renamed_is_found_under_both_names(tmp_path: Path) -> None:
    old = "bundle/sum(size{encoding:br,file:old})"
    kept = store(
        tmp_path,
        entry("before", "2026-11-09T09:30:00Z", objective=old),
        entry("after", "2026-11-10T09:30:00Z"),
    )
    found = stories(kept, with_drift(samples.run(started=NOW), was=old), ())
    assert [point.entry for story in found for point in story.points] == ["before", "after"]


def test_of_many_runs_some_are_read(tmp_path: Path) -> None:
    entries = [
        entry(f"r{i:03}", f"2026-11-{1 + i // 24:02}T{i % 24:02}:00:00Z") for i in range(170)
    ]
    (found,) = stories(store(tmp_path, *entries), with_drift(samples.run(started=NOW)), ())
    assert len(found.points) == MOST
    assert (found.points[0].entry, found.points[-1].entry) == ("r000", "r169")
