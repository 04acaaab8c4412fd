from __future__ import annotations

import math
from pathlib import Path

import pytest

from gate.runners.postgres.records import GarbledError, Record, prefix_pattern, read_records
from gate.runners.postgres.slow import Ran, ran

DATA = Path(__file__).with_name("data")


def records(form: str, raw: bytes, prefix: str = "") -> list[Record]:
    return list(read_records(form, raw, prefix))


def test_a_real_jsonlog_is_read() -> None:
    found = records("jsonlog", (DATA / "pg-15.json").read_bytes())
    assert found[0] == Record("", "", "13510", "LOG", "ending log output to stderr")
    assert [each.message[:24] for each in found[1:4]] == [
        "duration: 0.635 ms  bind",
        "duration: 0.298 ms  exec",
        "duration: 0.221 ms  stat",
    ]
    cancelled = next(each for each in found if each.severity == "ERROR")
    assert cancelled.message == "canceling statement due to statement timeout"
    assert cancelled.statement == "select pg_sleep(0.5)"
    assert cancelled.query_id == 2920803561901199087


def test_a_real_csvlog_is_read() -> None:
    (found,) = records("csvlog", (DATA / "pg-15.csv").read_bytes())
    assert found == Record(
        user="bench",
        database="postgres",
        process="3826",
        severity="LOG",
        message="duration: 217.734 ms  statement: do $$begin perform pg_sleep(0.21); end$$",
        query_id=-525657831263999578,
    )


def test_a_csvlog_of_an_old_server_has_no_query_id() -> None:
    raw = b",".join([b"t", b"u", b"d", b"7", *[b""] * 7, b"LOG", b"00000", b"m", *[b""] * 9])
    assert records("csvlog", raw) == [Record("u", "d", "7", "LOG", "m")]


@pytest.mark.parametrize(
    ("form", "raw"),
    [
        pytest.param("jsonlog", b'{"pid": 1, "error_sev', id="a-cut-line-of-json"),
        pytest.param("jsonlog", b"2026-11-22 LOG:  plain\n", id="a-plain-line-in-json"),
        pytest.param("jsonlog", b"[]\n", id="json-that-is-no-record"),
        pytest.param("jsonlog", b'{"pid": 1}\n', id="json-without-severity"),
        pytest.param("jsonlog", b'{"pid":1,"error_severity":"LOG","query_id":"x"}\n', id="no-id"),
        pytest.param("jsonlog", b"[" * 100_000, id="json-that-is-too-deep"),
        pytest.param("csvlog", b"a,b,c\n", id="too-few-columns"),
        pytest.param("csvlog", b'a,"b' + b"\n", id="an-open-quote"),
        pytest.param(
            "jsonlog",
            b'{"pid":1,"error_severity":"LOG","query_id":1e999}\n',
            id="an-infinite-query-id",
        ),
        pytest.param("csvlog", b"," * 25 + b"9" * 5000, id="a-query-id-without-end"),
        pytest.param("csvlog", b"," * 30, id="no-query-id-where-it-should-be"),
    ],
)
def test_a_garbled_log_is_told(form: str, raw: bytes) -> None:
    with pytest.raises(GarbledError):
        records(form, raw)


PLAIN = b"""\
2026-11-22 10:00:00.000 UTC [7] bench@shop 42 LOG:  duration: 210.5 ms  statement: SELECT 1
\tFROM item
\t
2026-11-22 10:00:00.001 UTC [9] LOG:  checkpoint starting: time
a library wrote this to stderr
\tand this
2026-11-22 10:00:00.002 UTC [7] bench@shop 42 ERROR:  canceling statement due to statement timeout
2026-11-22 10:00:00.002 UTC [7] bench@shop 42 DETAIL:  none
2026-11-22 10:00:00.002 UTC [7] bench@shop 42 STATEMENT:  SELECT
\tpg_sleep(5)
"""


def test_a_plain_log_is_read_by_its_prefix() -> None:
    found = records("stderr", PLAIN, "%m [%p] %q%u@%d %Q ")
    slow, checkpoint, cancelled = found
    duration = "duration: 210.5 ms  statement: SELECT 1\nFROM item\n"
    assert slow == Record("bench", "shop", "7", "LOG", duration, query_id=42)
    assert checkpoint.database == ""
    assert cancelled.statement == "SELECT\npg_sleep(5)"
    assert cancelled.severity == "ERROR"


VERBOSE = b"""\
[7] bench@shop LOG:  00000: duration: 210.5 ms  statement: SELECT 1
[7] bench@shop LOCATION:  exec_simple_query, postgres.c:1322
[7] bench@shop ERROR:  57014: canceling statement due to statement timeout
[7] bench@shop LOCATION:  ProcessInterrupts, postgres.c:3395
[7] bench@shop STATEMENT:  SELECT pg_sleep(5)
"""


def test_a_verbose_plain_log_tells_of_the_same_statements() -> None:
    found = list(ran(records("stderr", VERBOSE, "[%p] %u@%d "), database="shop", user=""))
    assert found == [
        Ran(0.2105, "SELECT 1"),
        Ran(math.inf, "SELECT pg_sleep(5)", finished=False),
    ]


@pytest.mark.parametrize(
    ("prefix", "line"),
    [
        ("%t [%p]: user=%u,db=%d,app=%a,client=%h ", "t [7]: user=u,db=d,app=x y,client=::1 "),
        ("%-6d|%5u|%%|", "d     |    u|%|"),
        ("<%d>%u(%p)%e ", "<d>u(7)57014 "),
        ("%u %d %u ", "u d u "),
        ("%d [%u] %q%p ", "d [u] "),
    ],
)
def test_prefixes_that_people_use(prefix: str, line: str) -> None:
    found = prefix_pattern(prefix).match(f"{line}LOG:  hello LOG:  world")
    assert found is not None
    assert found["database"] == "d"
    assert found["user"] == "u"
    assert found["message"] == "hello LOG:  world"
