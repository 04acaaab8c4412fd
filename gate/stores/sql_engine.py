"""Opening SQLite and PostgreSQL, and running transactions that are tried again where that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import NullPool

from gate.errors import StoreError
from gate.stores.again import pauses
from gate.stores.secrets import without_secrets
from gate.stores.sql_tables import CHANGES, migrate, version

T = TypeVar("T")
_BUSY = 30.0
_PATIENCE = 60.0
_TRIES = 4
# What no second try mends (SQLite 3.40, PostgreSQL 15).
_FINAL = (
    *("disk is full", "disk I/O error", "readonly", "read-only", "malformed", "not a database"),
    *("No space left", "unable to open", "authentication failed", "does not exist"),
    *("permission denied",),
)


class Database:
    """A database whose tables are there. Raises `StoreError` with a hint, without secrets."""

    def __init__(self, engine: sa.Engine, where: str, hint: str) -> None:
        self.where = where
        self._engine = engine
        self._hint = hint
        self._ready = False

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        """What `work` finds, in one transaction."""
        return self._tried(work, "read", writes=False)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """What `work` does, whole or not at all; it may be called again."""
        return self._tried(work, "write to", writes=True)

    def _tried(self, work: Callable[[sa.Connection], T], verb: str, *, writes: bool) -> T:
        said = ""
        for tries in pauses(_PATIENCE):
            try:
                self._prepare()
                with self._engine.execution_options(writes=writes).begin() as connection:
                    return work(connection)
            except exc.IntegrityError:
                raise
            except exc.DBAPIError as error:
                said = self._said(error)
                passing = isinstance(error, exc.OperationalError | exc.InterfaceError)
                if tries + 1 >= _TRIES or not passing or any(words in said for words in _FINAL):
                    break
        raise StoreError(f"cannot {verb} {self.where}: {said}", hint=self._hint)

    def _prepare(self) -> None:
        """Bring the tables up to this version, once; nothing is locked where they are."""
        if self._ready:
            return
        with self._engine.begin() as connection:
            current = version(connection) == len(CHANGES)
        if not current:
            with self._engine.execution_options(writes=True).begin() as connection:
                migrate(connection)
        self._ready = True

    def _said(self, error: exc.DBAPIError) -> str:
        lines = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        said = without_secrets(lines[0])
        password = self._engine.url.password
        return said.replace(password, "…")[:300] if password else said[:300]


def sqlite(file: Path) -> Database:
    """The database in a file, which is made where it is not there."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(file)),
        poolclass=NullPool,
        connect_args={"timeout": _BUSY},
    )
    event.listen(engine, "connect", _prepared)
    event.listen(engine, "begin", _begun)
    return Database(
        engine, f"SQLite file {file}", "check the file's rights and the space on its disk"
    )


def postgresql(url: sa.URL) -> Database:
    """The database of a PostgreSQL server; a server that does not answer is left after 10 s."""
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "perfgate",
            "options": "-c statement_timeout=60s -c lock_timeout=30s",
        },
    )
    where = f"PostgreSQL database {url.database or ''} at {url.host or 'localhost'}"
    return Database(engine, where, "is the server reachable, and may this user write there?")


def _prepared(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001  # SQLAlchemy's event
    """Transactions are begun by us, and what was told to be kept is on the disk."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    """A writer takes its lock at once: one that reads first could not get it any more."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
