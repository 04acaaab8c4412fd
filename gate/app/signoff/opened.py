"""A sign-off's folder read by somebody who trusts nothing in it: bounded, whole, nothing more."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate.app.signoff.seal import BASELINES, MANIFEST, PAPER, SIGNATURE
from gate.errors import RecordError
from gate.record import read_bounded
from gate.record.canonical import MAX_BYTES
from gate.record.signoff import LARGEST, Manifest, decode_manifest

_MOST_FILES = 300
_MOST_BYTES = 1024 * 1024 * 1024
_LARGEST_PAPER = 64_000_000
_HINT = "take the folder again from where it was kept; it was changed after it was signed off"


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a sign-off, as its manifest says; `signature` is b"" where there is none."""

    folder: Path
    files: dict[str, bytes]
    manifest: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the manifest, which names every other file by its own."""
        return hashlib.sha256(self.manifest).hexdigest()

    def file(self, name: str) -> bytes:
        """One of its files; raises `RecordError` where it is not there."""
        if name not in self.files:
            raise refused(f"{name} is missing")
        return self.files[name]


def refused(why: str) -> RecordError:
    """The error of a sign-off that does not hold."""
    return RecordError(f"the sign-off does not hold: {why}", hint=_HINT)


def opened(folder: Path) -> Opened:
    """Read a sign-off; raises `RecordError` for any file more, less, or other than was sealed."""
    if not folder.is_dir():
        raise RecordError(f"{folder}: there is no such folder")
    found = dict(_listed(folder))
    if MANIFEST not in found:
        raise RecordError(
            f"{folder} is no sign-off: it has no {MANIFEST}",
            hint="`gate signoff` writes one; name the folder that holds it",
        )
    raw = _read(found, MANIFEST, LARGEST)
    manifest = _manifest(raw)
    _check_names(manifest, set(found))
    files = {}
    for each in manifest.files:
        data = _read(found, each.path, each.size)
        if len(data) != each.size:
            raise refused(f"{each.path} holds {len(data)} bytes of {each.size}")
        if hashlib.sha256(data).hexdigest() != each.sha256:
            raise refused(f"{each.path} is not what was sealed: its SHA-256 differs")
        files[each.path] = data
    signature = _read(found, SIGNATURE, LARGEST) if manifest.signed else b""
    return Opened(folder, files, raw, signature)


def _read(found: dict[str, Path], name: str, most: int) -> bytes:
    """A file of at most so many bytes: one that grew is as little what was sealed as any other."""
    if found[name].lstat().st_size > most:
        raise refused(f"{name} is larger than {most} bytes")
    return read_bounded(found[name], most)


def _manifest(raw: bytes) -> Manifest:
    try:
        manifest = decode_manifest(raw)
    except RecordError as error:
        raise refused(error.message) from None
    sizes = [each.size for each in manifest.files]
    papers = [each.size for each in manifest.files if each.path == PAPER]
    if max(sizes, default=0) > MAX_BYTES or sum(sizes) > _MOST_BYTES:
        raise refused("its files are larger than any that perfgate writes")
    if max(papers, default=0) > _LARGEST_PAPER:
        raise refused(f"{PAPER} is larger than any that perfgate writes")
    return manifest


def _check_names(manifest: Manifest, found: set[str]) -> None:
    own = {MANIFEST, SIGNATURE} if manifest.signed else {MANIFEST}
    named = {each.path for each in manifest.files} | own
    if missing := sorted(named - found):
        raise refused(f"{missing[0]} is missing")
    if extra := sorted(found - named):
        raise refused(f"{extra[0]!r} is no part of it")


def _listed(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below; raises `RecordError` for a link, a pipe, another folder, too many."""
    count = 0
    places = [("", folder)]
    while places:
        prefix, place = places.pop()
        with os.scandir(place) as entries:
            names = sorted(entry.name for entry in entries)
        if prefix and not names:
            raise refused(f"the folder {prefix!r} is no part of it")
        for name in names:
            count += 1
            if count > _MOST_FILES:
                raise refused(f"it holds more than {_MOST_FILES} files")
            path, shown = place / name, f"{prefix}{name}"
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode) and shown == BASELINES:
                places.append((f"{shown}/", path))
            elif stat.S_ISREG(mode):
                yield shown, path
            else:
                kind = "a link" if stat.S_ISLNK(mode) else "no regular file"
                raise refused(f"{shown!r} is {kind}")
