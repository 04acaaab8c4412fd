from __future__ import annotations

import contextlib
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.core.loosening import How, told
from gate.core.quiet import Disturbed, Quiet, Watched
from gate.core.reasons import Code, because
from gate.core.run import (
    RUN_SCHEMA,
    Attempt,
    BaseTree,
    Confirmation,
    EarlierFail,
    Looks,
    Part,
    Run,
    Shards,
    Turn,
)
from gate.core.sample import Unit, Values
from gate.core.verdict import Outcome
from gate.errors import RecordError
from gate.record import (
    as_recorded,
    decode_outcome,
    decode_run,
    encode_outcome,
    encode_run,
)
from gate.record.canonical import Tree
from gate.record.migrate import Schema, migrate
from gate.testing import samples
from gate.testing.sample_outcomes import hostile_outcome, mixed_outcome
from tests.record.arbitrary import any_outcome, any_run

GOLDEN = Path(__file__).parent / "golden"


def test_every_version_reads_the_records_of_version_1() -> None:
    """Never rewrite these files: teams keep such records for years."""
    run = decode_run((GOLDEN / "v1" / "run.json").read_bytes())
    outcome = decode_outcome((GOLDEN / "v1" / "outcome.json").read_bytes())
    assert run.id == outcome.run_id == "run-1"
    assert run.measurements[0].units[0].data == Values((0.212, 0.241, 0.266))
    assert outcome.rows[0].verdicts[1].comparison is not None
    assert outcome.rows[0].verdicts[1].comparison.ratio == 1.18


def test_a_run_of_version_1_has_no_base() -> None:
    old = decode_run((GOLDEN / "v1" / "run.json").read_bytes())
    assert (old.base, old.schema_version) == (None, RUN_SCHEMA)
    assert old == in_words(samples.run())


def in_words(run: Run) -> Run:
    """The same run as before version 5, which said in a sentence what was loosened."""
    return replace(run, loosened=(told("api/rate(http_reqs): limit was at least 160 /s"),))


def test_a_run_of_version_4_says_in_words_what_was_loosened() -> None:
    old = decode_run((GOLDEN / "v4" / "run.json").read_bytes())
    assert old == looked_at(again(in_words(samples.run())))
    assert [each.sentence for each in old.loosened] == [
        "api/rate(http_reqs): limit was at least 160 /s"
    ]


def test_an_outcome_of_version_3_says_in_words_what_was_loosened() -> None:
    old = decode_outcome((GOLDEN / "v3" / "outcome.json").read_bytes())
    assert [(each.how, each.held) for each in old.loosened] == [(How.TOLD, True)]


def with_base(run: Run) -> Run:
    """The same run, measured in turn with a base."""
    turns = (Turn("api", base=True, unit=0), Turn("api", base=False, unit=0))
    measured, missing = run.measurements[:1], run.missing[:1]
    base = BaseTree(
        samples.BASE, "main", 7, ("api",), measured, missing, run.failed_attempts, run.tools, turns
    )
    return replace(run, base=base)


def test_a_run_of_version_2_is_the_first_attempt() -> None:
    old = decode_run((GOLDEN / "v2" / "run.json").read_bytes())
    assert (old.trial, old.earlier, old.unread, old.promises.weights) == ("", (), 0, ())
    assert old == with_base(in_words(samples.run()))


def test_an_outcome_of_version_1_says_nothing_of_what_is_left() -> None:
    old = decode_outcome((GOLDEN / "v1" / "outcome.json").read_bytes())
    assert (old.attempt, old.alarm_left) == (2, 0.0)


def again(run: Run) -> Run:
    """The same run with a base, as the second attempt whose first one failed."""
    run = with_base(run)
    broken = EarlierFail(
        samples.READ.id, "tolerance", because(Code.BEYOND, value="+18 %", bound="x")
    )
    first = Attempt("run-0", samples.STARTED, ("api",), run.measurements[:1], run.base, (broken,))
    weighed = replace(run.promises, weights=(("api", 2.0),))
    return replace(run, promises=weighed, trial="0123456789abcdef", earlier=(first,), unread=1)


def test_a_run_of_version_3_counted_its_looks_and_is_judged_at_the_last() -> None:
    old = decode_run((GOLDEN / "v3" / "run.json").read_bytes())
    assert old == again(in_words(samples.run()))


