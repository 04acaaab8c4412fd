"""What a server is and allows: read once, from its catalogues, by name and not by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gate.runners.postgres.connect import Database
from gate.runners.postgres.options import PostgresOptions

_SETTINGS = (
    "block_size",
    "compute_query_id",
    "data_directory",
    "lc_messages",
    "log_destination",
    "log_directory",
    "log_line_prefix",
    "log_min_messages",
    "logging_collector",
    "pg_stat_statements.track",
)

_ABOUT = """
SELECT current_setting('server_version'), current_setting('server_version_num')::int,
  current_user::text, pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
  (SELECT oid::bigint FROM pg_catalog.pg_roles WHERE rolname = coalesce(%s, current_user::text)),
  coalesce(%s, current_database()::text),
  (SELECT oid::bigint FROM pg_catalog.pg_database
    WHERE datname = coalesce(%s, current_database()::text))
"""
_EXTENSION = """
SELECT e.extversion, n.nspname, to_regclass(format('%%I.pg_stat_statements_info', n.nspname))
    IS NOT NULL,
  ARRAY(SELECT attname::text FROM pg_catalog.pg_attribute
    WHERE attrelid = to_regclass(format('%%I.pg_stat_statements', n.nspname))
      AND attnum > 0 AND NOT attisdropped)
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = %s
"""


@dataclass(frozen=True, slots=True)
class Extension:
    """The installed pg_stat_statements. `fault` is "" where it answers, else why it does not."""

    version: str
    schema: str
    has_info: bool
    columns: frozenset[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A server as our role sees it. An oid is None where the name does not exist."""

    version: str
    number: int
    role: str
    reads_all: bool
    user: str
    user_oid: int | None
    database: str
    database_oid: int | None
    settings: Mapping[str, str]
    extension: Extension | None

    @property
    def major(self) -> str:
        """The major version: `15`."""
        return str(self.number // 10000)


def look(database: Database, options: PostgresOptions) -> Server:
    """Read everything that decides whether and how this server can be measured."""
    wanted = options.user or None
    place = options.database or None
    version, number, role, reads_all, user_oid, name, oid = database.row(
        _ABOUT, wanted, place, place
    )
    return Server(
        version=str(version).split(" ", maxsplit=1)[0],
        number=number,
        role=role,
        reads_all=reads_all,
        user=options.user,
        user_oid=user_oid,
        database=name,
        database_oid=oid,
        settings=_settings(database),
        extension=_extension(database),
    )


def _settings(database: Database) -> Mapping[str, str]:
    query = "SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY(%s)"
    return dict(database.rows(query, list(_SETTINGS)))


def _extension(database: Database) -> Extension | None:
    import psycopg
    from psycopg import sql

    found: list[tuple[Any, ...]] = database.rows(_EXTENSION, "pg_stat_statements")
    if not found:
        return None
    version, schema, has_info, columns = found[0]
    fault = ""
    count = sql.SQL("SELECT count(*) FROM {}.pg_stat_statements(false)")
    try:
        database.rows(count.format(sql.Identifier(schema)))
    except psycopg.errors.ObjectNotInPrerequisiteState:
        fault = "preload"
    except psycopg.errors.InsufficientPrivilege:
        fault = "privilege"
    return Extension(version, schema, has_info, frozenset(columns), fault)
