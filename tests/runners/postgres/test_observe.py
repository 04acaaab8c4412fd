"""Against a real server: what is counted is what was run."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gate.core.reasons import Code
from gate.core.sample import Counts, Reduced
from gate.runners.postgres import PostgresOptions
from gate.seams.runner import Load, Refused, UnitAnswer
from tests.runners.postgres.cluster import Cluster
from tests.runners.postgres.support import (
    CALLS,
    LOAD,
    SHARE,
    failed,
    found,
    lacking,
    observing,
    unit,
)

pytestmark = [pytest.mark.needs_postgres, pytest.mark.xdist_group("postgres")]

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module", autouse=True)
def _tables(server: Cluster) -> None:
    server.run(
        "CREATE TABLE IF NOT EXISTS item (id int PRIMARY KEY, name text)",
        "INSERT INTO item SELECT n, 'item ' || n FROM generate_series(1, 1000) n",
        "ANALYZE item",
    )


def options(server: Cluster, **given: object) -> PostgresOptions:
    return PostgresOptions.model_validate({"dsn": server.dsn(), **given})


def test_slow_calls_are_counted_exactly_over_all_protocols(server: Cluster) -> None:
    """22 slow of 600: simple, extended and prepared, beside statements that do not count.

    A machine that stands still makes others slow as well; we saw those that were.
    """
    seen: list[float] = []

    def work(_: int) -> None:
        with server.connect(prepare_threshold=None) as connection:
            connection.execute("SET work_mem = '5MB'")
            for n in range(144):
                asked = time.monotonic()
                connection.execute("SELECT name FROM item WHERE id = %s", (n,), prepare=n >= 132)
                seen.append(time.monotonic() - asked)
            connection.execute("SELECT pg_sleep(0.21)")
            connection.execute("SELECT pg_sleep(%s)", (0.21,))
            for _ in range(3):
                connection.execute("SELECT pg_sleep(%s)", (0.21,), prepare=True)
            # What a pool sends at each return: pg_advisory_unlock_all() is no session statement.
            connection.execute("SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL;")

    def load() -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        with server.connect() as connection:
            for _ in range(2):
                connection.execute("SELECT pg_sleep(0.21)")
                asked = time.monotonic()
                connection.execute("SELECT count(*) FROM item")
                seen.append(time.monotonic() - asked)

    ignore = ["select pg_advisory_unlock_all()%"]
    with observing(options(server, ignore=ignore), SHARE, CALLS, "rate(calls)") as session:
        assert not isinstance(session, Refused)
        for _ in range(2):
            seen.clear()
            session.begin(0)
            load()
            counted = found(session.end(0, LOAD))
            share = counted.pop(SHARE)
            assert isinstance(share, Counts)
            assert share.trials == 600
            assert 22 <= share.events <= 22 + sum(seconds > 0.2 for seconds in seen)
            assert counted == {
                CALLS: Reduced(600.0, 600),
                "rate(calls)": Reduced(300.0, 600),
            }


def test_every_metric_is_the_difference_of_the_view(server: Cluster) -> None:
    def load() -> None:
        with server.connect() as connection:
            for _ in range(100):
                connection.execute("SELECT * FROM item WHERE id <= 3")
            connection.execute("SET work_mem = '64kB'")
            connection.execute("SELECT n FROM generate_series(1, 50000) n ORDER BY n DESC")

    slis = (
        "mean(query_duration)",
        "mean(queries_per_request)",
        "mean(rows)",
        "rate(cache_hit)",
        "mean(temp_bytes)",
        "sum(temp_bytes)",
    )
    answer = unit(options(server), *slis, load=load)
    data = found(answer)
    assert data["mean(queries_per_request)"] == Reduced(101 / 200, 200)
    assert data["mean(rows)"] == Reduced((100 * 3 + 50000) / 101, 101)
    duration, mean, whole = (data[slis[0]], data["mean(temp_bytes)"], data["sum(temp_bytes)"])
    assert isinstance(duration, Reduced)
    assert 0 < duration.value < 1
    assert isinstance(mean, Reduced)
    assert isinstance(whole, Reduced)
    assert whole.value > 100_000
    assert mean.value == pytest.approx(whole.value / 101)
    hit = data["rate(cache_hit)"]
    assert isinstance(hit, Counts)
    assert hit.trials >= 100
    assert isinstance(answer, UnitAnswer)
    facts = {each.objective: each.facts for each in answer.found}
    assert facts["mean(queries_per_request)"] == (
        ("most repeated", "0.5 calls per request: SELECT * FROM item WHERE id <= $1"),
    )
    assert facts["mean(query_duration)"][0][0] == "most time, 1"


def slow_once(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("SELECT pg_sleep(0.21),\n  'a\t b', %s::text", ('c,"d"\n',))
        connection.execute("SELECT 1")


@pytest.mark.parametrize("log", ["", "pg.json", "pg.csv", "pg.log", "."])
def test_every_format_of_the_log_tells_the_same(log: str, server: Cluster) -> None:
    path = str(server.data / "log" / log) if log else ""
    answer = unit(options(server, log=path), SHARE, load=lambda: slow_once(server))
    assert found(answer) == {SHARE: Counts(1, 2)}


def cancelled(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("SET statement_timeout = '30ms'")
        with contextlib.suppress(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(%s)", (5,))


def explained(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("LOAD 'auto_explain'")
        connection.execute("SET auto_explain.log_min_duration = 0")
        connection.execute("SELECT pg_sleep(0.21)")


def logged_before(server: Cluster) -> None:
    with server.connect(options="-c log_statement=all") as connection:
        connection.execute("SELECT pg_sleep(0.21)")
        connection.execute("SELECT pg_sleep(%s)", (0.21,))
        connection.execute("/* ignored */ SELECT pg_sleep_for('0.21')")


def everything_logged(server: Cluster) -> None:
    with server.connect(options="-c log_min_duration_statement=0") as connection:
        connection.execute("SELECT pg_sleep(%s)", (0.21,), prepare=True)
        connection.execute("SELECT pg_sleep(%s)", (0.0,), prepare=True)


def in_one_string(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("BEGIN; SELECT pg_sleep(0.21); COMMIT")


def framed(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("SELECT 1")
        with connection.transaction():
            connection.execute("SET LOCAL work_mem = '5MB'")


def elsewhere(server: Cluster) -> None:
    with psycopg.connect(server.dsn("postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_sleep(0.21)")
    framed(server)


def nested(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("SET pg_stat_statements.track = 'all'")
        connection.execute("DO $$BEGIN PERFORM pg_sleep(0.21); PERFORM 1 FROM item; END$$")


def executed(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("PREPARE nap AS SELECT pg_sleep($1)")
        connection.execute("EXECUTE nap(0.21)")
        connection.execute("DEALLOCATE nap")


def dying(server: Cluster) -> None:
    with server.connect() as connection:
        connection.execute("SELECT 1")
        with contextlib.suppress(psycopg.errors.DivisionByZero):
            connection.execute("SELECT 1 / 0")


@pytest.mark.parametrize(
    ("load", "counts"),
    [
        pytest.param(cancelled, Counts(1, 1), id="a-statement-that-timed-out-is-slow"),
        pytest.param(explained, Counts(1, 2), id="auto-explain-does-not-count-twice"),
        pytest.param(logged_before, Counts(2, 2), id="a-duration-without-text-counts"),
        pytest.param(everything_logged, Counts(1, 2), id="parse-and-bind-do-not-count"),
        pytest.param(in_one_string, Counts(1, 1), id="slow-inside-a-string-of-statements"),
        pytest.param(framed, Counts(0, 1), id="session-statements-do-not-count"),
        pytest.param(elsewhere, Counts(0, 1), id="another-database-does-not-count"),
        pytest.param(nested, Counts(1, 1), id="nested-statements-do-not-count"),
        pytest.param(executed, Counts(1, 1), id="the-work-of-execute-counts"),
        pytest.param(dying, Counts(0, 1), id="an-error-is-no-slow-statement"),
    ],
)
def test_what_counts_as_slow(
    load: Callable[[Cluster], None], counts: Counts, server: Cluster
) -> None:
    ignore = ["SELECT pg_sleep_for(%"]
    answer = unit(options(server, ignore=ignore), SHARE, load=lambda: load(server))
    assert found(answer) == {SHARE: counts}


def test_the_good_side_is_the_rest(server: Cluster) -> None:
    good = "share(query_duration <= 200 ms)"
    answer = unit(options(server), SHARE, good, load=lambda: slow_once(server))
    assert found(answer) == {SHARE: Counts(1, 2), good: Counts(1, 2)}


def test_session_statements_count_where_the_budget_says_so(server: Cluster) -> None:
    answer = unit(options(server, utility=True), CALLS, load=lambda: framed(server))
    assert found(answer) == {CALLS: Reduced(4.0, 4)}


_LATE = "SELECT FROM pg_stat_activity WHERE query LIKE %s AND now() - query_start > '0.3 s'"


def test_a_statement_that_still_runs_counts_once_it_is_late(server: Cluster) -> None:
    def runs() -> None:
        with contextlib.suppress(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(60)")

    with server.connect() as connection:
        running = threading.Thread(target=runs)

        def load() -> None:
            framed(server)
            running.start()
            with psycopg.connect(server.dsn("postgres"), autocommit=True) as elsewhere:
                while not elsewhere.execute(_LATE, ("SELECT pg_sleep(60)",)).rowcount:
                    time.sleep(0.02)

        answer = unit(options(server), SHARE, load=load)
        connection.cancel()
        running.join()
    assert found(answer) == {SHARE: Counts(1, 2)}
    assert isinstance(answer, UnitAnswer)
    assert answer.found[0].facts == (("cancelled or still running", "1, counted as beyond"),)


def test_only_one_roles_statements_where_the_budget_names_it(server: Cluster) -> None:
    server.run("CREATE ROLE app LOGIN SUPERUSER")

    def load() -> None:
        slow_once(server)
        with psycopg.connect(server.dsn(user="app"), autocommit=True) as connection:
            connection.execute("SELECT 1")
            connection.execute("SELECT 1")
            connection.execute("SELECT pg_sleep(0.21)")

    answer = unit(options(server, user="app"), SHARE, CALLS, load=load)
    assert found(answer) == {SHARE: Counts(1, 3), CALLS: Reduced(3.0, 3)}


def test_the_log_may_be_rotated_meanwhile(server: Cluster) -> None:
    server.set(log_filename="other-%s.log")

    def load() -> None:
        slow_once(server)
        server.run("SELECT pg_rotate_logfile()")
        time.sleep(1.1)  # a second name needs another second
        server.run("SELECT pg_rotate_logfile()")
        slow_once(server)

    try:
        answer = unit(options(server, ignore=["SELECT pg_rotate_logfile()"]), SHARE, load=load)
    finally:
        server.set(log_filename="pg.log")
        server.run("SELECT pg_rotate_logfile()")
    assert found(answer) == {SHARE: Counts(2, 4)}


def test_nothing_run_is_nothing_measured(server: Cluster) -> None:
    answer = unit(options(server), SHARE, CALLS, load=lambda: None)
    assert lacking(answer).code is Code.ZERO_SAMPLES
    assert "is it the one that the load reaches?" in lacking(answer, CALLS).sentence


def test_a_unit_whose_load_failed_is_not_observed(server: Cluster) -> None:
    with observing(options(server), CALLS, "mean(queries_per_request)") as session:
        assert not isinstance(session, Refused)
        session.begin(0)
        assert failed(session.end(0, None)).code is Code.NOT_OBSERVED
        assert failed(session.end(0, LOAD)).code is Code.NOT_OBSERVED
        session.begin(1)
        framed(server)
        answer = session.end(1, Load(requests=0, seconds=1.0))
        assert lacking(answer, "mean(queries_per_request)").code is Code.NOT_OBSERVED


def test_a_missing_line_is_told_by_the_view(server: Cluster) -> None:
    """A session that keeps its own setting writes no line; the view's maximum tells on it."""

    def load() -> None:
        with server.connect(options="-c log_min_duration_statement=-1") as connection:
            connection.execute("SELECT pg_sleep(0.31), 'unheard'")

    reason = lacking(unit(options(server), SHARE, load=load))
    assert reason.code is Code.OUTPUT_UNREADABLE
    assert "1 statements had calls beyond the bound and it tells of 0" in reason.sentence