def test_an_outcome_of_version_2_screened_nothing() -> None:
    old = decode_outcome((GOLDEN / "v2" / "outcome.json").read_bytes())
    assert {v.screened for row in old.rows for v in row.verdicts} == {None}


def looked_at(run: Run) -> Run:
    """The same run as a shard, after two looks, with suspects of the first one measured again."""
    looks = (Looks("api", (5, 8, 11), (5, 8)),)
    fresh = Confirmation(
        (samples.READ.id,), run.measurements, run.missing, run.failed_attempts, run.base, looks
    )
    before = tuple(replace(each, confirmation=fresh) for each in run.earlier)
    part = Part(run.id, run.started, ("web", "api"), run.environment, 1, 2, confirms=True)
    shards = Shards((("web", "api"), ("bundle",)), 2, (part,))
    quiet = mixed_outcome().quiet
    return replace(run, looks=looks, confirmation=fresh, earlier=before, shards=shards, quiet=quiet)


def test_what_is_written_today_is_what_is_committed() -> None:
    """Where this fails, the schema changed: raise its version, add a migration and a folder."""
    assert encode_run(looked_at(again(samples.run()))) == (GOLDEN / "v5" / "run.json").read_bytes()
    assert encode_outcome(mixed_outcome()) == (GOLDEN / "v4" / "outcome.json").read_bytes()


@given(any_run())
@settings(max_examples=60, deadline=None)
def test_a_run_is_read_back_and_written_again_as_the_same_bytes(run: Run) -> None:
    written = encode_run(run)
    read = decode_run(written)
    assert encode_run(read) == written
    assert as_recorded(read) == read


@given(any_outcome())
@settings(max_examples=60, deadline=None)
def test_an_outcome_is_read_back_and_written_again_as_the_same_bytes(outcome: Outcome) -> None:
    written = encode_outcome(outcome)
    assert encode_outcome(decode_outcome(written)) == written


def test_names_from_strangers_come_back_as_they_were() -> None:
    outcome = hostile_outcome()
    assert decode_outcome(encode_outcome(outcome)) == outcome


def test_whole_numbers_and_equal_floats_are_the_same_bytes() -> None:
    one, other = (replace(samples.run(), seconds=seconds) for seconds in (300, 300.0))
    assert encode_run(one) == encode_run(other)


_RUN = encode_run(samples.run())


def _changed(*path: str | int, to: object) -> bytes:
    tree = json.loads(_RUN)
    at: Any = tree
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return json.dumps(tree).encode()


