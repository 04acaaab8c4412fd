from __future__ import annotations

import math

import pytest

from gate.core.sli import Beyond
from gate.core.units import parse_quantity
from gate.runners.postgres.records import Record
from gate.runners.postgres.slow import Ran, Slow, count, ran
from gate.runners.postgres.wanted import Wanted, statements_in

ABOVE = Beyond(">", parse_quantity("200 ms"))


def record(message: str, **given: str) -> Record:
    fields = {"user": "u", "database": "shop", "process": "7", "severity": "LOG", **given}
    return Record(message=message, query_id=5, **fields)


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("duration: 210.5 ms  statement: SELECT 1", [0.2105]),
        ("duration: 210.5 ms  execute <unnamed>: SELECT 1", [0.2105]),
        ("duration: 210.5 ms  execute S_1: SELECT\n1", [0.2105]),
        ("duration: 210.5 ms  execute fetch from S_1/C_2: SELECT 1", [0.2105]),
        ("duration: 210.5 ms", [0.2105]),
        ("duration: 210.5 ms  parse <unnamed>: SELECT 1", []),
        ("duration: 210.5 ms  bind S_1: SELECT 1", []),
        ("duration: 210.5 ms  plan:\nQuery Text: SELECT 1", []),
        ('duration: 210.5 ms  fastpath function call: "lo_open" (OID 952)', []),
        ("the duration: 210.5 ms  statement: SELECT 1", []),
        ("statement: SELECT 1", []),
    ],
)
def test_which_lines_are_finished_statements(message: str, seconds: list[float]) -> None:
    found = ran([record(message)], database="shop", user="")
    assert [each.seconds for each in found] == seconds


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        ("canceling statement due to statement timeout", True),
        ("canceling statement due to lock timeout", True),
        ("canceling statement due to user request", True),
        ("canceling autovacuum task", False),
        ('could not obtain lock on row in relation "item"', False),
    ],
)
def test_which_errors_are_cancelled_statements(message: str, *, counts: bool) -> None:
    records = [record(message, severity="ERROR", statement="SELECT 1")]
    found = list(ran(records, database="shop", user="u"))
    assert found == ([Ran(math.inf, "SELECT 1", 5, finished=False)] if counts else [])


def test_other_databases_and_users_are_left_out() -> None:
    slow = "duration: 210.5 ms  statement: SELECT 1"
    records = [record(slow, database="other"), record(slow, user="v"), record(slow)]
    assert len(list(ran(records, database="shop", user="u"))) == 1
    assert len(list(ran(records, database="shop", user=""))) == 2


def test_a_bare_duration_belongs_to_what_its_session_began() -> None:
    records = [
        record("statement: COMMIT"),
        record("execute <unnamed>: SELECT 2", process="8"),
        record("duration: 300 ms"),
        record("duration: 300 ms", process="8"),
    ]
    found = ran(records, database="shop", user="")
    assert [each.text for each in found] == ["COMMIT", "SELECT 2"]


@pytest.mark.parametrize(
    ("bound", "finished"),
    [
        pytest.param(Beyond(">", parse_quantity("200 ms")), 1, id="the-edge-is-not-above"),
        pytest.param(Beyond(">=", parse_quantity("200 ms")), 2, id="the-edge-is-at-least"),
        pytest.param(Beyond("<", parse_quantity("200 ms")), 2, id="below-counts-the-rest"),
        pytest.param(Beyond("<=", parse_quantity("200 ms")), 1, id="at-most-counts-the-rest"),
    ],
)
def test_both_sides_and_the_edge_of_a_bound(bound: Beyond, finished: int) -> None:
    messages = [f"duration: {ms} ms  statement: SELECT 1" for ms in ("199.999", "200.000", "200.1")]
    statements = ran(map(record, messages), database="shop", user="")
    assert count(statements, bound, Wanted(), frozenset()).finished == finished


def test_what_does_not_count_still_is_a_line_of_the_log() -> None:
    statements = [
        Ran(1.0, "COMMIT", 1),
        Ran(1.0, "SELECT 1; SELECT 2", 2),
        Ran(1.0, "SELECT 'ignored by its id'", 3),
        Ran(1.0, "SELECT 1; SELECT 'not by the id of one of two'", 3),
        Ran(math.inf, "SELECT 4", 4, finished=False),
        Ran(0.1, "SELECT 5", 5),
    ]
    slow = count(statements, ABOVE, Wanted(), frozenset({3}))
    assert slow == Slow(finished=2, unfinished=1, lines=6, by_query=((2, 1), (3, 1), (4, 1)))


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        pytest.param("SELECT 1", True, id="a-query"),
        pytest.param("", True, id="an-unknown-text"),
        pytest.param("COMMIT", False, id="a-commit"),
        pytest.param("/* app */ begin", False, id="a-comment-in-front"),
        pytest.param("-- hello\nset x = 1;", False, id="a-line-comment-in-front"),
        pytest.param("start  transaction", False, id="two-words"),
        pytest.param("BEGIN; SELECT 1; COMMIT", True, id="work-between-begin-and-commit"),
        pytest.param("CLOSE ALL; UNLISTEN *; RESET ALL", False, id="a-pool-reset"),
        pytest.param("SETTLE()", True, id="a-word-that-only-begins-so"),
        pytest.param("PREPARE nap AS SELECT 1", True, id="the-work-of-execute"),
        pytest.param("PREPARE TRANSACTION 'x'", False, id="two-phase-commit"),
        pytest.param("SET x = 'a;b'", True, id="a-semicolon-in-a-literal-is-on-the-safe-side"),
        pytest.param("COPY item FROM STDIN", True, id="copy-is-work"),
        pytest.param("SELECT /* perfgate */ 1", False, id="our-own"),
        pytest.param("select\n  HEARTBEAT( )", False, id="ignored-in-any-case-and-spacing"),
        pytest.param("SELECT heartbeat(1)", True, id="not-quite-the-pattern"),
        pytest.param("SELECT * FROM job_queue WHERE x", False, id="ignored-by-its-beginning"),
        pytest.param("SELECT heartbeat( ); SELECT 1", True, id="half-ignored"),
    ],
)
def test_which_statements_count(text: str, *, counts: bool) -> None:
    wanted = Wanted(("select heartbeat( )", "SELECT %FROM job_queue%"))
    assert wanted.counts(text) is counts


def test_session_statements_count_if_wanted() -> None:
    assert Wanted(utility=True).counts("COMMIT")
    assert not Wanted(("commit",), utility=True).counts("COMMIT;")


def test_a_pattern_is_no_regular_expression() -> None:
    assert Wanted(("SELECT .*",)).counts("SELECT anything")
    assert not Wanted(("SELECT (a+)+$",)).counts("SELECT (a+)+$")


def test_statements_are_split_without_comments() -> None:
    assert statements_in(" a /* ; */ b ;; -- x\nc ") == ("a b", "c")
