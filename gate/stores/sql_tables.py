"""The tables of the SQL store, and the numbered changes that made them.

A change is never edited once it was released: the next one is appended. `measurements` is laid out
for one question, how one objective moved over commits: its key starts with the objective.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from gate.errors import StoreError

Change = Callable[[sa.Connection], None]
_META = sa.MetaData()
_LOCK = 0x70657266  # "perf": the advisory lock of whoever changes the tables

SCHEMA = sa.Table(
    "perfgate_schema",
    _META,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.current_timestamp()),
)
_TABLES = sa.MetaData()
ENTRIES = sa.Table(
    "perfgate_entries",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("commit_sha", sa.Text, nullable=False),
    sa.Column("branch", sa.Text, nullable=False),
    sa.Column("environment", sa.Text, nullable=False),
    sa.Column("valid", sa.Boolean, nullable=False),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Column("head", sa.LargeBinary, nullable=False),
    sa.Index("perfgate_entries_branch_at", "branch", "at"),
)
RECORDS = sa.Table(
    "perfgate_records",
    _TABLES,
    sa.Column("entry", sa.ForeignKey(ENTRIES.c.number, ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
MEASUREMENTS = sa.Table(
    "perfgate_measurements",
    _TABLES,
    sa.Column("objective", sa.Text, primary_key=True),
    sa.Column(
        "entry",
        sa.ForeignKey(ENTRIES.c.number, ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    # Where it was measured, if that is another place than its entry's: a shard's own machine.
    sa.Column("elsewhere", sa.Text, nullable=True),
    sa.Index("perfgate_measurements_entry", "entry"),
    # The rows lie in the order of the key, so that one objective is one stretch of the file.
    sqlite_with_rowid=False,
)


def _first(connection: sa.Connection) -> None:
    _TABLES.create_all(connection)


def _second(connection: sa.Connection) -> None:
    """Tables that the first change made before a measurement had a place of its own get it now."""
    known = sa.inspect(connection).get_columns(MEASUREMENTS.name)
    if "elsewhere" not in {column["name"] for column in known}:
        connection.execute(sa.text("ALTER TABLE perfgate_measurements ADD COLUMN elsewhere TEXT"))


CHANGES: Sequence[Change] = (_first, _second)


def migrate(connection: sa.Connection, changes: Sequence[Change] = CHANGES) -> None:
    """Apply the changes that are not there yet, in the transaction of the connection.

    One process at a time does it. Raises `StoreError` where a newer version wrote the tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    SCHEMA.create(connection, checkfirst=True)
    for number in range(version(connection, changes) + 1, len(changes) + 1):
        changes[number - 1](connection)
        connection.execute(sa.insert(SCHEMA).values(version=number))


def version(connection: sa.Connection, changes: Sequence[Change] = CHANGES) -> int:
    """The number of the last change; 0 where there is no table at all."""
    if not sa.inspect(connection).has_table(SCHEMA.name):
        return 0
    found = connection.execute(sa.select(sa.func.max(SCHEMA.c.version))).scalar() or 0
    if found > len(changes):
        raise StoreError(
            f"the tables of the store were written by a newer perfgate (version {found}, "
            f"this knows {len(changes)})",
            hint="install the newer perfgate",
        )
    return int(found)
