"""Pins: a stored run keeps a name, goals are held to it, and histories do not see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.history import named, pasts, pinned, stored
from gate.app.pins import pin, unpin
from gate.app.workspace import Workspace
from gate.ci.commits import commit_of
from gate.ci.git import Repository, repository
from gate.core.judge import judge
from gate.core.metric import Kind
from gate.core.model import Amount, Objective, Tolerance
from gate.core.past import Past
from gate.core.reasons import Code
from gate.core.run import BaseTree, Commit
from gate.core.units import Dimension
from gate.core.verdict import Exit, Outcome
from gate.errors import UsageError
from gate.seams.store import Entry
from gate.testing import samples
from tests.app.support import MemoryStore, workspace
from tests.app.support import stored as of
from tests.ci.support import Tree
from tests.helpers.judging import measured, objective, past, run
from tests.spec.fakes import read, write

BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: 'size{file:app, encoding:br}', tolerance: -30%, baseline: v1.4}
"""


class Project:
    """A repository with two releases, each measured, and a store."""

    def __init__(self, root: Path) -> None:
        self.tree = Tree(root).init()
        write(root, bundle=BUNDLE)
        self.old = self.tree.commit()
        self.tree.git("tag", "-a", "-m", "release", "v1.4")
        self.head = self.tree.commit()
        self.store = MemoryStore(of("run-1", Commit(self.old, "main")))
        repo = repository(root)
        assert isinstance(repo, Repository)
        self.here: Workspace = workspace(
            root, read(root), repo=repo, commit=commit_of(repo), store=self.store
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "tree")


def test_a_pin_is_the_newest_run_of_the_tag_of_its_name(project: Project) -> None:
    project.store.put(of("run-2", Commit(project.old, "main"), started="2026-11-21T09:30:00Z"))
    project.store.put(of("run-3", Commit(project.head, "main"), started="2026-11-22T09:30:00Z"))
    kept = pin(project.here, "v1.4", "", ())
    assert (kept.run.id, kept.outcome.run_id) == ("pin-v1.4", "pin-v1.4")
    assert kept.run.started == "2026-11-21T09:30:00Z"
    assert project.store.entries["pin-v1.4"] == kept
    assert (kept.run.trial, kept.run.earlier) == ("", ())


@pytest.mark.parametrize("reference", ["run-1", "v1.4", "HEAD~1"])
def test_it_may_be_of_a_run_or_a_revision(project: Project, reference: str) -> None:
    assert pin(project.here, "goal", reference, ()).run.commit.sha == project.old


def test_it_may_be_of_one_objective(project: Project) -> None:
    kept = pin(project.here, "v1.4", "", (samples.SIZE.id,))
    assert {row.objective.id for row in kept.outcome.rows} == {samples.SIZE.id}
    assert {m.objective for m in kept.run.measurements} <= {samples.SIZE.id}
    with pytest.raises(UsageError, match="did not measure it"):
        pin(project.here, "other", "run-1", ("web/lcp",))


