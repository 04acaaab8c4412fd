"""What `k6 archive` holds: the script's options as k6 understands them, and every file it reads.

Read only, never unpacked, never written down.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any

_FILES = ("file/", "https/")
_UNLIKE = (ValueError, KeyError, TypeError, RecursionError)


class ArchiveError(Exception):
    """The archive cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The script's options, and the names and SHA-256 digests of the files it is made of.

    Names are relative to the tree that holds the script, the same in every checkout.
    """

    options: Mapping[str, Any]
    files: tuple[tuple[str, str], ...]


def read_archive(content: bytes, script: str) -> Archive:
    """Read an archive of a module that imports `script` (relative to its tree)."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            options: Any = None
            digests: dict[str, str] = {}
            for member in tar:
                if not member.isreg():
                    continue
                stream = tar.extractfile(member)
                if stream is None:
                    continue
                if member.name == "metadata.json":
                    options = json.loads(stream.read())["options"]
                elif member.name.startswith(_FILES):
                    digests[member.name] = _digest(stream)
    except (tarfile.TarError, OSError, EOFError, *_UNLIKE) as error:
        msg = f"the archive of the script cannot be read: {error}"
        raise ArchiveError(msg) from None
    if not isinstance(options, dict) or not digests:
        msg = "the archive of the script holds no options or no files"
        raise ArchiveError(msg)
    return Archive(options, tuple(sorted(_relative(digests, script))))


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _relative(digests: Mapping[str, str], script: str) -> Iterator[tuple[str, str]]:
    ending = "/" + PurePosixPath(script).as_posix()
    root = next((name.removesuffix(ending) for name in digests if name.endswith(ending)), "")
    for name, digest in digests.items():
        if root and name.startswith(root + "/"):
            yield name.removeprefix(root + "/"), digest
        elif name.startswith("https/"):
            yield name, digest
        else:  # outside of the tree: where it lies depends on the machine
            yield f"outside/{PurePosixPath(name).name}", digest
