"""Where the server's log is and how its bytes are read: through the server, or from the disk."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from gate.core.reasons import Code, because
from gate.runners.postgres.connect import Database, UnreadableError

FORMATS = ("jsonlog", "csvlog", "stderr")
TOOL = "the server's log"


@dataclass(frozen=True, slots=True)
class Extent:
    """How long a log file is now, and which file it is (where the system tells)."""

    size: int
    identity: str = ""


class LogFiles(Protocol):
    """The files of one log, all in one format."""

    @property
    def form(self) -> str:
        """One of `FORMATS`."""

    @property
    def where(self) -> str:
        """How it is named in messages."""

    def extents(self, database: Database) -> Mapping[str, Extent]:
        """The length of each file by name."""

    def read(self, database: Database, name: str, start: int, length: int) -> bytes:
        """Bytes of one file, fewer where it ends."""


@dataclass(frozen=True, slots=True)
class ServedFiles:
    """The log as the server itself shows it: certainly the right one, wherever it runs."""

    form: str
    folder: str

    @property
    def where(self) -> str:
        """The folder as the server names it."""
        return self.folder

    def extents(self, database: Database) -> Mapping[str, Extent]:
        """Ask pg_ls_logdir()."""
        rows = database.rows("SELECT name, size FROM pg_catalog.pg_ls_logdir()")
        return {name: Extent(size) for name, size in rows if form_of(name) == self.form}

    def read(self, database: Database, name: str, start: int, length: int) -> bytes:
        """Ask pg_read_binary_file(); a file that is gone meanwhile reads as empty."""
        path = str(PurePosixPath(self.folder, name))
        query = "SELECT pg_catalog.pg_read_binary_file(%s, %s, %s, true)"
        (piece,) = database.row(query, path, start, length)
        return bytes(piece or b"")


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """The log on this machine's disk: a folder of the format's files, or one file."""

    form: str
    path: Path

    @property
    def where(self) -> str:
        """The path."""
        return str(self.path)

    def extents(self, database: Database) -> Mapping[str, Extent]:  # noqa: ARG002  # the protocol's
        """Look at the disk; raise `UnreadableError` where it may not be read."""
        try:
            if self.path.is_dir():
                paths = [p for p in self.path.iterdir() if form_of(p.name) == self.form]
            else:
                paths = [self.path]
            told = [(path.name, path.stat()) for path in paths]
        except OSError as error:
            raise _unreadable(f"{self.path}: {error.strerror}") from None
        return {
            name: Extent(about.st_size, f"{about.st_dev}:{about.st_ino}")
            for name, about in told
            if stat.S_ISREG(about.st_mode)
        }

    def read(
        self,
        database: Database,  # noqa: ARG002  # the protocol's
        name: str,
        start: int,
        length: int,
    ) -> bytes:
        """Read the disk; raise `UnreadableError` where it may not be read."""
        path = self.path / name if self.path.is_dir() else self.path
        try:
            with path.open("rb") as file:
                file.seek(start)
                return file.read(length)
        except OSError as error:
            raise _unreadable(f"{path}: {error.strerror}") from None


def form_of(name: str) -> str:
    """The format of a log file by its name, as the logging collector names them."""
    return {".json": "jsonlog", ".csv": "csvlog"}.get(PurePosixPath(name).suffix, "stderr")


def _unreadable(detail: str) -> UnreadableError:
    return UnreadableError(because(Code.NO_RIGHTS, tool=TOOL, detail=detail), again=False)
