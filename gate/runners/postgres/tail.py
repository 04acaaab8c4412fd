"""What a log gained between two marks of ours, over rotations, and nothing else."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from gate.core.reasons import Code, because
from gate.runners.postgres.connect import MARK, Database, UnreadableError
from gate.runners.postgres.logfiles import TOOL, Extent, LogFiles

MOST = 64 * 1024 * 1024
_CHUNK = 4 * 1024 * 1024
_PATIENCE = 5.0
_POLL = 0.03

# The text is the same every time, so that pg_stat_statements gets one entry of it; the nonce is in
# the application name. Every role may raise a LOG message; it changes nothing but the log.
_SAY = (
    f"DO {MARK} $$BEGIN RAISE LOG 'perfgate mark %', pg_catalog.current_setting("
    "'application_name'); END$$"
)


@dataclass(slots=True)
class _Piece:
    start: int
    identity: str
    held: bytearray = field(default_factory=bytearray)


class Tail:
    """The growth of a log since a moment, at most `MOST` bytes of it."""

    def __init__(self, files: LogFiles, database: Database) -> None:
        """Note how long every file is; raise `UnreadableError` where it cannot be told."""
        self._files = files
        self._pieces = {
            name: _Piece(extent.size, extent.identity)
            for name, extent in files.extents(database).items()
        }
        self._first = ""
        self._begin = b""
        self.marks: tuple[bytes, ...] = ()

    def begin(self, database: Database) -> None:
        """Mark the beginning and wait until the mark is in the log."""
        self._begin = self._mark(database)
        self._first = self._holder(self._begin)

    def end(self, database: Database) -> tuple[bytes, ...]:
        """Mark the end, wait for it, and return the whole lines between the marks, by file.

        `marks` are the lines of the two marks themselves.
        """
        last = self._mark(database)
        holder = self._holder(last)
        self.marks = (self._line(self._first, self._begin), self._line(holder, last))
        if holder != self._first and self._pieces[holder].start:
            # Rotation truncates an old file that it uses again: what it held first is lost.
            raise _lost(f"the log was rotated into {holder}, which was there before")
        found = []
        for name, piece in self._pieces.items():
            raw = bytes(piece.held)
            if last in raw:
                raw = raw[: raw.rfind(b"\n", 0, raw.find(last)) + 1]
            if name == self._first:
                raw = raw[raw.find(b"\n", raw.find(self._begin)) + 1 :]
            found.append(raw)
        return tuple(raw for raw in found if raw)

    def _mark(self, database: Database) -> bytes:
        # The logging collector is asynchronous: what was logged before our mark stands before it.
        mark = f"perfgate mark perfgate-{database.nonce}".encode()
        database.connection.execute(_SAY.encode())
        deadline = time.monotonic() + _PATIENCE
        while True:
            self._pull(database)
            if self._holder(mark):
                return mark
            if time.monotonic() > deadline:
                raise _lost(
                    f"our mark did not appear in {self._files.where} within {_PATIENCE:g} s",
                    "is it this server's log? with `log:` a budget says where it is",
                )
            time.sleep(_POLL)

    def _holder(self, mark: bytes) -> str:
        for name, piece in self._pieces.items():
            at = piece.held.find(mark)
            if at >= 0 and piece.held.find(b"\n", at) >= 0:
                return name
        return ""

    def _line(self, name: str, mark: bytes) -> bytes:
        held = self._pieces[name].held
        at = held.find(mark)
        return bytes(held[held.rfind(b"\n", 0, at) + 1 : held.find(b"\n", at) + 1])

    def _pull(self, database: Database) -> None:
        for name, extent in self._files.extents(database).items():
            piece = self._pieces.setdefault(name, _Piece(0, extent.identity))
            self._check(name, piece, extent)
            while (at := piece.start + len(piece.held)) < extent.size:
                more = self._files.read(database, name, at, min(_CHUNK, extent.size - at))
                if not more:
                    break
                piece.held += more
                self._check_size()

    def _check(self, name: str, piece: _Piece, extent: Extent) -> None:
        """A file that was cut or replaced has lost lines."""
        known = piece.start + len(piece.held)
        if extent.size < known or extent.identity != piece.identity:
            raise _lost(f"{name} was truncated or replaced while it was observed")

    def _check_size(self) -> None:
        size = sum(len(piece.held) for piece in self._pieces.values())
        if size > MOST:
            raise _lost(
                f"it grew by more than {MOST // 1024**2} MiB in one unit",
                "raise log_min_duration_statement to the bound, or make the load shorter",
            )


def _lost(detail: str, remedy: str = "") -> UnreadableError:
    facts = {"remedy": remedy} if remedy else {}
    return UnreadableError(because(Code.OUTPUT_UNREADABLE, tool=TOOL, detail=detail, **facts))
