"""The three files of a stored run, packed and read back with everything checked.

`run.json.gz` and `outcome.json.gz` are the records; `head.json` is what a store tells without
reading them. The head holds the digests of both and of itself, so that a flipped bit shows.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO

from gate.core.verdict import Status
from gate.errors import RecordError
from gate.record import decode_outcome, decode_run, encode_outcome, encode_run
from gate.record.canonical import MAX_BYTES, Tree, dump, load
from gate.seams.store import PIN, Entry, EntryHead

HEAD, RUN, OUTCOME = "head.json", "run.json.gz", "outcome.json.gz"
FILES = (HEAD, RUN, OUTCOME)

_SCHEMA = 1
_HEAD_BYTES = 64 * 1024
_CHUNK = 1024 * 1024
_AT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z", re.ASCII)
_TEXTS = ("id", "commit", "branch", "at", "environment", "run", "outcome")
_FLAGS = ("valid", "accepted")


class DamagedError(Exception):
    """A file that is not as it was written: why, in one sentence."""


class OtherVersionError(Exception):
    """A file that is whole, but which this version cannot read: the message and its hint."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Head:
    """The content of `head.json`: what the seam tells, and the digests of both records."""

    def __init__(self, entry: EntryHead, run: str, outcome: str) -> None:
        self.entry = entry
        self.run = run
        self.outcome = outcome

    def encoded(self) -> bytes:
        """As it is written, with its own digest."""
        body = self._body()
        return dump({**body, "digest": _digest(dump(body))})

    def accepted(self) -> Head:
        """The same, accepted by hand."""
        return Head(replace(self.entry, accepted=True), self.run, self.outcome)

    def _body(self) -> dict[str, Tree]:
        facts = {name: getattr(self.entry, name) for name in (*_TEXTS[:5], *_FLAGS)}
        return {**facts, "run": self.run, "outcome": self.outcome, "schema_version": _SCHEMA}


def pack(entry: Entry) -> tuple[Head, dict[str, bytes]]:
    """The head and the files of an entry; raises `RecordError` where it would not read back.

    A head that no store can read would hold up every later check, not only this one.
    """
    run, outcome = encode_run(entry.run), encode_outcome(entry.outcome)
    head = Head(head_of(entry), _digest(run), _digest(outcome))
    try:
        parse_head(head.encoded(), entry.run.id)
    except DamagedError as error:
        started = entry.run.started[:40]
        why = str(error) if _is_time(started) else f"it began at {started!r}, no time in UTC"
        raise RecordError(
            f"the run {entry.run.id[:100]} cannot be stored: {why}",
            hint="was run.json changed by hand? measure again",
        ) from None
    return head, {
        # Level 9 takes three times as long for a hundredth less.
        RUN: gzip.compress(run, 6, mtime=0),
        OUTCOME: gzip.compress(outcome, 6, mtime=0),
        HEAD: head.encoded(),
    }


def head_of(entry: Entry) -> EntryHead:
    """What a store tells about an entry. Valid is a run of a clean tree that answers every row.

    A pin is a copy of one, so that it is none of the history.
    """
    run, rows = entry.run, entry.outcome.rows
    complete = all(row.value is not None or row.status is Status.SKIPPED for row in rows)
    return EntryHead(
        id=run.id,
        commit=run.commit.sha,
        branch=run.commit.branch,
        at=run.started,
        environment=run.environment.key,
        valid=complete and not run.commit.dirty and not run.id.startswith(PIN),
        accepted=entry.accepted,
    )


def read_head(place: Path) -> Head:
    """The head of the entry in this folder.

    Raises `FileNotFoundError`, `OSError`, `DamagedError` or `OtherVersionError`.
    """
    with _opened(place / HEAD) as file:
        return parse_head(file.read(_HEAD_BYTES + 1), place.name)


