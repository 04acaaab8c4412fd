"""What is computed without a server: differences, facts, findings, dsn, options."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from gate.core.reasons import Reason
from gate.core.sample import Counts
from gate.core.sli import parse_sli
from gate.runners.postgres import RUNNER, PostgresOptions
from gate.runners.postgres.connect import UnreadableError, expand
from gate.runners.postgres.facts import most_repeated, most_time, plain, slowest
from gate.runners.postgres.findings import findings, usable
from gate.runners.postgres.observed import Observed, answer
from gate.runners.postgres.server import Extension
from gate.runners.postgres.slow import Slow
from gate.runners.postgres.statements import Counters, Snapshot, between
from gate.seams.runner import Found, Load, NotFound, Question
from gate.tools.doctor import Level
from tests.runners.postgres.support import SHARE, a_server, statement

KEY = (10, 5, 99, True)
NESTED = (10, 5, 99, False)
BEFORE = Counters(calls=5, time=50.0, longest=20.0, rows=5, hit=1, read=1, temp=0)
AFTER = Counters(calls=8, time=350.0, longest=250.0, rows=9, hit=2, read=3, temp=4)


def shot(entries: dict[tuple[int, int, int, bool], Counters], **given: object) -> Snapshot:
    return replace(Snapshot(entries, "start", "reset", 0), **given)  # type: ignore[arg-type]


def test_a_statement_is_the_difference_of_its_counters() -> None:
    (found,) = between(shot({KEY: BEFORE}), shot({KEY: AFTER, NESTED: AFTER}), {KEY: "SELECT 1"})
    assert found == statement(
        "SELECT 1", query_id=99, calls=3, time=0.3, record=0.25, rows=4, hit=1, read=2, temp=4
    )


def test_a_new_statement_counts_whole_and_an_idle_one_not_at_all() -> None:
    found = between(shot({KEY: AFTER}), shot({KEY: AFTER, (10, 5, 7, True): BEFORE}), {})
    assert [(each.query_id, each.calls, each.record, each.text) for each in found] == [
        (7, 5, 0.02, "")
    ]


@pytest.mark.parametrize(
    ("after", "detail"),
    [
        pytest.param(shot({KEY: AFTER}, started="later"), "was restarted", id="restart"),
        pytest.param(shot({KEY: AFTER}, reset="later"), "were reset", id="reset"),
        pytest.param(shot({KEY: AFTER}, dealloc=1), "evicted statements", id="dealloc"),
        pytest.param(shot({}), "reset or evicted", id="an-entry-vanished"),
        pytest.param(shot({KEY: replace(AFTER, calls=4)}), "reset or evicted", id="fewer-calls"),
        pytest.param(shot({KEY: replace(AFTER, since="x")}), "reset or evicted", id="begun-anew"),
    ],
)
def test_disturbed_counters_are_never_subtracted(after: Snapshot, detail: str) -> None:
    with pytest.raises(UnreadableError) as disturbed:
        between(shot({KEY: BEFORE}), after, {})
    assert detail in disturbed.value.reason.sentence
    assert disturbed.value.again


def seen(slow: Slow | Reason, *, calls: int = 10, record: float = 0.0) -> Observed:
    asked = parse_sli(SHARE).beyond
    assert asked is not None
    statements = (statement("SELECT 1", calls=calls, record=record),) if calls else ()
    return Observed("shop", statements, {asked: slow}, 8192, Load(5, 1.0))


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        pytest.param(seen(Slow(2, 0, 2, ())), Counts(2, 10), id="slow-over-calls"),
        pytest.param(seen(Slow(2, 3, 2, ())), Counts(5, 13), id="cancelled-is-on-both-sides"),
        pytest.param(seen(Slow(0, 3, 0, ()), calls=0), Counts(3, 3), id="only-cancelled"),
        pytest.param(seen(Slow(0, 0, 0, ())), Counts(0, 10), id="none-slow"),
        pytest.param(seen(Slow(0, 0, 0, ()), record=0.2), Counts(0, 10), id="a-record-at-the-edge"),
        pytest.param(seen(Slow(0, 0, 1, ()), record=0.21), Counts(0, 10), id="a-record-with-line"),
        pytest.param(seen(Slow(0, 0, 0, ()), record=0.21), "tells of 0", id="a-record-without"),
        pytest.param(seen(Slow(11, 0, 11, ())), "11 statements beyond", id="more-slow-than-calls"),
        pytest.param(seen(Slow(0, 0, 0, ()), calls=0), "no statement", id="nothing-of-nothing"),
    ],
)
def test_the_share_of_slow_statements(observed: Observed, expected: Counts | str) -> None:
    given = answer(Question("slow", parse_sli(SHARE)), observed)
    match expected:
        case Counts():
            assert isinstance(given, Found)
            assert given.data == expected
        case _:
            assert isinstance(given, NotFound)
            assert expected in given.reason.sentence


def test_facts_name_the_statements() -> None:
    first = statement("SELECT a", query_id=1, calls=300, time=3.0)
    second = statement("SELECT b", query_id=2, calls=30, time=6.0)
    third = statement("SELECT a", query_id=3, calls=10, time=1.0)
    assert most_time((first, second, third))[0] == (
        "most time, 1",
        "60% of it, 30 calls of 200 ms: SELECT b",
    )
    assert most_repeated((second, first), 30) == (
        ("most repeated", "10 calls per request: SELECT a"),
    )
    assert most_repeated((second, first), 0) == (("most repeated", "300 calls: SELECT a"),)
    slow = Slow(9, 2, 9, ((1, 3), (2, 4), (3, 2), (77, 2)))
    assert slowest(slow, (first, second, third)) == (
        ("most beyond the bound, 1", "5 of 310 calls: SELECT a"),
        ("most beyond the bound, 2", "4 of 30 calls: SELECT b"),
        ("cancelled or still running", "2, counted as beyond"),
    )
    assert most_time(()) == most_repeated((), 5) == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SELECT\n\t 1", "SELECT 1"),
        ("ALTER ROLE x PASSWORD 'pl4nted'", "ALTER ROLE x PASSWORD ?"),
        ("SELECT 'it''s pl4nted', 1", "SELECT ?, 1"),
        ("DO $$ pl4nted $$", "DO ?"),
        ("DO $a$ pl4nted $$ $a$ x", "DO ? x"),
        ("SELECT $1, $2 + 'pl4nted", "SELECT $1, $2 + ?"),
        ("SELECT \x1b[31m\u202e1", "SELECT [31m 1"),
        ("x" * 130, "x" * 119 + "…"),
    ],
)
def test_a_shown_statement_has_no_literal_and_one_line(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_server_that_has_everything_has_no_bad_line() -> None:
    server = a_server()
    assert usable(server) == server.extension
    assert {line.status for line in findings(server)} == {Level.OK}


def test_an_old_extension_cannot_tell_nested_statements_apart() -> None:
    old = Extension("1.8", "public", has_info=False, columns=frozenset({"total_exec_time"}))
    settings = {"pg_stat_statements.track": "all"}
    reason = usable(a_server(extension=old, settings=settings))
    assert isinstance(reason, Reason)
    assert "version 1.8 cannot tell nested statements apart" in reason.sentence
    assert usable(a_server(extension=old)) == old


def test_a_name_in_a_remedy_is_quoted() -> None:
    reason = usable(a_server(reads_all=False, role='a"; DROP'))
    assert isinstance(reason, Reason)
    assert 'GRANT pg_read_all_stats TO "a""; DROP";' in reason.remedy


@pytest.mark.parametrize(
    ("dsn", "expanded"),
    [
        ("postgresql://u:${PW}@h/${DB:-shop}", "postgresql://u:s3$cret@h/shop"),
        ("${EMPTY:-x}|${EMPTY}", "x|"),
        ("$$ $HOME $PW {PW}", "$$ $HOME $PW {PW}"),
    ],
)
def test_variables_in_a_dsn_are_replaced_once(dsn: str, expanded: str) -> None:
    assert expand(dsn, {"PW": "s3$cret", "EMPTY": ""}) == expanded


def test_options_are_strict_and_hide_the_dsn() -> None:
    options = PostgresOptions.model_validate({"dsn": "host=x password=pl4nted", "ignore": ["a"]})
    assert options.ignore == ("a",)
    assert "pl4nted" not in repr(options)
    for wrong in ({}, {"dsn": ""}, {"dsn": "x", "ignore": "a"}, {"dsn": "x", "utility": 1}):
        with pytest.raises(ValidationError):
            PostgresOptions.model_validate(wrong)


@pytest.mark.parametrize(
    "sli",
    [
        SHARE,
        "mean(query_duration)",
        "mean(queries_per_request)",
        "rate(calls)",
        "mean(rows)",
        "rate(cache_hit)",
        "sum(temp_bytes)",
    ],
)
def test_the_promises_of_the_design_can_be_asked(sli: str) -> None:
    catalogue = RUNNER.catalogue(PostgresOptions(dsn="x"))
    assert str(catalogue.resolve(parse_sli(sli))[0]) == sli
