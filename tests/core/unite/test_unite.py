"""The runs of all shards make one run; the order of the files says nothing."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from gate.core.judge import judge
from gate.core.metric import Kind
from gate.core.reasons import Code, because
from gate.core.run import (
    Attempt,
    BaseTree,
    Confirmation,
    FailedAttempt,
    Looks,
    Measurement,
    Missing,
    Run,
    Skipped,
    Turn,
)
from gate.core.sample import Counts, Reduced, Values
from gate.core.unite import Given, unite
from gate.core.units import Dimension
from gate.core.verdict import Exit, Outcome, Status
from gate.record import encode_outcome, encode_run
from gate.testing.samples import LOOSER
from tests.core.unite.support import ALL, API, BUNDLE, DB, SPLIT, of, run, shard, united
from tests.helpers.judging import ELSEWHERE, HERE, measured, missing, objective, past
from tests.record.arbitrary import any_run

AT = "2026-11-22T13:00:00Z"
ONE = shard(1, measured(API, [1.0, 1.1, 1.2]), measured(DB, [2.0]), environment=ELSEWHERE)
TWO = shard(2, measured(BUNDLE, [3.0]), started="2026-11-22T12:05:00Z")


def statuses(outcome: Outcome) -> dict[str, Status]:
    return {row.objective.id: row.status for row in outcome.rows}


class TestShards:
    def test_one_run_is_itself(self) -> None:
        assert unite([Given("a.json", ONE)]) is ONE

    def test_all_shards_give_the_rows_of_the_whole(self) -> None:
        whole = run(measured(API, [1.0, 1.1, 1.2]), measured(DB, [2.0]), measured(BUNDLE, [3.0]))
        parts = replace(ONE, environment=HERE), TWO
        rows = judge(united(*parts), (), AT).rows
        assert rows == judge(whole, (), AT).rows
        assert [row.objective.id for row in rows] == [each.id for each in ALL]

    @drawn(st.permutations(range(4)), st.lists(st.integers(1, 4), min_size=4, max_size=4))
    @settings(max_examples=30)
    def test_the_order_of_files_says_nothing(self, order: list[int], sizes: list[int]) -> None:
        split = (("api",), ("db",), ("bundle",), ())
        asked = (API, DB, BUNDLE)
        runs = [
            shard(at + 1, *([measured(asked[at], [1.0] * n)] if at < 3 else []), split=split)
            for at, n in enumerate(sizes)
        ]
        first, again = united(*runs), united(*(runs[at] for at in order))
        assert encode_run(again) == encode_run(first)
        assert encode_outcome(judge(again, (), AT)) == encode_outcome(judge(first, (), AT))
        assert len({row.objective.id for row in judge(again, (), AT).rows}) == len(ALL)

    @pytest.mark.parametrize(
        ("here", "gone"),
        [
            pytest.param((ONE,), {BUNDLE.id}, id="the second shard is absent"),
            pytest.param((TWO,), {API.id, DB.id}, id="the first shard is absent"),
        ],
    )
    def test_what_is_absent_is_missing_by_name(self, here: tuple[Run, ...], gone: set[str]) -> None:
        outcome = judge(united(*here), (), AT)
        found = {r.objective.id: r.reason for r in outcome.rows if r.objective.id in gone}
        number = 2 if here == (ONE,) else 1
        for reason in found.values():
            assert reason is not None
            assert reason.code is Code.OTHER_SHARD
            assert f"shard {number} of 2 is absent" in reason.sentence
        assert outcome.exit is Exit.MISSING
        assert outcome.notes[-1].startswith(f"absent: shard {number} of 2")

    def test_three_of_four_never_open_the_gate(self) -> None:
        asked = of("api"), of("db"), of("bundle"), of("web")
        split = (("api",), ("db",), ("bundle",), ("web",))
        runs = [
            shard(at + 1, measured(each, [1.0] * 5), split=split, objectives=asked)
            for at, each in enumerate(asked)
        ]
        assert judge(united(*runs), (), AT).exit is Exit.OK
        for gone in range(4):
            outcome = judge(united(*runs[:gone], *runs[gone + 1 :]), (), AT)
            assert outcome.exit is Exit.MISSING
            assert statuses(outcome)[asked[gone].id] is Status.MISSING

    def test_members_of_an_absent_shard_are_missing_one_by_one(self) -> None:
        spread = replace(of("bundle"), each="file")
        asked = (API, spread, DB)
        before = run(measured(spread, [1.0], file="a"), measured(spread, [1.0], file="b"))
        here = shard(1, measured(API, [1.0]), measured(DB, [1.0]), objectives=asked)
        earlier = past(before, *before.measurements)
        rows = [r for r in judge(here, (earlier,), AT).rows if r.objective.budget == "bundle"]
        assert len(rows) == 2
        assert {row.reason and row.reason.code for row in rows} == {Code.OTHER_SHARD}

    def test_the_outcome_says_what_it_is_made_of(self) -> None:
        notes = judge(united(ONE, TWO), (), AT).notes
        assert [note.rpartition(" ")[2] for note in notes] == ["B", "A"]
        assert notes[0] == f"made of shard 1 of 2 {ONE.id}: api, db, on B"

    def test_each_objective_is_compared_in_its_own_environment(self) -> None:
        far = of("bundle", tolerance=0.5)
        asked = (API, far, DB)
        here = shard(1, measured(API, [1.0] * 5), objectives=asked)
        there = shard(2, measured(far, [1.0] * 5), objectives=asked, environment=ELSEWHERE)
        now = united(here, there)
        unsplit = replace(now, shards=None)  # all of it HERE
        stored = past(unsplit, measured(API, [1.0] * 5), measured(far, [1.0] * 5))
        found = {
            row.objective.id: verdict
            for row in judge(now, (stored,), AT).rows
            for verdict in row.verdicts
        }
        assert found[API.id].comparison is not None
        assert found[far.id].reason.code is Code.OTHER_ENVIRONMENT
        both = replace(stored, run=replace(now, id="p0", commit=stored.run.commit))
        again = {
            row.objective.id: verdict.baseline
            for row in judge(now, (both,), AT).rows
            for verdict in row.verdicts
        }
        assert again[API.id] is not None
        assert again[far.id] is not None
        assert (again[API.id].environment, again[far.id].environment) == (  # type: ignore[union-attr]
            HERE.key,
            ELSEWHERE.key,
        )

    def test_one_shard_alone_spends_its_share_of_the_alarm_rate(self) -> None:
        slow, base = measured(API, [1.3, 1.31, 1.29, 1.3, 1.3]), measured(API, [1.0] * 5)
        other = replace(of("bundle"), tolerance=API.tolerance)
        alone = shard(1, slow, objectives=(API, other))
        outcome = judge(alone, (past(alone, base),), AT)
        whole = judge(run(slow, objectives=(API,)), (past(alone, base),), AT)
        levels = [
            next(v.comparison.level for r in o.rows for v in r.verdicts if v.comparison)
            for o in (outcome, whole)
        ]
        assert 1 - levels[0] == pytest.approx((1 - levels[1]) / 2)


class TestParts:
    def test_every_field_of_a_run_is_thought_of(self) -> None:
        """A new field of a run has to be united: then add it here."""
        assert {field.name for field in dataclasses.fields(Run)} == {
            *("id", "started", "seconds", "tool_seconds", "commit", "environment", "promises"),
            *("measurements", "missing", "skipped", "failed_attempts", "tools", "looks", "quiet"),
            *("new_objectives", "loosened", "schema_version", "notes", "base", "trial"),
            *("earlier", "unread", "confirmation", "shards"),
        }

    def test_all_that_belongs_to_a_run_is_there(self) -> None:
        failed = FailedAttempt("db", 0, 1, because(Code.TOOL_CRASHED, tool="x", exit=1, detail=""))
        one = replace(
            ONE,
            tools=(("k6", "1"),),
            looks=(Looks("api", (3, 5), (3,)),),
            notes=("a", "b"),
            loosened=(LOOSER,),
            new_objectives=(DB.id,),
            failed_attempts=(failed,),
            unread=2,
        )
        two = replace(
            TWO,
            tools=(("brotli", "1"),),
            notes=("b", "c"),
            loosened=(LOOSER,),
            new_objectives=(DB.id, BUNDLE.id),
        )
        found = united(one, two)
        assert found.tools == (("brotli", "1"), ("k6", "1"))
        assert found.looks == one.looks
        assert found.notes == ("a", "b", "c")
        assert found.loosened == (LOOSER,)
        assert found.new_objectives == (BUNDLE.id, DB.id)
        assert found.failed_attempts == (failed,)
        assert (found.unread, found.seconds, found.started) == (2, 2.0, ONE.started)
        assert dict(found.environment.facts) == {"cpu": "A; B", "cores": "2"}
        assert found.environment.compared == HERE.compared
        assert found.id.startswith("20261122T120000-abcdef01-")
        assert found.shards is not None
        assert [part.run_id for part in found.shards.parts] == [ONE.id, TWO.id]

    def test_base_trees_are_one(self) -> None:
        bases = (
            BaseTree("p0", "main", 1, ("api",), (measured(API, [1.0]),), turns=turns("api")),
            BaseTree("p0", "main", 2, ("bundle",), (measured(BUNDLE, [1.0]),)),
        )
        found = united(replace(ONE, base=bases[0]), replace(TWO, base=bases[1])).base
        assert found is not None
        assert found.budgets == ("api", "bundle")
        assert [m.objective for m in found.measurements] == [API.id, BUNDLE.id]
        assert found.turns == turns("api")

    def test_a_shard_without_a_base_is_compared_as_it_was(self) -> None:
        base = BaseTree("p0", "main", 1, ("api",), (measured(API, [1.0]),))
        assert united(replace(ONE, base=base), TWO).base == base

    def test_suspects_of_all_were_measured_again(self) -> None:
        again = Confirmation((API.id,), (measured(API, [1.0]),))
        found = united(confirming(ONE, again), confirming(TWO, Confirmation())).confirmation
        assert found == again

    @pytest.mark.parametrize(
        ("confirmed", "status"),
        [
            pytest.param(True, Status.UNDECIDED, id="screened only"),
            pytest.param(False, Status.FAIL, id="decided by its first look"),
        ],
    )
    def test_a_shard_that_was_not_confirmed_decides_at_its_first_look(
        self, *, confirmed: bool, status: Status
    ) -> None:
        slow = shard(1, measured(API, [3.0, 3.1, 2.9, 3.0, 3.05]))
        slow = confirming(slow, Confirmation()) if confirmed else slow
        now = united(slow, confirming(TWO, Confirmation()))
        steady = [1.0, 1.01, 0.99, 1.0, 1.0]
        pasts = tuple(past(now, measured(API, steady), number=n) for n in range(5))
        assert statuses(judge(now, pasts, AT))[API.id] is status

    def test_earlier_attempts_are_known_once_and_no_part_is_one(self) -> None:
        before = Attempt("x", "2026-11-22T10:00:00Z", ("api",))
        part = Attempt(ONE.id, ONE.started, ("api", "db"))
        one, two = replace(ONE, earlier=(before,)), replace(TWO, earlier=(before, part))
        assert united(one, two).earlier == (before,)

    def test_the_trial_is_that_of_all(self) -> None:
        def trial(one: str, two: str) -> str:
            return united(replace(ONE, trial=one), replace(TWO, trial=two)).trial

        assert trial("a", "a") == "a"
        assert trial("a", "") == ""
        assert trial("a", "b") == trial("b", "a") != "a"

    def test_a_branch_that_differs_is_none_and_the_longest_history_counts(self) -> None:
        commit = replace(TWO.commit, branch="other", ancestors=("p0", "p1", "p2"))
        found = united(ONE, replace(TWO, commit=commit)).commit
        assert (found.branch, found.ancestors) == ("", ("p0", "p1", "p2"))


def confirming(made: Run, again: Confirmation) -> Run:
    assert made.shards is not None
    part = replace(made.shards.parts[0], confirms=True)
    return replace(made, confirmation=again, shards=replace(made.shards, parts=(part,)))


def turns(budget: str, *numbers: int) -> tuple[Turn, ...]:
    return tuple(Turn(budget, base, n) for n in numbers or (0,) for base in (True, False))


class TestMatrix:
    """Runs without shards: each asked for its own budgets, or for the same ones again."""

    def test_what_another_run_was_asked_for_is_not_skipped(self) -> None:
        left_out = because(Code.NOT_SELECTED, detail="--only")
        one = replace(
            run(measured(API, [1.0]), run_id="x-1"),
            skipped=(Skipped(BUNDLE.id, left_out), Skipped(DB.id, left_out)),
        )
        two = replace(
            run(measured(BUNDLE, [1.0]), run_id="x-2", environment=ELSEWHERE),
            skipped=(Skipped(API.id, left_out), Skipped(DB.id, left_out)),
        )
        found = united(one, two)
        assert [each.objective for each in found.skipped] == [DB.id]
        assert len(found.measurements) == 2

    def test_further_repeats_are_appended_with_numbers_of_their_own(self) -> None:
        base = [
            BaseTree("p0", "main", 1, ("api",), (measured(API, [v, v]),), turns=turns("api", 0, 1))
            for v in (1.0, 2.0)
        ]
        one = replace(run(measured(API, [1.0, 2.0]), run_id="x-1"), base=base[0])
        two = replace(
            run(measured(API, [3.0, 4.0]), run_id="x-2", started="2026-11-22T12:30:00Z"),
            base=base[1],
            failed_attempts=(FailedAttempt("api", 1, 1, because(Code.INTERRUPTED)),),
        )
        found = united(two, one)
        assert [unit.index for unit in found.measurements[0].units] == [0, 1, 2, 3]
        assert values(found.measurements[0]) == [1.0, 2.0, 3.0, 4.0]
        assert found.base is not None
        assert [unit.index for unit in found.base.measurements[0].units] == [0, 1, 2, 3]
        assert [turn.unit for turn in found.base.turns] == [0, 0, 1, 1, 2, 2, 3, 3]
        assert found.failed_attempts[0].unit == 3

    def test_a_time_out_in_one_of_them_is_never_dropped(self) -> None:
        late = missing(API, Code.TOOL_TIMED_OUT, tool="k6", seconds="60")
        found = united(run(measured(API, [1.0]), run_id="x-1"), run(late, run_id="x-2", started=AT))
        assert found.measurements == ()
        assert found.missing == (late,)

    def test_what_one_of_them_did_not_measure_another_may_have(self) -> None:
        found = united(
            run(measured(API, [1.0]), run_id="x-1"), run(missing(API), run_id="x-2", started=AT)
        )
        assert found.missing == ()
        assert values(found.measurements[0]) == [1.0]


def values(measurement: Measurement) -> list[float]:
    return [u.data.value for u in measurement.units if isinstance(u.data, Reduced)]


LOAD = (("api",),)
MEAN = of("api", "p95(http_req_duration)")
RATE = replace(of("api", "rate(http_reqs)"), kind=Kind.LATENCY, dimension=Dimension.RATE)
SHARE = objective("rate(http_req_failed)", kind=Kind.PROPORTION, dimension=Dimension.SHARE, limit=1)
FAILED = replace(SHARE, id=f"api/{SHARE.sli}", budget="api")


def generator(number: int, *answers: Measurement | Missing, of: int = 2) -> Run:
    return shard(
        1,
        *answers,
        split=LOAD,
        generator=(number, of),
        objectives=(MEAN, RATE, FAILED),
        run_id=f"20261122T120000-abcdef01-g{number}",
        started=f"2026-11-22T12:00:00.{number}Z",
    )


class TestGenerators:
    def test_samples_of_one_unit_are_pooled(self) -> None:
        found = united(
            generator(
                2,
                measured(MEAN, [Values((3.0, 4.0))]),
                measured(RATE, [20.0]),
                measured(FAILED, [(1, 10)]),
            ),
            generator(
                1,
                measured(MEAN, [Values((1.0, 2.0))]),
                measured(RATE, [10.0]),
                measured(FAILED, [(0, 30)]),
            ),
        )
        assert [len(m.units) for m in found.measurements] == [2, 2, 2]
        rows = {row.objective.id: row for row in judge(found, (), AT).rows}
        assert {row.n for row in rows.values()} == {1}
        assert rows[RATE.id].value == 30.0
        assert rows[FAILED.id].value == pytest.approx(1 / 40)

    def test_a_unit_that_not_all_measured_is_none(self) -> None:
        found = united(
            generator(1, measured(RATE, [1.0, 2.0, 3.0])), generator(2, measured(RATE, [1.0, 2.0]))
        )
        assert [unit.index for unit in found.measurements[0].units] == [0, 1, 0, 1]

    @pytest.mark.parametrize(
        ("answers", "code"),
        [
            pytest.param(
                (measured(MEAN, [1.0]), measured(MEAN, [2.0])),
                Code.NOT_POOLED,
                id="percentiles of generators are none of all",
            ),
            pytest.param(
                (measured(RATE, [1.0]), missing(RATE)), Code.TOOL_CRASHED, id="one of them crashed"
            ),
            pytest.param(
                (measured(FAILED, [Counts(1, 2)]), measured(FAILED, [0.5])),
                Code.NOT_POOLED,
                id="counts and a share",
            ),
        ],
    )
    def test_what_cannot_be_one_load_is_missing(
        self, answers: tuple[Measurement | Missing, ...], code: Code
    ) -> None:
        found = united(*(generator(at, each) for at, each in enumerate(answers, start=1)))
        assert found.measurements == ()
        assert [each.reason.code for each in found.missing] == [code]

    def test_units_of_different_numbers_are_none_together(self) -> None:
        late = measured(RATE, [1.0, 2.0])
        late = replace(late, units=late.units[1:])
        found = united(generator(1, measured(RATE, [1.0])), generator(2, late))
        assert found.missing[0].reason.code is Code.NOT_REPORTED

    def test_a_generator_that_is_absent_takes_the_load_with_it(self) -> None:
        outcome = judge(generator(1, measured(RATE, [1.0]), of=3), (), AT)
        assert outcome.exit is Exit.MISSING
        assert {row.status for row in outcome.rows} == {Status.MISSING}
        reason = outcome.rows[0].reason
        assert reason is not None
        assert "load generator 2 of 3, load generator 3 of 3 is absent" in reason.sentence


@drawn(any_run(), any_run(), st.booleans(), st.booleans())
@settings(max_examples=40)
def test_records_of_strangers_are_united_or_refused(
    one: Run, two: Run, alike: bool, sharing: bool
) -> None:
    one, two = (
        replace(each, id=f"r{at}", commit=run().commit, shards=None, looks=(), confirmation=None)
        for at, each in enumerate((one, two))
    )
    if alike:
        two = replace(two, promises=one.promises, base=one.base, environment=one.environment)
    if alike and sharing:
        two = replace(two, measurements=one.measurements, skipped=one.skipped)
    found = [unite([Given(each.id, each) for each in order]) for order in ((one, two), (two, one))]
    assert found[0] == found[1]
    if isinstance(found[0], Run):
        answered = [(m.objective, m.sli) for m in found[0].measurements]
        answered += [(m.objective, m.sli) for m in found[0].missing]
        assert len(answered) == len(set(answered))


def test_the_split_of_these_tests_is_that_of_all_budgets() -> None:
    assert {name for names in SPLIT for name in names} == {each.budget for each in ALL}
