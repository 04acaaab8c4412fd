"""The folder of a sign-off: its files, the manifest that covers them, and the signature of that."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gate import __version__
from gate.app.pdf import on_paper
from gate.app.signoff import keys
from gate.app.signoff.evidence import digest
from gate.app.signoff.judged import Judged
from gate.core.past import Past
from gate.core.run import Run
from gate.core.signoff import FileDigest, Given, Signoff, StoredRun, documented
from gate.core.trend import Story
from gate.core.verdict import Outcome
from gate.errors import RecordError, UsageError
from gate.record import encode_outcome, encode_run, read_bounded, write_synced
from gate.record.signoff import (
    LARGEST,
    Manifest,
    decode_manifest,
    encode_history,
    encode_manifest,
    encode_signoff,
)
from gate.reports import signoff_page, statement

RUN, OUTCOME, DOCUMENT = "run.json", "outcome.json", "signoff.json"
HISTORY = "history.json"
PAGE, PAPER = "signoff.html", "signoff.pdf"
STATEMENT, PREDICATE = "statement.json", "predicate.json"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
BASELINES = "baseline"
MOST_STORED = 99


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sign-off on disk. `digest` is the SHA-256 of its manifest, which names all of it."""

    folder: Path
    document: Signoff
    outcome: Outcome
    digest: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store gave, as files, and what names them."""

    files: dict[str, bytes]
    baselines: tuple[StoredRun, ...]
    history: FileDigest | None


def stored_files(pasts: tuple[Past, ...], stories: tuple[Story, ...]) -> Stored:
    """The records of the stored runs that took part, and how drifting promises moved."""
    if len(pasts) > MOST_STORED:
        raise UsageError(f"more than {MOST_STORED} stored runs of the release before")
    files: dict[str, bytes] = {}
    found = []
    for number, past in enumerate(pasts, start=1):
        run = f"{BASELINES}/{number:02}.run.json"
        outcome = f"{BASELINES}/{number:02}.outcome.json"
        files |= {run: encode_run(past.run), outcome: encode_outcome(past.outcome)}
        named = (digest(run, files[run]), digest(outcome, files[outcome]))
        found.append(StoredRun(*named, past.distance, past.rung, accepted=past.accepted))
    if not stories:
        return Stored(files, tuple(found), None)
    files[HISTORY] = encode_history(stories)
    return Stored(files, tuple(found), digest(HISTORY, files[HISTORY]))


def records(judged: Judged) -> tuple[FileDigest, ...]:
    """The run and its outcome by their digests."""
    found = {RUN: encode_run(judged.run), OUTCOME: encode_outcome(judged.outcome)}
    return tuple(digest(name, data) for name, data in found.items())


def versions() -> tuple[str, str]:
    """What made a sign-off: perfgate's version and Python's."""
    return __version__, platform.python_version()


def ended(run: Run) -> str:
    """When measuring ended, in UTC."""
    try:
        began = datetime.fromisoformat(run.started)
        return f"{(began + timedelta(seconds=run.seconds)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        raise RecordError(f"run.json: started: {run.started[:40]!r} is no time in UTC") from None


def rendered(given: Given, run: Run, outcome: Outcome) -> tuple[Signoff, dict[str, bytes]]:
    """The document, and every file that follows from it and the records."""
    signoff = documented(given, run, outcome, ended(run))
    document = encode_signoff(signoff)
    return signoff, {
        DOCUMENT: document,
        PAGE: signoff_page.render(signoff, outcome).encode(),
        STATEMENT: statement.statement(signoff, outcome, document),
        PREDICATE: statement.predicate(signoff, outcome, document),
    }


def seal(
    folder: Path,
    given: Given,
    judged: Judged,
    stored: Mapping[str, bytes],
    key: Path | None,
    *,
    pdf: bool,
) -> Sealed:
    """Write the whole folder, or leave what was there; raises `UsageError`, `ToolError`."""
    check_place(folder)
    signoff, made = rendered(given, judged.run, judged.outcome)
    files = {
        **made,
        **stored,
        RUN: encode_run(judged.run),
        OUTCOME: encode_outcome(judged.outcome),
    }
    if pdf:
        files[PAPER] = on_paper(made[PAGE].decode())
    covered = tuple(digest(name, files[name]) for name in sorted(files))
    manifest = encode_manifest(Manifest(covered, signed=key is not None))
    files[MANIFEST] = manifest
    if key is not None:
        files[SIGNATURE] = keys.sign(manifest, key)
    _write(folder, files)
    return Sealed(folder, signoff, judged.outcome, hashlib.sha256(manifest).hexdigest())


def check_place(folder: Path) -> None:
    """Refuse to write over anything that is no sign-off; raises `UsageError`."""
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_symlink() or not folder.is_dir():
        raise UsageError(f"--out {folder}: expected a folder")
    if any(folder.iterdir()) and not _is_signoff(folder):
        raise UsageError(
            f"--out {folder}: the folder holds something else than a sign-off",
            hint="name a folder that is empty or not there",
        )


def _is_signoff(folder: Path) -> bool:
    """Whether a manifest of ours names all that is in a folder, which goes when it is replaced.

    The manifest of a web app has the same name, and people put their own files beside.
    """
    try:
        manifest = decode_manifest(read_bounded(folder / MANIFEST, LARGEST))
    except RecordError:
        return False
    own = {BASELINES, MANIFEST, SIGNATURE, *(each.path for each in manifest.files)}
    return all(path.relative_to(folder).as_posix() in own for path in folder.rglob("*"))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put the files into a new folder beside, and that in the place of the old one."""
    half = folder.parent / f".{folder.name}.{secrets.token_hex(6)}.tmp"
    old = half.with_suffix(".old")
    try:
        for name, data in files.items():
            place = half / name
            place.parent.mkdir(parents=True, exist_ok=True)
            write_synced(place, data)
        if folder.exists():
            folder.rename(old)
        half.rename(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    finally:
        _tidy(folder, half, old)


def _tidy(folder: Path, half: Path, old: Path) -> None:
    """Remove what is left over; the old one only where another took its place."""
    with contextlib.suppress(OSError):
        if not folder.exists():  # refused, or interrupted between the two
            old.rename(folder)
    for rest in (half, *([old] if folder.exists() else [])):
        with contextlib.suppress(OSError):
            shutil.rmtree(rest)
