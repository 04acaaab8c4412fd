"""Records on disk: written whole or not at all, read up to a bound."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

from gate.errors import RecordError
from gate.record.canonical import MAX_BYTES


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path`, or leave what was there; makes the folder. Raises `RecordError`.

    A symbolic link is replaced, not followed; a device, pipe or folder is refused.
    """
    temporary = path.parent / f".{path.name[:100]}.{secrets.token_hex(6)}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (stat.S_ISREG(mode := _mode(path)) or stat.S_ISLNK(mode)):
            raise RecordError(f"{path}: cannot be written: not a regular file")
        write_synced(temporary, data)
        temporary.replace(path)
        sync_folder(path.parent)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            temporary.unlink(missing_ok=True)
        raise RecordError(f"{path}: cannot be written: {_why(error)}") from None


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except FileNotFoundError:
        return stat.S_IFREG


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file to the disk itself; raises `FileExistsError` where there is one."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the rename last through a power cut; Windows cannot open a folder and needs it not."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_bounded(path: Path, limit: int = MAX_BYTES, *, made_by: str = "") -> bytes:
    """All bytes of a regular file, at most `limit`. Raises `RecordError`.

    `made_by` is the command that writes such a file: the hint where there is none.
    """
    try:
        # Without it, opening a named pipe waits for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:  # noqa: PTH123  # from a descriptor
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RecordError(f"{path}: cannot be read: not a regular file")
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        absent = isinstance(error, FileNotFoundError) and made_by
        hint = f"`{made_by}` writes one" if absent else ""
        raise RecordError(f"{path}: cannot be read: {_why(error)}", hint=hint) from None
    if len(data) > limit:
        raise RecordError(f"{path}: larger than {limit} bytes")
    return data


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
