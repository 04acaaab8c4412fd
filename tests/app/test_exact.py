"""Exact numbers that were never seen are measured a second time, after another build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.app.bench import Bench
from gate.app.exact import verify_exact
from gate.app.ledger import Ledger
from gate.app.measure import Contest, measure_minimum
from gate.app.progress import Silent
from gate.core.metric import Catalogue, Kind
from gate.core.model import Objective
from gate.core.reasons import Code, Reason, because
from gate.core.run import Commit
from gate.core.sample import Reduced
from gate.core.units import Dimension
from gate.runners.registry import find
from gate.seams.runner import Found, Question, Ready, Repeat, UnitAnswer
from gate.seams.store import Entry
from gate.spec import Budget
from gate.testing import samples
from tests.app.support import MemoryStore, workspace
from tests.helpers.judging import measured, objective
from tests.spec.fakes import read, write

SIZE = objective("sum(size)", kind=Kind.EXACT, dimension=Dimension.SIZE, tolerance=0.1)
TIME = objective("median(time)", tolerance=0.1)
BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives: [{sli: size, limit: 1 kB}]
"""
HEAD = Commit("a" * 40, "main", tree="t")


class Sizes:
    """Answers with the next number."""

    ready = Ready((), (("script", "1"),))

    def __init__(self, of: Objective, *values: float) -> None:
        self.of, self.left = of, list(values)

    def unit(self, index: int) -> UnitAnswer:
        del index
        value = Reduced(self.left.pop(0), 1)
        return UnitAnswer((Found(self.of.id, self.of.sli, value),))


class Builds:
    """Systems with one service that can be built, or fails to be."""

    def __init__(
        self, failure: Reason | None = None, *, prepares: bool = True, kept: bool = False
    ) -> None:
        self.failure, self.prepares, self.kept, self.times = failure, prepares, kept, 0

    def builds(self, name: str) -> bool:
        return self.prepares

    def built(self, name: str) -> bool:
        return not self.kept

    def build_again(self, name: str) -> Reason | None:
        self.times += 1
        return self.failure


def bench(of: Objective, systems: Any, *values: float, service: str = "shop") -> Bench:
    runner: Any = find("bundle")
    budget = Budget(
        "b",
        runner,
        options=runner.options(files={"app": "*.js"}),
        catalogue=Catalogue("bundle", ()),
        objectives=(of,),
        repeat=Repeat(1, 1),
        service=service,
    )
    session = Sizes(of, *values)
    ledger = Ledger("b", (Question(of.id, of.sli),), {of.id: of})
    ledger.begin(session.ready)
    return Bench(budget, ledger, session, (), systems)


def verified(root: Path, contest: Contest, *entries: Entry) -> Contest:
    spec = read(
        write(
            root, x="runner: bundle\nfiles: {app: '*.js'}\nobjectives: [{sli: size, limit: 1 kB}]\n"
        )
    )
    measure_minimum(contest, Silent())
    at = workspace(root, spec, commit=HEAD, store=MemoryStore(*entries))
    verify_exact(at, [contest], Silent())
    return contest


def units(of: Bench) -> list[float]:
    return [unit.data.value for m in of.ledger.measurements() for unit in m.units]  # type: ignore[union-attr]


def stored(*values: float) -> Entry:
    entry = samples.entry("run-0")
    run = replace(entry.run, commit=HEAD, measurements=(measured(SIZE, values),))
    return replace(entry, run=run)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param((), [7.0, 8.0], id="never-seen"),
        pytest.param((stored(7.0, 7.0),), [7.0], id="verified-before"),
        pytest.param((stored(7.0),), [7.0, 8.0], id="seen-once-only"),
        pytest.param((stored(7.0, 9.0),), [7.0, 8.0], id="refuted-before"),
    ],
)
def test_what_was_never_verified_is_built_and_measured_again(
    tmp_path: Path, entries: tuple[Entry, ...], expected: list[float]
) -> None:
    systems = Builds()
    contest = verified(tmp_path, Contest(bench(SIZE, systems, 7.0, 8.0)), *entries)
    assert units(contest.head) == expected
    assert systems.times == len(expected) - 1
    said = "shop was built and measured twice"
    assert any(said in note for note in contest.head.ledger.notes) is (len(expected) > 1)


def test_the_base_is_where_it_is_done(tmp_path: Path) -> None:
    head, base = bench(SIZE, Builds(), 7.0, 8.0), bench(SIZE, Builds(), 5.0, 6.0)
    verified(tmp_path, Contest(head, replace(base, base=True)))
    assert (units(head), units(base)) == ([7.0], [5.0, 6.0])


def test_what_varies_by_itself_is_left_alone(tmp_path: Path) -> None:
    assert units(verified(tmp_path, Contest(bench(TIME, Builds(), 7.0, 8.0))).head) == [7.0]


@pytest.mark.parametrize("service", ["", "shop"])
def test_where_nothing_builds_it_is_only_read_again(tmp_path: Path, service: str) -> None:
    systems = Builds(prepares=False)
    contest = verified(tmp_path, Contest(bench(SIZE, systems, 7.0, 7.0, service=service)))
    assert (units(contest.head), systems.times) == ([7.0, 7.0], 0)
    assert "nothing here builds" in contest.head.ledger.notes[0]


def test_a_build_that_fails_the_second_time_is_told(tmp_path: Path) -> None:
    broken = Builds(because(Code.PREPARE_FAILED, service="shop", detail="no network"))
    contest = verified(tmp_path, Contest(bench(SIZE, broken, 7.0, 8.0)))
    assert units(contest.head) == [7.0]
    assert (
        "not verified: service shop could not be prepared: no network"
        in (contest.head.ledger.notes[0])
    )


def test_a_build_that_was_kept_is_left_alone(tmp_path: Path) -> None:
    """To build again may need a network that is not there."""
    systems = Builds(kept=True)
    contest = verified(tmp_path, Contest(bench(SIZE, systems, 7.0, 8.0)))
    assert (units(contest.head), systems.times) == ([7.0], 0)
    assert "not verified: what shop built before was kept" in contest.head.ledger.notes[0]
