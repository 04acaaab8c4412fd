"""Stores whose library is an extra: loaded when one is opened, named where it is absent."""

from __future__ import annotations

from pathlib import Path

from gate.errors import StoreError
from gate.seams.store import Store


def open_sqlite(place: str, root: Path) -> Store:
    """As `gate.stores.sql.open_sqlite`; raises `StoreError` too where SQLAlchemy is absent."""
    try:
        from gate.stores import sql
    except ModuleNotFoundError as error:
        raise _absent(error, "a store in SQLite", "sqlalchemy", "sql") from None
    return sql.open_sqlite(place, root)


def open_postgresql(place: str, root: Path) -> Store:
    """As `gate.stores.sql.open_postgresql`; raises `StoreError` too where SQLAlchemy is absent."""
    try:
        from gate.stores import sql
    except ModuleNotFoundError as error:
        raise _absent(error, "a store in PostgreSQL", "sqlalchemy", "sql,postgres") from None
    return sql.open_postgresql(place, root)


def open_s3(place: str, root: Path) -> Store:
    """A bucket of S3 or what speaks its protocol; raises `StoreError` too without obstore."""
    return _bucket("s3", place, root)


def open_gs(place: str, root: Path) -> Store:
    """A bucket of Google Cloud Storage; as `open_s3`."""
    return _bucket("gs", place, root)


def open_az(place: str, root: Path) -> Store:
    """A container of Azure Blob Storage; as `open_s3`."""
    return _bucket("az", place, root)


def _bucket(scheme: str, place: str, root: Path) -> Store:
    try:
        from gate.stores import bucket
    except ModuleNotFoundError as error:
        raise _absent(error, "a store in a bucket", "obstore", "s3") from None
    return bucket.opener(scheme)(place, root)


def _absent(error: ModuleNotFoundError, what: str, module: str, extra: str) -> StoreError:
    if (error.name or "").partition(".")[0] != module:
        raise error
    return StoreError(
        f"{what} needs {module}, which is not installed",
        hint=f"pip install 'perfgate[{extra}]'",
    )
