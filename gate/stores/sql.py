"""Entries in a database: `sqlite:PATH` for one machine, `postgresql://…` for a team.

SQLAlchemy loads with this module, so only when such a store is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from gate.core.index import member_id
from gate.core.shards import environment_of
from gate.core.trend import Point
from gate.errors import StoreError
from gate.seams.history import thinned
from gate.seams.store import Entry, EntryHead
from gate.stores.entry_files import HEAD, OUTCOME, RUN, head_of
from gate.stores.folder import hide_scratch
from gate.stores.packed import PackedStore
from gate.stores.sql_engine import Database, postgresql, sqlite
from gate.stores.sql_tables import ENTRIES, MEASUREMENTS, RECORDS


class SqlShelf:
    """Files in `perfgate_records`, and each row of the outcome in `perfgate_measurements`.

    The head's own bytes are the truth about an entry; the columns beside it are for queries.
    """

    def __init__(self, database: Database, file: Path | None = None) -> None:
        self.database = database
        self._file = file

    @property
    def shared(self) -> bool:
        """A server is; a file is of this machine."""
        return self._file is None

    @property
    def where(self) -> str:
        """The file, or the server and its database."""
        return self.database.where

    def heads(self) -> Mapping[str, bytes | None]:
        """The head of every entry."""
        if self._nothing:
            return {}
        rows = self.database.read(
            lambda c: c.execute(sa.select(ENTRIES.c.id, ENTRIES.c.head)).all()
        )
        return {row.id: bytes(row.head) for row in rows}

    def files(self, entry_id: str) -> Mapping[str, bytes]:
        """The files of an entry."""
        if self._nothing:
            return {}
        join = ENTRIES.outerjoin(RECORDS)
        query = sa.select(ENTRIES.c.head, RECORDS.c.name, RECORDS.c.content)
        query = query.select_from(join).where(ENTRIES.c.id == entry_id)
        rows = self.database.read(lambda c: c.execute(query).all())
        files = {row.name: bytes(row.content) for row in rows if row.name is not None}
        return {HEAD: bytes(rows[0].head), **files} if rows else {}

    def add(self, entry: Entry, files: Mapping[str, bytes]) -> None:
        """Insert an entry in one transaction; one that is there already stays."""
        self._make_folder()

        def work(connection: sa.Connection) -> None:
            known = sa.select(ENTRIES.c.number).where(ENTRIES.c.id == entry.run.id)
            if connection.execute(known).first() is not None:
                return
            row = _columns(head_of(entry), files[HEAD])
            inserted = sa.insert(ENTRIES).values(row).returning(ENTRIES.c.number)
            number = connection.execute(inserted).scalar_one()
            records = [{"entry": number, "name": n, "content": files[n]} for n in (RUN, OUTCOME)]
            connection.execute(sa.insert(RECORDS), records)
            if measured := _measured(entry, number):
                connection.execute(sa.insert(MEASUREMENTS), measured)

        try:
            self.database.write(work)
        except exc.IntegrityError:  # another writer was quicker by a moment
            if not self.files(entry.run.id):
                raise

    def replace(self, entry_id: str, head: bytes, old: bytes) -> None:
        """Put another head of an accepted entry in place."""
        which = (ENTRIES.c.id == entry_id) & (ENTRIES.c.head == old)
        change = sa.update(ENTRIES).where(which).values(head=head, accepted=True)
        self.database.write(lambda connection: connection.execute(change).close())

    def drop(self, entry_id: str) -> bool:
        """Delete an entry; its records and measurements go with it."""
        if self._nothing:
            return False
        found = False

        def work(connection: sa.Connection) -> None:
            nonlocal found
            gone = connection.execute(sa.delete(ENTRIES).where(ENTRIES.c.id == entry_id))
            found = found or gone.rowcount > 0

        self.database.write(work)
        return found

    def history(
        self, objective: str, branch: str = "", since: str = "", most: int = 0
    ) -> tuple[Point, ...]:
        """The values of one objective in valid runs, oldest first; by one stretch of an index."""
        if self._nothing:
            return ()
        query = (
            sa.select(ENTRIES, MEASUREMENTS)
            .join_from(MEASUREMENTS, ENTRIES)
            .where(MEASUREMENTS.c.objective == objective, ENTRIES.c.valid)
            .where(ENTRIES.c.at >= since)
            .order_by(ENTRIES.c.at, ENTRIES.c.number)
            .with_only_columns(
                *(ENTRIES.c[name] for name in ("id", "at", "commit_sha", "branch")),
                sa.func.coalesce(MEASUREMENTS.c.elsewhere, ENTRIES.c.environment),
                *(MEASUREMENTS.c[name] for name in ("series", "value", "n", "unit", "status")),
                ENTRIES.c.accepted,
            )
        )
        if branch:
            query = query.where(ENTRIES.c.branch == branch)
        rows = self.database.read(lambda connection: connection.execute(query).all())
        return tuple(Point(*tuple(row)) for row in thinned(rows, most))

    def objectives(self, branch: str = "", since: str = "") -> tuple[str, ...]:
        """The ids that have a history in valid runs, in order.

        Each id is looked up after the one before it: a million rows hold some hundreds of ids.
        """
        if self._nothing:
            return ()
        objective = MEASUREMENTS.c.objective
        first = sa.select(sa.func.min(objective).label("name")).cte("ids", recursive=True)
        after = sa.select(sa.func.min(objective)).where(objective > first.c.name)
        ids = first.union_all(sa.select(after.scalar_subquery()).where(first.c.name.is_not(None)))
        wanted = [ENTRIES.c.valid, ENTRIES.c.at >= since]
        if branch:
            wanted.append(ENTRIES.c.branch == branch)
        rows = sa.select(objective).join_from(MEASUREMENTS, ENTRIES)
        measured = rows.where(objective == ids.c.name, *wanted).correlate(ids).exists()
        query = sa.select(ids.c.name).where(ids.c.name.is_not(None), measured)
        found = self.database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(sorted(found))

    @property
    def _nothing(self) -> bool:
        """Whether there is no file yet, which reading does not make."""
        if self._file is None or self._file.exists():
            return False
        if self._file.is_symlink():
            raise StoreError(f"{self.where} is a link that leads nowhere")
        return True

    def _make_folder(self) -> None:
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            hide_scratch(self._file)
        except OSError as error:
            raise StoreError(
                f"cannot write to {self.where}: {error.strerror or error}",
                hint="check the folder's rights and the space on its disk",
            ) from None


class SqlStore(PackedStore):
    """A store that is an archive, too: a history is one stretch of an index."""

    def __init__(self, shelf: SqlShelf) -> None:
        super().__init__(shelf)
        self._archive = shelf

    def history(
        self, objective: str, branch: str = "", since: str = "", most: int = 0
    ) -> tuple[Point, ...]:
        """The values of one objective in valid runs, oldest first."""
        return self._archive.history(objective, branch, since, most)

    def objectives(self, branch: str = "", since: str = "") -> tuple[str, ...]:
        """The ids that have a history, in order."""
        return self._archive.objectives(branch, since)


def open_sqlite(place: str, root: Path) -> PackedStore:
    """The store in a file, relative to the root; raises `StoreError` where none is named."""
    if not place or "\0" in place:
        raise StoreError(f"the store {f'sqlite:{place}'!r} names no file", hint="write sqlite:PATH")
    try:
        file = root / Path(place.removeprefix("//")).expanduser()
    except RuntimeError:
        raise StoreError(f"the store's file {place} is in a home that is not known") from None
    return SqlStore(SqlShelf(sqlite(file), file))


def open_postgresql(place: str, _root: Path) -> PackedStore:
    """The store of a PostgreSQL server; raises `StoreError` where the address is none."""
    try:
        url = sa.make_url(f"postgresql:{place}")
    except (exc.ArgumentError, ValueError):
        raise StoreError(
            "the store's PostgreSQL address cannot be read",
            hint="write postgresql://USER:${PASSWORD}@HOST:PORT/DATABASE",
        ) from None
    try:
        return SqlStore(SqlShelf(postgresql(url)))
    except ImportError:
        raise StoreError(
            "a store in PostgreSQL needs psycopg, which is not installed",
            hint="pip install 'perfgate[sql,postgres]'",
        ) from None


def _columns(head: EntryHead, data: bytes) -> dict[str, object]:
    return {
        "id": head.id,
        "at": head.at,
        "commit_sha": _text(head.commit),
        "branch": _text(head.branch),
        "environment": _text(head.environment),
        "valid": head.valid,
        "accepted": head.accepted,
        "head": data,
    }


def _measured(entry: Entry, number: int) -> list[dict[str, object]]:
    """One row for each objective that has a value."""
    series = {member_id(each): each.series_key for each in entry.run.measurements}
    rows: dict[str, dict[str, object]] = {}
    for row in entry.outcome.rows:
        if row.value is not None:
            objective = _text(row.objective.id)
            here = environment_of(entry.run, row.objective.budget).key
            rows[objective] = {
                "objective": objective,
                "entry": number,
                "series": _text(series.get(row.objective.id, "")),
                "value": row.value,
                "n": row.n,
                "unit": row.objective.dimension.value,
                "status": row.status.value,
                "elsewhere": None if here == entry.run.environment.key else _text(here),
            }
    return list(rows.values())


def _text(text: str) -> str:
    """What a database takes as text: PostgreSQL knows no NUL, and nobody lone surrogates."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