def parse_head(data: bytes, entry_id: str) -> Head:
    """The head of the entry with this id; raises `DamagedError` or `OtherVersionError`."""
    if len(data) > _HEAD_BYTES:
        raise DamagedError(f"{HEAD} is larger than {_HEAD_BYTES} bytes")
    try:
        tree = load(data, HEAD)
    except RecordError as error:
        raise DamagedError(error.message) from None
    if not isinstance(tree, Mapping):
        raise DamagedError(f"{HEAD} is no object")
    body = {name: value for name, value in tree.items() if name != "digest"}
    if tree.get("digest") != _digest(dump(body)):
        raise DamagedError(f"{HEAD} does not match its digest")
    return _checked(body, entry_id)


def read_entry(place: Path, head: Head) -> Entry:
    """The run and the outcome beside a head; raises as `read_head`."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(_present(place / name)) for name in (RUN, OUTCOME)]
        return parse_entry(head, *files)


def parse_entry(head: Head, run_file: IO[bytes], outcome_file: IO[bytes]) -> Entry:
    """The entry of a head and its two packed records; raises as `parse_head`, or `OSError`."""
    run_data = _unpacked(RUN, run_file, head.run)
    outcome_data = _unpacked(OUTCOME, outcome_file, head.outcome)
    try:
        run = decode_run(run_data, RUN)
        outcome = decode_outcome(outcome_data, OUTCOME)
    except RecordError as error:  # whole, as its digest says, but of another time
        raise OtherVersionError(error.message, error.hint) from None
    entry = Entry(run, outcome, accepted=head.entry.accepted)
    if head_of(entry) != head.entry or outcome.run_id != run.id:
        raise DamagedError(f"{HEAD} does not belong to the records beside it")
    return entry


def _checked(body: Mapping[str, Tree], name: str) -> Head:
    version = body.get("schema_version")
    if isinstance(version, int) and version > _SCHEMA:
        raise OtherVersionError(
            f"it was written by a newer perfgate (schema version {version}, this reads {_SCHEMA})",
            "install the newer perfgate",
        )
    texts = {key: value for key in _TEXTS if isinstance(value := body.get(key), str)}
    flags = {key: value for key in _FLAGS if isinstance(value := body.get(key), bool)}
    if len(texts) < len(_TEXTS) or len(flags) < len(_FLAGS) or not _is_time(texts["at"]):
        raise DamagedError(f"{HEAD} is no head of a stored run")
    if texts["id"] != name:
        raise DamagedError(f"{HEAD} belongs to {texts['id'][:100]}")
    told = EntryHead(
        id=texts["id"],
        commit=texts["commit"],
        branch=texts["branch"],
        at=texts["at"],
        environment=texts["environment"],
        valid=flags["valid"],
        accepted=flags["accepted"],
    )
    return Head(told, texts["run"], texts["outcome"])


def _is_time(text: str) -> bool:
    """Whether it is a time as runs write it, of a day that there is."""
    try:
        return bool(_AT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def _opened(path: Path) -> IO[bytes]:
    """A plain file; a link would lead out of the store, and a pipe would never end."""
    quietly = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, os.O_RDONLY | quietly | getattr(os, "O_BINARY", 0))
    except OSError:
        if path.is_symlink():
            raise DamagedError(f"{path.name} is a link, not a plain file") from None
        raise
    file = open(handle, "rb")  # noqa: PTH123, SIM115  # from a descriptor; the caller closes it
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        file.close()
        raise DamagedError(f"{path.name} is no plain file")
    return file


def _present(path: Path) -> IO[bytes]:
    try:
        return _opened(path)
    except FileNotFoundError:
        raise DamagedError(f"{path.name} is gone") from None


def _unpacked(name: str, packed: IO[bytes], digest: str) -> bytes:
    """The content of a gzip file, bounded while it is read."""
    chunks: list[bytes] = []
    left = MAX_BYTES
    try:
        with gzip.GzipFile(fileobj=packed) as file:
            while chunk := file.read(_CHUNK):
                chunks.append(chunk)
                left -= len(chunk)
                if left < 0:
                    raise DamagedError(f"{name} is larger than {MAX_BYTES} bytes")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DamagedError(f"{name}: {error}") from None
    content = b"".join(chunks)
    if _digest(content) != digest:
        raise DamagedError(f"{name} does not match its digest")
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
