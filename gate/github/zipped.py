"""The one file of an archive that a stranger made: read in memory, never unpacked.

GitHub hands artifacts out as zip archives. Source for the fields: PKWARE APPNOTE 6.3.10, §4.4.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib

from gate.github.errors import GitHubError

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_KINDS = frozenset({0, stat.S_IFREG})
_BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    zlib.error,
)


def only_member(data: bytes, name: str, *, most: int) -> bytes:
    """What the archive's only member holds: called exactly `name`, at most `most` bytes.

    Raises `GitHubError` for every other archive: more members or none, another name (a path among
    them), a link, a password, another compression, more bytes than it says, a wrong checksum.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _only(archive, name)
            with archive.open(member) as file:
                # What it says of its size is not asked: no more than this is ever inflated. Reading
                # to the end checks the sum.
                found = file.read(most + 1)
    except _BROKEN as error:
        raise GitHubError(f"the artifact is no archive that can be read: {error}"[:300]) from None
    if len(found) > most:
        raise GitHubError(f"the artifact holds more than {most} bytes")
    return found


def _only(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = archive.infolist()
    if len(members) != 1:
        raise GitHubError(f"the artifact holds {len(members)} files, not {name} alone")
    (member,) = members
    if name not in {member.filename} & {member.orig_filename}:
        raise GitHubError(f"the artifact holds {member.orig_filename[:100]!r}, not {name}")
    if stat.S_IFMT(member.external_attr >> 16) not in _KINDS:
        raise GitHubError(f"{name} in the artifact is no regular file")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        raise GitHubError(f"{name} in the artifact is encrypted or packed in an unusual way")
    return member
