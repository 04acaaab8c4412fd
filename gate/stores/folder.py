"""A folder of runs: one sub-folder an entry, put in place whole by one rename."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import secrets
import shutil
from pathlib import Path
from typing import Any

from gate.core.verdict import Status
from gate.errors import RecordError, StoreError
from gate.record import decode_outcome, decode_run, encode_outcome, encode_run
from gate.seams.store import Entry, EntryHead

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)
_LIMIT = 256 * 1024 * 1024


class FolderStore:
    """Entries as `ID/{head.json,run.json.gz,outcome.json.gz}`; a digest guards against damage."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self.folder = folder
        self._shared = shared

    @property
    def shared(self) -> bool:
        """Whether the policy says that others see this folder (`shared-folder:`)."""
        return self._shared

    @property
    def where(self) -> str:
        """The folder."""
        return f"folder {self.folder}"

    def put(self, entry: Entry) -> None:
        """Keep an entry whole or not at all; an entry that is there already is left as it is."""
        target = self._place(entry.run.id)
        draft = self.folder / f".draft-{os.getpid()}-{secrets.token_hex(6)}"
        try:
            if not target.exists():
                draft.mkdir(parents=True)
                self._write(draft, entry)
                _rename(draft, target)
                _sync(self.folder)
            if entry.accepted:
                self._mark_accepted(target)
        except OSError as error:
            raise StoreError(
                f"cannot write to {self.where}: {error.strerror or error}",
                hint="check the folder's rights and the space on its disk",
            ) from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def heads(self) -> tuple[EntryHead, ...]:
        """All entries, newest first; what cannot be read is an error, never left out."""
        if not self.folder.exists():
            return ()
        found = [
            self._head(each)
            for each in self.folder.iterdir()
            if each.is_dir() and _ID.fullmatch(each.name)
        ]
        return tuple(sorted(found, key=lambda head: (head.at, head.id), reverse=True))

    def get(self, entry_id: str) -> Entry:
        """Read one entry back; raises `StoreError` where it is absent or damaged."""
        place = self._place(entry_id)
        head = self._raw_head(place)
        try:
            run = decode_run(_unpacked(place / "run.json.gz", str(head.get("run", ""))))
            outcome = decode_outcome(_unpacked(place / "outcome.json.gz", str(head.get("outcome"))))
        except (OSError, EOFError, ValueError, RecordError) as error:
            raise self._damaged(entry_id, str(error)) from None
        return Entry(run, outcome, accepted=bool(head.get("accepted")))

    def remove(self, entry_id: str) -> None:
        """Forget an entry; it disappears from view at once."""
        place = self._place(entry_id)
        gone = self.folder / f".gone-{secrets.token_hex(6)}"
        try:
            place.rename(gone)
        except OSError as error:
            raise StoreError(f"cannot remove {entry_id} from {self.where}: {error}") from None
        shutil.rmtree(gone, ignore_errors=True)

    def _place(self, entry_id: str) -> Path:
        if not _ID.fullmatch(entry_id):
            raise StoreError(f"{entry_id!r} is no id of a stored run")
        return self.folder / entry_id

    def _write(self, draft: Path, entry: Entry) -> None:
        run, outcome = encode_run(entry.run), encode_outcome(entry.outcome)
        _store(draft / "run.json.gz", gzip.compress(run, mtime=0))
        _store(draft / "outcome.json.gz", gzip.compress(outcome, mtime=0))
        rows = entry.outcome.rows
        complete = all(row.value is not None or row.status is Status.SKIPPED for row in rows)
        head = {
            "id": entry.run.id,
            "commit": entry.run.commit.sha,
            "branch": entry.run.commit.branch,
            "at": entry.run.started,
            "environment": entry.run.environment.key,
            "valid": complete and not entry.run.commit.dirty,
            "accepted": entry.accepted,
            "run": hashlib.sha256(run).hexdigest(),
            "outcome": hashlib.sha256(outcome).hexdigest(),
        }
        _store(draft / "head.json", json.dumps(head, sort_keys=True).encode())

    def _mark_accepted(self, target: Path) -> None:
        head = self._raw_head(target)
        if head.get("accepted") is True:
            return
        draft = target / f".head-{secrets.token_hex(6)}"
        _store(draft, json.dumps({**head, "accepted": True}, sort_keys=True).encode())
        draft.replace(target / "head.json")
        _sync(target)

    def _head(self, place: Path) -> EntryHead:
        raw = self._raw_head(place)
        try:
            return EntryHead(
                id=str(raw["id"]),
                commit=str(raw["commit"]),
                branch=str(raw["branch"]),
                at=str(raw["at"]),
                environment=str(raw["environment"]),
                valid=raw["valid"] is True,
                accepted=raw["accepted"] is True,
            )
        except KeyError as error:
            raise self._damaged(place.name, f"head.json has no {error}") from None

    def _raw_head(self, place: Path) -> dict[str, Any]:
        try:
            raw = json.loads((place / "head.json").read_bytes()[: 64 * 1024])
        except FileNotFoundError:
            raise StoreError(f"{self.where} holds no run {place.name}") from None
        except (OSError, ValueError) as error:
            raise self._damaged(place.name, str(error)) from None
        if not isinstance(raw, dict) or raw.get("id") != place.name:
            raise self._damaged(place.name, "head.json does not belong to it")
        return raw

    def _damaged(self, entry_id: str, why: str) -> StoreError:
        return StoreError(
            f"the stored run {entry_id} in {self.where} is damaged: {why[:200]}",
            hint=f"remove it with `gate baseline prune {entry_id}` and store a new run",
        )


def _rename(draft: Path, target: Path) -> None:
    """Put the draft in place; where another writer was quicker, theirs stays."""
    try:
        draft.rename(target)
    except OSError:
        if not target.exists():
            raise


def _store(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpacked(path: Path, digest: str) -> bytes:
    with gzip.open(path) as file:
        content = file.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        msg = f"{path.name} is larger than {_LIMIT} bytes"
        raise ValueError(msg)
    if hashlib.sha256(content).hexdigest() != digest:
        msg = f"{path.name} does not match its digest"
        raise ValueError(msg)
    return content