def _looks(declared: list[object], asked: list[object]) -> bytes:
    return _changed("looks", to=[{"budget": "b", "declared": declared, "asked": asked}])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(
            _changed("surprise", to=1), "unknown key 'surprise'", id="an unknown key at the top"
        ),
        pytest.param(
            _changed("measurements", 0, "units", 1, "data", "extra", to=1),
            "measurements[0].units[1].data: unknown key 'extra'",
            id="an unknown key deep inside, with its place",
        ),
        pytest.param(
            _changed("promises", "objectives", 2, "limit", to={}),
            "promises.objectives[2].limit: the key 'fail' is absent",
            id="an absent key",
        ),
        pytest.param(
            _changed("measurements", 0, "units", 0, "data", "values", 1, to="0.2"),
            "measurements[0].units[0].data.values: expected a list of numbers, got a list",
            id="text among the samples",
        ),
        pytest.param(
            _changed("measurements", 0, "units", 0, "data", "values", to=[True]),
            "expected a list of numbers",
            id="truth among the samples",
        ),
        pytest.param(
            _changed("measurements", 0, "units", 0, "data", "values", to=[]),
            "a sample holds at least one value",
            id="an empty sample",
        ),
        pytest.param(
            _changed("measurements", 0, "units", 0, "data", "values", to=[10**400]),
            "expected finite numbers",
            id="a number that no float holds",
        ),
        pytest.param(
            _changed("measurements", 0, "units", 0, "data", "values", to=[1e101]),
            "none beyond 1e+100",
            id="a number whose square is infinite",
        ),
        pytest.param(
            _changed("measurements", 0, "sli", "statistic", to="rate"),
            "single values have no statistic 'rate'",
            id="a statistic that these data cannot give",
        ),
        pytest.param(
            _changed("measurements", 0, "units", to=[]),
            "a measurement holds at least one unit",
            id="a measurement of nothing",
        ),
        pytest.param(
            _changed("measurements", 1, "units", 0, "data", "events", to=10**9),
            "expected 0 <= events <= trials",
            id="more events than trials",
        ),
        pytest.param(
            _changed("measurements", 1, "units", 0, "data", "form", to="guess"),
            "form is one of values, counts, reduced",
            id="an unknown form of data",
        ),
        pytest.param(
            _changed("measurements", 0, "kind", to="hunch"),
            "expected one of exact, counted",
            id="a word that is not of the enum",
        ),
        pytest.param(
            _changed("measurements", 0, "sli", "statistic", to="p999"),
            "unknown statistic 'p999'",
            id="a statistic that nobody knows",
        ),
        pytest.param(
            _changed("measurements", 0, "sli", "statistic", to="share"),
            "a share has a bound",
            id="a share without its bound",
        ),
        pytest.param(
            _changed("measurements", 0, "sli", "tags", to=[["a", "b"], ["a", "c"]]),
            "a tag is there twice",
            id="a tag twice",
        ),
        pytest.param(
            _changed("measurements", 0, "sli", "tags", to=[["a"]]),
            "tags[0]: expected a list of 2",
            id="half a tag",
        ),
        pytest.param(
            _changed("promises", "policy", "alarm_rate", to=0),
            "expected alarm and miss rates between 0 and 1",
            id="an alarm rate of nothing",
        ),
        pytest.param(
            _changed("promises", "policy", "undecided", to="shrug"),
            "expected undecided to be warn or fail",
            id="an unknown policy",
        ),
        pytest.param(
            _changed("promises", "policy", "bootstrap_until", to="soon"),
            "expected bootstrap_until to be a day",
            id="a bootstrap that never ends",
        ),
        pytest.param(
            _changed("promises", "waivers", 0, "expires", to="9999-99-99"),
            "promises.waivers[0]: expected a day",
            id="a waiver without a last day",
        ),
        pytest.param(
            _changed("promises", "objectives", 0, "weight", to=0),
            "expected a weight above 0",
            id="an objective without weight",
        ),
        pytest.param(
            _changed("promises", "weights", to=[["api", 0]]),
            "expected weights of budgets above 0",
            id="a budget without weight",
        ),
        pytest.param(
            _changed("promises", "objectives", 2, "limit", to=None),
            "promises.objectives[2]: an objective has a limit or a tolerance",
            id="an objective without a bound",
        ),
        pytest.param(_changed("looks", to=1), "expected a list", id="looks by their number"),
        pytest.param(_looks([5, 8], []), "between one look and as many", id="no look"),
        pytest.param(_looks([5], [5, 8]), "between one look and as many", id="an undeclared look"),
        pytest.param(_looks([5, 5], [5]), "looks at rising numbers", id="the same look twice"),
        pytest.param(_looks([0, 5], [5]), "looks at rising numbers", id="a look at nothing"),
        pytest.param(_looks([5, 8], [8, 5]), "looks at rising numbers", id="a look backwards"),
        pytest.param(_looks([5], [1.0]), "expected a whole number", id="half a look"),
        pytest.param(_looks([2**60], [5]), "below 2**53", id="a whole number too large"),
        pytest.param(_looks([True], [5]), "got true or false", id="truth is no number"),
        pytest.param(_changed("seconds", to=True), "expected a number", id="truth is no seconds"),
        pytest.param(_changed("id", to=None), "id: expected text, got null", id="null is no text"),
        pytest.param(_changed("id", to="\ud800"), "half of a character", id="half a character"),
        pytest.param(_changed("commit", to=[]), "expected an object, got a list", id="a list"),
        pytest.param(_changed("tools", to={}), "expected a list, got an object", id="an object"),
        pytest.param(
            _changed("commit", "dirty", to="no"), "expected true or false", id="text is no truth"
        ),
        pytest.param(_changed("record", to="outcome"), "expected a run record", id="an outcome"),
        pytest.param(b"[]", "not a record of perfgate", id="no object"),
        pytest.param(b'{"metrics":{}}', "not a record of perfgate", id="another tool's file"),
        pytest.param(
            _changed("schema_version", to=99),
            "schema version 99 was written by a newer perfgate; this one reads versions up to 5",
            id="a newer perfgate wrote it",
        ),
        pytest.param(_changed("schema_version", to="1"), "a whole number from 1", id="no version"),
        pytest.param(_changed("schema_version", to=0), "a whole number from 1", id="version 0"),
    ],
)
def test_what_is_not_our_record_is_refused_with_its_place(data: bytes, says: str) -> None:
    with pytest.raises(RecordError) as refused:
        decode_run(data, "some/run.json")
    assert refused.value.message.startswith("some/run.json: ")
    assert says in refused.value.message


