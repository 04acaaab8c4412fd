"""Against real servers: what is missing is told with the statement that mends it."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gate.core.reasons import Code
from gate.core.sample import Counts, Reduced
from gate.runners import registry
from gate.runners.postgres import RUNNER, PostgresOptions, probe
from gate.runners.postgres.runner import PostgresRunner
from gate.seams.runner import Refused, UnitAnswer
from gate.tools.doctor import Level
from tests.runners.postgres.cluster import LOGGED, Cluster, cluster
from tests.runners.postgres.support import (
    CALLS,
    LOAD,
    SHARE,
    failed,
    found,
    lacking,
    observing,
    refused,
    unit,
)

pytestmark = [pytest.mark.needs_postgres, pytest.mark.xdist_group("postgres")]


@pytest.fixture(scope="module")
def roles(server: Cluster) -> Cluster:
    """The server with a role that may do nothing and one that may read what it needs."""
    server.run(
        "CREATE ROLE nobody_much LOGIN",
        'CREATE ROLE "Watch er" LOGIN',
        'GRANT pg_monitor TO "Watch er"',
        "GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean)"
        ' TO "Watch er"',
    )
    return server


@pytest.fixture(scope="module")
def bare() -> Iterator[Cluster]:
    """A server that preloads nothing, collects no log, and has a second database."""
    with cluster({"shared_preload_libraries": ""}) as running:
        running.run("CREATE DATABASE plain", database="postgres")
        yield running


@pytest.fixture(scope="module")
def small() -> Iterator[Cluster]:
    """A server whose view holds few statements."""
    with cluster({**LOGGED, "pg_stat_statements.max": "100"}) as running:
        yield running


def work(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SELECT 1")
        connection.execute("SELECT pg_sleep(0.21)")


def test_a_role_that_sees_only_itself_is_refused_with_the_grant(roles: Cluster) -> None:
    reason = refused(PostgresOptions(dsn=roles.dsn(user="nobody_much")))
    assert reason.code is Code.NO_RIGHTS
    assert "nobody_much does not see other roles' statements" in reason.sentence
    assert 'GRANT pg_read_all_stats TO "nobody_much";' in reason.remedy
    assert "`user: nobody_much`" in reason.remedy


def test_a_role_may_count_its_own_and_is_told_about_the_log(roles: Cluster) -> None:
    dsn = roles.dsn(user="nobody_much")
    options = PostgresOptions(dsn=dsn, user="nobody_much")
    answer = unit(options, SHARE, CALLS, load=lambda: work(dsn))
    reason = lacking(answer)
    assert reason.code is Code.NO_RIGHTS
    assert "closed to the role nobody_much" in reason.sentence
    assert 'GRANT pg_monitor TO "nobody_much"; GRANT EXECUTE ON FUNCTION' in reason.remedy
    assert isinstance(answer, UnitAnswer)
    assert [each.data for each in answer.found] == [Reduced(2.0, 2)]
    named = PostgresOptions(dsn=dsn, user="nobody_much", log=str(roles.data / "log" / "pg.json"))
    assert found(unit(named, SHARE, load=lambda: work(dsn))) == {SHARE: Counts(1, 2)}


def test_the_remedy_is_enough(roles: Cluster) -> None:
    options = PostgresOptions(dsn=roles.dsn(user="Watch er"))
    answer = unit(options, SHARE, CALLS, load=lambda: work(roles.dsn()))
    assert found(answer) == {SHARE: Counts(1, 2), CALLS: Reduced(2.0, 2)}


def test_a_log_that_is_not_there_is_told(roles: Cluster, tmp_path: Path) -> None:
    options = PostgresOptions(dsn=roles.dsn(), log=str(tmp_path / "absent"))
    reason = lacking(unit(options, SHARE, load=lambda: work(roles.dsn())))
    assert "absent: No such file or directory" in reason.sentence
    assert reason.remedy == "name a log file or folder that this user may read"


@pytest.mark.parametrize(
    ("given", "detail", "remedy"),
    [
        pytest.param(
            {"database": "absent"},
            "there is no 'absent'",
            "correct `database:` in the budget",
            id="no-such-database",
        ),
        pytest.param(
            {"user": "absent"},
            "there is no role 'absent'",
            "correct `user:` in the budget",
            id="no-such-role",
        ),
    ],
)
def test_a_name_that_is_not_there_is_refused(
    given: dict[str, str], detail: str, remedy: str, server: Cluster
) -> None:
    reason = refused(PostgresOptions.model_validate({"dsn": server.dsn(), **given}))
    assert detail in reason.sentence
    assert reason.remedy == remedy


def test_a_server_without_the_extension_is_refused(bare: Cluster) -> None:
    reason = refused(PostgresOptions(dsn=bare.dsn("plain")))
    assert "pg_stat_statements: not installed in the dsn's database" in reason.sentence
    assert reason.remedy.startswith("CREATE EXTENSION pg_stat_statements;")


def test_an_extension_that_is_not_preloaded_is_refused(bare: Cluster) -> None:
    reason = refused(PostgresOptions(dsn=bare.dsn()))
    assert "installed, but not preloaded" in reason.sentence
    assert "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements';" in reason.remedy
    assert "restart" in reason.remedy


def test_an_extension_that_is_closed_to_us_is_refused(roles: Cluster) -> None:
    roles.run("REVOKE ALL ON FUNCTION pg_stat_statements(boolean) FROM PUBLIC")
    try:
        reason = refused(PostgresOptions(dsn=roles.dsn(user="Watch er")))
    finally:
        roles.run("GRANT EXECUTE ON FUNCTION pg_stat_statements(boolean) TO PUBLIC")
    assert "closed to the role Watch er" in reason.sentence
    assert 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "public" TO "Watch er";' in reason.remedy


@pytest.mark.parametrize(
    ("setting", "value", "detail"),
    [
        ("compute_query_id", "off", "compute_query_id: off, so no statement is tracked"),
        ("pg_stat_statements.track", "none", "track: none, so no statement is tracked"),
    ],
)
def test_tracking_that_is_off_is_refused(
    setting: str, value: str, detail: str, small: Cluster
) -> None:
    small.set(**{setting: value})
    try:
        reason = refused(PostgresOptions(dsn=small.dsn()))
    finally:
        small.run(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
    assert detail in reason.sentence
    assert f"ALTER SYSTEM SET {setting} = " in reason.remedy


@pytest.mark.parametrize(
    ("setting", "value", "detail", "remedy"),
    [
        (
            "log_min_duration_statement",
            "1s",
            "log_min_duration_statement is 1 s, above the bound",
            "ALTER SYSTEM SET log_min_duration_statement = '200ms'; SELECT pg_reload_conf();",
        ),
        (
            "log_min_duration_statement",
            "-1",
            "log_min_duration_statement is off",
            "ALTER SYSTEM SET log_min_duration_statement = '200ms'; SELECT pg_reload_conf();",
        ),
        (
            "log_min_messages",
            "fatal",
            "log_min_messages is fatal",
            "ALTER SYSTEM SET log_min_messages = 'warning'; SELECT pg_reload_conf();",
        ),
        (
            "log_destination",
            "syslog",
            "log_destination is syslog",
            "ALTER SYSTEM SET log_destination = 'jsonlog'; SELECT pg_reload_conf();",
        ),
    ],
)
def test_a_log_that_cannot_tell_is_told_with_the_line_to_run(
    setting: str, value: str, detail: str, remedy: str, small: Cluster
) -> None:
    small.set(**{setting: value})
    try:
        answer = unit(PostgresOptions(dsn=small.dsn()), SHARE, load=lambda: work(small.dsn()))
    finally:
        small.run(f"ALTER SYSTEM RESET {setting}", "SELECT pg_reload_conf()")
    reason = lacking(answer)
    assert reason.code is Code.NO_RIGHTS
    assert detail in reason.sentence
    assert reason.remedy == remedy


def test_a_plain_log_has_to_name_the_database(small: Cluster) -> None:
    small.set(log_destination="stderr", log_line_prefix="%m [%p] ")
    try:
        options = PostgresOptions(dsn=small.dsn())
        reason = lacking(unit(options, SHARE, load=lambda: work(small.dsn())))
        small.set(log_line_prefix="%-8d|%a|%q%u %l ")
        named = unit(options, SHARE, load=lambda: work(small.dsn()))
    finally:
        for name in ("log_destination", "log_line_prefix"):
            small.run(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")
    assert "which names no %d" in reason.sentence
    assert "ALTER SYSTEM SET log_line_prefix = '%m [%p] %u@%d %Q ';" in reason.remedy
    assert found(named) == {SHARE: Counts(1, 2)}


def test_a_prefix_that_changes_meanwhile_leaves_no_log_to_read(small: Cluster) -> None:
    def load() -> None:
        small.set(log_line_prefix="%p ")
        work(small.dsn())

    small.set(log_destination="stderr", log_line_prefix="%m [%p] %u@%d ")
    try:
        reason = lacking(unit(PostgresOptions(dsn=small.dsn()), SHARE, load=load))
    finally:
        for name in ("log_destination", "log_line_prefix"):
            small.run(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")
    assert reason.code is Code.OUTPUT_UNREADABLE
    assert "its lines do not begin as log_line_prefix says" in reason.sentence


def test_a_csv_log_is_read_through_the_server(small: Cluster) -> None:
    small.set(log_destination="csvlog")
    try:
        answer = unit(PostgresOptions(dsn=small.dsn()), SHARE, load=lambda: work(small.dsn()))
    finally:
        small.run("ALTER SYSTEM RESET log_destination", "SELECT pg_reload_conf()")
    assert found(answer) == {SHARE: Counts(1, 2)}


@pytest.mark.parametrize(
    ("override", "detail"),
    [
        ("ALTER ROLE quiet SET log_min_duration_statement = '5min'", "is 300 s, above the bound"),
        ("ALTER ROLE quiet IN DATABASE shop SET log_min_duration_statement = -1", "is off"),
        ("ALTER DATABASE shop SET log_min_duration_statement = '0.25s'", "is 250 ms, above"),
    ],
)
def test_a_setting_of_a_role_or_a_database_goes_before(
    override: str, detail: str, small: Cluster
) -> None:
    small.run("CREATE ROLE quiet LOGIN", override)
    try:
        options = PostgresOptions(dsn=small.dsn())
        answer = unit(options, SHARE, load=lambda: work(small.dsn(user="quiet")))
        lines = probe(
            PostgresOptions(dsn=small.dsn(), user="quiet"), root=Path(), env={}, bounds=(0.2,)
        )
    finally:
        small.run("ALTER DATABASE shop RESET ALL", "ALTER ROLE quiet IN DATABASE shop RESET ALL")
        small.run("DROP ROLE quiet")
    assert detail in lacking(answer).sentence
    bad = [line for line in lines if line.status is Level.BAD]
    assert [line.what for line in bad] == ["log_min_duration_statement"]
    assert detail in f"is {bad[0].found}"


@pytest.mark.parametrize(
    "override",
    [
        "ALTER ROLE quiet SET log_min_messages = 'FATAL'",
        "ALTER ROLE quiet IN DATABASE shop SET log_min_messages = 'log'",
    ],
)
def test_a_role_whose_messages_are_not_logged_cannot_be_counted(
    override: str, small: Cluster
) -> None:
    small.run("CREATE ROLE quiet LOGIN", override)
    try:
        options = PostgresOptions(dsn=small.dsn())
        answer = unit(options, SHARE, load=lambda: work(small.dsn(user="quiet")))
    finally:
        small.run("ALTER ROLE quiet IN DATABASE shop RESET ALL", "DROP ROLE quiet")
    reason = lacking(answer)
    assert "for a role or the database alone" in reason.sentence
    assert reason.remedy.startswith("ALTER ROLE … RESET log_min_messages;")


def test_a_servers_own_value_is_found_behind_our_roles(small: Cluster) -> None:
    small.run("ALTER ROLE bench SET log_min_duration_statement = '5s'", "CREATE ROLE app LOGIN")
    try:
        options = PostgresOptions(dsn=small.dsn())
        answer = unit(options, SHARE, load=lambda: work(small.dsn(user="app")))
    finally:
        small.run("ALTER ROLE bench RESET ALL", "DROP ROLE app")
    assert found(answer) == {SHARE: Counts(1, 2)}


def test_evicted_statements_make_the_unit_fail(small: Cluster) -> None:
    def load() -> None:
        with small.connect() as connection:
            for n in range(1, 150):
                connection.execute(f"SELECT {', '.join('1' * n)}".encode())

    reason = failed(unit(PostgresOptions(dsn=small.dsn()), CALLS, load=load))
    assert reason.code is Code.OUTPUT_UNREADABLE
    assert "evicted statements" in reason.sentence
    assert "pg_stat_statements.max" in reason.remedy


def test_a_restart_meanwhile_makes_the_unit_fail_and_the_next_one_work(small: Cluster) -> None:
    with observing(PostgresOptions(dsn=small.dsn()), SHARE, CALLS) as session:
        assert not isinstance(session, Refused)
        session.begin(0)
        small.control("-m", "fast", "restart", "-l", str(small.data.parent / "boot2.log"))
        assert "restarted while it was observed" in failed(session.end(0, LOAD)).sentence
        session.begin(1)
        work(small.dsn())
        assert found(session.end(1, LOAD))[SHARE] == Counts(1, 2)


def test_a_log_without_collector_is_told_and_may_be_named(small: Cluster, bare: Cluster) -> None:
    lines = probe(PostgresOptions(dsn=bare.dsn()), root=Path(), env={}, bounds=(0.2,))
    told = {line.what: line for line in lines}
    assert told["logging_collector"].found == "off"
    assert "ALTER SYSTEM SET logging_collector = on;" in told["logging_collector"].remedy
    assert told["log_min_duration_statement"].status is Level.BAD
    assert told["pg_stat_statements"].status is Level.BAD
    assert {line.status for line in lines} == {Level.OK, Level.BAD}


def test_the_doctor_finds_a_good_server_good(roles: Cluster) -> None:
    options = PostgresOptions(dsn="${DB}")
    lines = probe(options, root=Path(), env={"DB": roles.dsn(user="Watch er")}, bounds=(0.2, 1))
    assert {line.status for line in lines} == {Level.OK}
    assert [line.what for line in lines] == [
        "postgres",
        "pg_stat_statements",
        "pg_stat_statements.track",
        "postgres rights",
        "postgres log",
        "log_min_duration_statement",
    ]


SECRET = "pl4nted pa:ss"


@pytest.fixture
def locked(server: Cluster) -> Iterator[Cluster]:
    """The server with a role that has to give its password."""
    rules = server.data / "pg_hba.conf"
    before = rules.read_text()
    server.run(f"CREATE ROLE locked LOGIN PASSWORD '{SECRET}'")
    rules.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{before}")
    server.run("SELECT pg_reload_conf()")
    yield server
    rules.write_text(before)
    server.run("SELECT pg_reload_conf()", "DROP ROLE locked")


@pytest.mark.parametrize(
    "dsn",
    [
        pytest.param("postgresql://locked:pl4nted%20wrong@127.0.0.1:{port}/shop", id="wrong"),
        pytest.param("postgresql://locked:pl4nted%20pa%3Ass@127.0.0.1:1/shop", id="unreachable"),
        pytest.param("postgresql://locked:pl4nted pa:ss@[::1/shop", id="malformed"),
        pytest.param("postgresql://x/y?passwordd=pl4nted", id="mistyped-key"),
        pytest.param("host=127.0.0.1 port={port} password=pl4nted user=absent", id="no-such-role"),
        pytest.param("pl4nted", id="no-dsn-at-all"),
        pytest.param("${ABSENT}", id="unset"),
    ],
)
def test_no_message_tells_a_password(dsn: str, locked: Cluster) -> None:
    options = PostgresOptions(dsn=dsn.replace("{port}", str(locked.port)))
    reason = refused(options)
    assert reason.code in {Code.NO_RIGHTS, Code.TOOL_ABSENT}
    (line,) = probe(options, root=Path(), env={})
    assert line.status is (Level.WARN if "ABSENT" in dsn else Level.BAD)
    for text in (str(reason), line.found, line.remedy, repr(options)):
        assert "pl4nted" not in text


def test_the_right_password_opens(locked: Cluster) -> None:
    locked.run("GRANT pg_monitor TO locked")
    dsn = f"postgresql://locked:${{PW}}@127.0.0.1:{locked.port}/shop"
    lines = probe(PostgresOptions(dsn=dsn), root=Path(), env={"PW": "pl4nted%20pa%3Ass"})
    assert {line.status for line in lines} == {Level.OK}
    locked.run("REVOKE pg_monitor FROM locked")


def test_an_absent_driver_is_refused_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    options = PostgresOptions(dsn="postgresql://127.0.0.1/x")
    reason = refused(options)
    assert reason.code is Code.TOOL_ABSENT
    assert reason.remedy == "pip install 'perfgate[postgres]'"
    assert probe(options, root=Path(), env={})[0].remedy == reason.remedy


def test_a_server_that_stands_still_is_cut_off(server: Cluster) -> None:
    """It lets us in and then stops answering: no timeout of its own ever comes."""
    with _frozen(server) as dsn:
        reason = refused(PostgresOptions(dsn=dsn), timeout=1.0)
    assert reason.code is Code.TOOL_TIMED_OUT
    assert "PostgreSQL did not end within 1 s" in reason.sentence


class _frozen:  # noqa: N801  # a context, used as a function
    """A proxy that passes on everything until the session is ready, and then nothing."""

    def __init__(self, server: Cluster) -> None:
        self.port = server.port
        self.listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self.serve, daemon=True).start()
        return f"postgresql://bench@127.0.0.1:{self.listener.getsockname()[1]}/shop"

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def serve(self) -> None:
        client, _ = self.listener.accept()
        with client, socket.create_connection(("127.0.0.1", self.port)) as theirs:
            said = b""
            for source, target in ((client, theirs), (theirs, client)) * 8:
                source.settimeout(0.3)
                try:
                    piece = source.recv(65536)
                except TimeoutError:
                    continue
                target.sendall(piece)
                said += piece
                if re.search(rb"Z\x00\x00\x00\x05I", said):  # ReadyForQuery
                    break
            client.settimeout(10)
            while client.recv(65536):
                pass


def test_the_doctor_warns_of_a_dsn_that_a_service_exports() -> None:
    (line,) = PostgresRunner().probe(PostgresOptions(dsn="${PERFGATE_TEST_ABSENT_DSN}"), Path(), {})
    status, what, found, remedy = line
    assert (status, what) == ("warn", "postgres")
    assert "PERFGATE_TEST_ABSENT_DSN in its dsn is not set" in found
    assert "export" in remedy


def test_the_doctor_only_warns_of_the_log_while_nobody_asks_for_it(small: Cluster) -> None:
    small.set(log_min_duration_statement="-1")
    try:
        lines = PostgresRunner().probe(PostgresOptions(dsn=small.dsn()), Path(), os.environ)
    finally:
        small.run("ALTER SYSTEM RESET log_min_duration_statement", "SELECT pg_reload_conf()")
    (warned,) = [line for line in lines if line[0] != "ok"]
    assert warned == (
        "warn",
        "log_min_duration_statement",
        "off (share(query_duration > …) needs it)",
        "ALTER SYSTEM SET log_min_duration_statement = '200ms'; SELECT pg_reload_conf();",
    )


def test_the_runner_is_registered_under_its_name() -> None:
    assert registry.find("postgres") is RUNNER
