"""What a child writes: a file without a name that cannot fill the disk, read at any time."""

from __future__ import annotations

import os
import tempfile

KEPT = 64 * 1024 * 1024
"""How many bytes of stdout and of stderr are kept, in bytes."""


class Output:
    """One stream of a child. Once it is four times as long as `kept`, the rest is dropped."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._cut = False
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # its owner closes it
        if os.name != "nt":
            import fcntl

            # Whoever writes finds the end again after the file was cut.
            fcntl.fcntl(self._file, fcntl.F_SETFL, os.O_APPEND)

    def fileno(self) -> int:
        """The descriptor, for the child and for nobody else."""
        return self._file.fileno()

    def bound(self) -> None:
        """Cut what is too long; called now and then while the child runs."""
        if os.fstat(self.fileno()).st_size > 4 * self._kept:
            self._file.truncate(self._kept)
            self._cut = True

    def read(self, limit: int = KEPT) -> bytes:
        """The first `limit` bytes of what was written so far."""
        limit = min(limit, os.fstat(self.fileno()).st_size)
        if hasattr(os, "pread"):  # the child shares the file's offset
            return os.pread(self.fileno(), limit, 0)
        self._file.seek(0)
        return self._file.read(limit)

    def longer_than(self, limit: int) -> bool:
        """Whether more was written than `read` gives, also where that was cut off long ago."""
        return self._cut or os.fstat(self.fileno()).st_size > limit

    def close(self) -> None:
        """Let go of the file, which is gone with that."""
        self._file.close()