@pytest.mark.parametrize(
    ("name", "reference", "words"),
    [
        pytest.param("../v1", "", "can be no pin", id="a path"),
        pytest.param("a b", "", "can be no pin", id="two words"),
        pytest.param("pin-x", "", "can be no pin", id="a pin of a pin"),
        pytest.param("v2", "", "no complete run of commit", id="nothing stored of HEAD"),
        pytest.param("v2", "run-9", "no complete run of run-9", id="no such run"),
        pytest.param("v2", "--all", "no complete run of --all", id="an option"),
    ],
)
def test_what_cannot_be_pinned(project: Project, name: str, reference: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        pin(project.here, name, reference, ())
    assert caught.value.hint
    assert list(project.store.entries) == ["run-1"]


def test_a_name_is_moved_only_by_letting_it_go(project: Project) -> None:
    pin(project.here, "v1.4", "", ())
    with pytest.raises(UsageError, match=r"v1\.4 is pinned already"):
        pin(project.here, "v1.4", "", ())
    unpin(project.store, "v1.4")
    assert list(project.store.entries) == ["run-1"]
    with pytest.raises(UsageError, match=r"nothing is pinned as v1\.4"):
        unpin(project.store, "v1.4")


def test_a_pin_is_no_run_of_the_history_and_is_found_by_name(project: Project) -> None:
    pin(project.here, "v1.4", "", ())
    project.store.remove("run-1")
    commit = project.here.commit
    assert pasts(project.store, commit, before="9999") == ()
    (found,) = named(project.store, project.here.repo, commit, "v1.4")
    assert (found.run.id, found.rung, found.accepted) == ("pin-v1.4", "explicit", True)
    with pytest.raises(UsageError, match="no stored run"):
        named(project.store, project.here.repo, commit, project.old)


def test_only_the_pins_that_objectives_name_are_read(project: Project) -> None:
    for name in ("v1.4", "v1.3"):
        pin(project.here, name, "run-1", ())
    promises = project.here.spec.promises
    (found,) = pinned(project.store, promises, project.here.commit)
    assert (found.pin, found.distance, found.accepted) == ("v1.4", 1, True)
    one = replace(samples.run(run_id="x", started="2026-12-01T00:00:00Z"), promises=promises)
    one = replace(one, commit=project.here.commit)
    assert [p.run.id for p in stored(project.store, one)] == ["run-1", "pin-v1.4"]


class TestAGoal:
    """At least 30 % better than the pinned run, 200 B; the last runs of the branch are at 150."""

    goal: Objective = replace(
        objective(kind=Kind.EXACT, dimension=Dimension.SIZE),
        tolerance=Tolerance(Amount(-0.3, relative=True)),
        baseline="v1.4",
    )

    def past(self, value: float, **change: object) -> Past:
        head = run(self.goal, answers=[measured(self.goal, [value])])
        return replace(past(head, measured(self.goal, [value])), **change)  # type: ignore[arg-type]

    def judged(self, value: float, *pasts: Past, base: BaseTree | None = None) -> Outcome:
        head = run(self.goal, answers=[measured(self.goal, [value])])
        return judge(replace(head, base=base), pasts, "2026-11-22")

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            pytest.param(140.0, Exit.OK, id="30 % better is reached"),
            pytest.param(141.0, Exit.FAILED, id="less is not"),
        ],
    )
    def test_is_held_to_the_pin(self, value: float, code: Exit) -> None:
        pinned_run = self.past(200.0, rung="pin v1.4", accepted=True)
        outcome = self.judged(value, self.past(150.0), pinned_run)
        assert outcome.exit is code
        (verdict,) = outcome.rows[0].verdicts
        assert verdict.baseline is not None
        assert verdict.baseline.rung == "pin v1.4"

    def test_another_pin_or_none_is_missing(self) -> None:
        for other in (self.past(150.0), self.past(200.0, rung="pin v1.3")):
            outcome = self.judged(100.0, other)
            assert outcome.exit is Exit.MISSING
            reason = outcome.rows[0].reason
            assert reason is not None
            assert reason.code is Code.NO_BASELINE
            assert "no run is pinned as v1.4" in reason.sentence

    def test_a_new_goal_is_not_excused_from_its_pin(self) -> None:
        head = run(self.goal, answers=[measured(self.goal, [1.0])], new=(self.goal.id,))
        assert judge(head, (), "2026-11-22").exit is Exit.MISSING

    def test_nor_from_a_pin_that_never_measured_it(self) -> None:
        head = run(self.goal, answers=[measured(self.goal, [1.0])], new=(self.goal.id,))
        pinned_run = replace(past(head), rung="pin v1.4", accepted=True)
        outcome = judge(head, (pinned_run,), "2026-11-22")
        assert outcome.exit is Exit.MISSING
        reason = outcome.rows[0].reason
        assert reason is not None
        assert (reason.code, reason.sentence) == (
            Code.NO_BASELINE,
            "no comparable baseline: v1.4 does not have it",
        )

    def test_nor_from_one_that_was_measured_beside_it(self) -> None:
        head = run(self.goal, answers=[measured(self.goal, [1.0])], new=(self.goal.id,))
        pinned_run = replace(past(head), rung="pin v1.4", accepted=True)
        base = BaseTree(pinned_run.run.commit.sha, "main", 1, ("b",), ())
        outcome = judge(replace(head, base=base), (pinned_run,), "2026-11-22")
        assert outcome.exit is Exit.MISSING

    def test_a_base_measured_beside_it_is_no_pin(self) -> None:
        pinned_run = self.past(200.0, rung="pin v1.4", accepted=True)
        base = BaseTree("elsewhere", "main", 1, ("b",), (measured(self.goal, [140.0]),))
        assert self.judged(139.0, pinned_run, base=base).exit is Exit.OK
        beside = replace(base, commit=pinned_run.run.commit.sha)
        found = self.judged(139.0, pinned_run, base=beside).rows[0].verdicts[0].baseline
        assert found is not None
        assert found.rung == "against"


def test_an_objective_without_a_pin_is_not_held_to_one() -> None:
    plain = objective(tolerance=0.05, kind=Kind.EXACT, dimension=Dimension.SIZE)
    head = run(plain, answers=[measured(plain, [100.0])])
    pinned_run = replace(past(head, measured(plain, [50.0])), rung="pin v1.4")
    assert judge(head, (pinned_run,), "2026-11-22").exit is Exit.MISSING
    entry = Entry(pinned_run.run, pinned_run.outcome)
    assert not entry.accepted