@given(st.integers(0, len(_RUN) - 1))
@settings(max_examples=150, deadline=None)
def test_a_truncated_record_is_refused(end: int) -> None:
    if end == len(_RUN) - 1:  # the newline alone is missing
        return
    with pytest.raises(RecordError):
        decode_run(_RUN[:end])


@given(st.integers(0, len(_RUN) - 1), st.integers(0, 7))
@settings(max_examples=300, deadline=None)
def test_a_flipped_bit_is_refused_or_read_as_another_run(at: int, bit: int) -> None:
    data = bytearray(_RUN)
    data[at] ^= 1 << bit
    _read_or_refused(bytes(data))


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_any_value_in_any_place_is_refused_or_read(data: st.DataObject) -> None:
    tree = json.loads(_RUN)
    at = tree
    while isinstance(at, dict | list) and at:
        keys = sorted(at) if isinstance(at, dict) else range(len(at))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.integers(0, 3)) == 0 or not isinstance(at[key], dict | list):
            at[key] = data.draw(_TREES)
            break
        at = at[key]
    _read_or_refused(json.dumps(tree).encode())


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        decode_outcome(data)


def _read_or_refused(data: bytes) -> None:
    """Anything but a `RecordError` ends the test; what is read can be written."""
    with contextlib.suppress(RecordError):
        encode_run(decode_run(data))


def test_older_records_pass_through_every_migration_in_turn() -> None:
    schema = Schema(
        "run",
        3,
        {
            1: lambda tree: {**tree, "second": True},
            2: lambda tree: {**tree, "third": tree["second"]},
        },
    )
    old: Tree = {"record": "run", "schema_version": 1, "id": "x"}
    assert migrate(old, schema, "run.json") == {
        "id": "x",
        "second": True,
        "third": True,
        "schema_version": 3,
    }


def test_every_older_version_has_its_migration() -> None:
    from gate.record.migrate import OUTCOME, RUN

    for schema in (RUN, OUTCOME):
        assert sorted(schema.migrations) == list(range(1, schema.version))


def test_half_a_million_samples_are_quick_and_compact() -> None:
    """A generous bound: five runs of a load test must not feel like a second load test."""
    values = tuple(0.001 * (1 + (i * 7919 % 100_003) / 9973) for i in range(100_000))
    measured = samples.run().measurements[0]
    units = tuple(Unit(Values(values), index) for index in range(5))
    run = replace(samples.run(), measurements=(replace(measured, units=units),))
    started = time.process_time()
    data = encode_run(run)
    read = decode_run(data)
    assert time.process_time() - started < 10
    assert sum(unit.data.n for unit in read.measurements[0].units) == 500_000
    assert len(data) < 14 * 500_000


def test_an_over_large_run_is_refused_before_it_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gate.record.MAX_BYTES", 100)
    with pytest.raises(RecordError, match="larger than 100 bytes"):
        encode_run(samples.run())


@pytest.mark.parametrize(
    "quiet",
    [
        pytest.param(Quiet("api", Watched.HEAD, 2, 3), id="more dropped than watched"),
        pytest.param(Quiet("api", Watched.HEAD, 2, -1), id="less than none dropped"),
        pytest.param(
            Quiet("api", Watched.HEAD, 2, 1, (Disturbed(-1, dropped=True, by=()),)), id="no unit"
        ),
    ],
)
def test_what_cannot_have_been_watched_is_refused(quiet: Quiet) -> None:
    with pytest.raises(RecordError, match="quiet"):
        decode_run(encode_run(replace(samples.run(), quiet=(quiet,))))
