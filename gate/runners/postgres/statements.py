"""pg_stat_statements as counters: two snapshots and what happened between them.

Columns are found by name: 1.8 renamed the times, 1.9 added `toplevel` and the info view, 1.11 added
`stats_since` (the extension's upgrade scripts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.core.reasons import Code, because
from gate.runners.postgres.connect import Database, UnreadableError
from gate.runners.postgres.server import Extension, Server

Key = tuple[int, int, int, bool]
TOOL = "pg_stat_statements"
_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Counters:
    """One entry of the view. Times are milliseconds, as the view has them."""

    calls: int
    time: float
    longest: float
    rows: int
    hit: int
    read: int
    temp: int
    since: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All entries at one moment, and what tells whether they can be subtracted."""

    entries: Mapping[Key, Counters]
    started: str
    reset: str
    dealloc: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What one entry did between two snapshots. Time and `record` are seconds.

    `record` is the longest call where it was longer than every call before, else 0: the view
    proves that such a call happened.
    """

    user: int
    query_id: int
    text: str
    calls: int
    time: float
    record: float
    rows: int
    hit: int
    read: int
    temp: int


def snapshot(database: Database, server: Server, extension: Extension) -> Snapshot:
    """Read the counters of the observed database, without the texts."""
    from psycopg import sql

    has = extension.columns
    time, longest = ("total_time", "max_time")
    if "total_exec_time" in has:
        time, longest = ("total_exec_time", "max_exec_time")
    query = sql.SQL(
        "SELECT userid::bigint, dbid::bigint, queryid, {toplevel}, calls, {time},"
        " {longest}, rows, shared_blks_hit, shared_blks_read, temp_blks_written, {since}"
        " FROM {schema}.pg_stat_statements(false)"
        " WHERE queryid IS NOT NULL AND dbid = %s AND (%s::bigint IS NULL OR userid = %s::bigint)"
    ).format(
        toplevel=sql.SQL("toplevel" if "toplevel" in has else "true"),
        time=sql.Identifier(time),
        longest=sql.Identifier(longest),
        since=sql.SQL("stats_since::text" if "stats_since" in has else "''"),
        schema=sql.Identifier(extension.schema),
    )
    rows = database.rows(query, server.database_oid, *_only(server))
    return Snapshot({_key(row): Counters(*row[4:]) for row in rows}, *_marks(database, extension))


def texts(database: Database, server: Server, extension: Extension) -> Mapping[Key, str]:
    """The normalised text of every entry, its first 2000 characters."""
    from psycopg import sql

    has = extension.columns
    # As bytes: a database may hold texts that its own encoding cannot explain.
    query = sql.SQL(
        "SELECT userid::bigint, dbid::bigint, queryid, {toplevel},"
        " convert_to(left(query, {most}), 'UTF8')"
        " FROM {schema}.pg_stat_statements(true)"
        " WHERE queryid IS NOT NULL AND dbid = %s AND (%s::bigint IS NULL OR userid = %s::bigint)"
    ).format(
        toplevel=sql.SQL("toplevel" if "toplevel" in has else "true"),
        most=sql.Literal(_TEXT),
        schema=sql.Identifier(extension.schema),
    )
    rows = database.rows(query, server.database_oid, *_only(server))
    return {_key(row): bytes(row[4] or b"").decode("utf-8", "replace") for row in rows}


def between(before: Snapshot, after: Snapshot, named: Mapping[Key, str]) -> tuple[Statement, ...]:
    """What each top-level entry did; raises `UnreadableError` where the counters were disturbed."""
    _check(before, after)
    nothing = Counters(0, 0.0, 0.0, 0, 0, 0, 0)
    found = []
    for key, now in after.entries.items():
        then = before.entries.get(key, nothing)
        if now.calls == then.calls or not key[3]:
            continue
        found.append(
            Statement(
                user=key[0],
                query_id=key[2],
                text=named.get(key, ""),
                calls=now.calls - then.calls,
                time=max(0.0, now.time - then.time) / 1000,
                record=now.longest / 1000 if now.longest > then.longest else 0.0,
                rows=now.rows - then.rows,
                hit=now.hit - then.hit,
                read=now.read - then.read,
                temp=now.temp - then.temp,
            )
        )
    return tuple(found)


def _check(before: Snapshot, after: Snapshot) -> None:
    if before.started != after.started:
        raise _disturbed("the server was restarted while it was observed")
    if before.reset != after.reset:
        raise _disturbed("its counters were reset while it was observed")
    if before.dealloc != after.dealloc:
        raise _disturbed(
            "it evicted statements while it was observed, so calls are lost",
            "ALTER SYSTEM SET pg_stat_statements.max = 20000;  -- then restart the server",
        )
    for key, then in before.entries.items():
        now = after.entries.get(key)
        if now is None or now.calls < then.calls or now.since != then.since:
            raise _disturbed("a statement's counters were reset or evicted while it was observed")


def _disturbed(detail: str, remedy: str = "") -> UnreadableError:
    facts = {"remedy": remedy} if remedy else {}
    return UnreadableError(because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=detail, **facts))


def _marks(database: Database, extension: Extension) -> tuple[str, str, int]:
    from psycopg import sql

    (started,) = database.row("SELECT pg_postmaster_start_time()::text")
    if not extension.has_info:
        return started, "", 0
    query = sql.SQL("SELECT stats_reset::text, dealloc FROM {}.pg_stat_statements_info").format(
        sql.Identifier(extension.schema)
    )
    reset, dealloc = database.row(query)
    return started, str(reset), dealloc


def _only(server: Server) -> tuple[int | None, int | None]:
    wanted = server.user_oid if server.user else None
    return wanted, wanted


def _key(row: tuple[Any, ...]) -> Key:
    return int(row[0]), int(row[1]), int(row[2]), bool(row[3])