def test_a_reset_meanwhile_measures_nothing(server: Cluster) -> None:
    answer = unit(
        options(server), CALLS, load=lambda: server.run("SELECT pg_stat_statements_reset()")
    )
    assert "counters were reset while it was observed" in failed(answer).sentence


def test_a_log_of_somebody_else_is_not_counted(server: Cluster, tmp_path: Path) -> None:
    other = tmp_path / "other.log"
    other.write_text("2026-01-01 LOG:  nothing of ours\n")
    answer = unit(options(server, log=str(other)), SHARE, CALLS, load=lambda: framed(server))
    assert "our mark did not appear" in lacking(answer).sentence
    assert isinstance(answer, UnitAnswer)
    assert [each.data for each in answer.found] == [Reduced(1.0, 1)]


def test_nothing_on_the_server_is_changed(server: Cluster) -> None:
    def state() -> tuple[object, ...]:
        with server.connect() as connection:
            query = (
                "SELECT (SELECT array_agg(s ORDER BY name) FROM pg_settings s WHERE name !~"
                " 'application_name|transaction|in_hot_standby'),"
                " (SELECT array_agg(r) FROM pg_db_role_setting r),"
                " (SELECT stats_reset FROM pg_stat_statements_info),"
                " (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_prepared_statements)"
            )
            return connection.execute(query).fetchone() or ()

    before = state()
    found(unit(options(server), SHARE, CALLS, load=lambda: slow_once(server)))
    assert state() == before
