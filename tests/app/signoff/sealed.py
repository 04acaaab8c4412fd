"""A sign-off on disk, made from records in memory; and forged ones whose files fit each other."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from gate.app.signoff import seal
from gate.app.signoff.judged import Judged
from gate.app.signoff.strict import strictly
from gate.core.judge import judge
from gate.core.past import Past
from gate.core.run import Run
from gate.core.signoff import FileDigest, Given
from gate.core.trend import Point, Story
from gate.record.signoff import Manifest, decode_manifest, encode_manifest
from gate.testing import samples
from gate.testing.sample_signoffs import AT, GIVEN

NOW = datetime.fromisoformat(AT) + timedelta(hours=1)
RUN = replace(samples.run(), promises=strictly(samples.run().promises))


def past(run_id: str = "old-1") -> Past:
    """A stored run of the release before."""
    entry = samples.entry(run_id, started="2026-10-01T08:00:00Z")
    run = replace(entry.run, commit=replace(entry.run.commit, sha=GIVEN.previous.commit))
    return Past(run, entry.outcome, 14, "explicit")


def story() -> Story:
    """What a store holds of an objective with a drift budget."""
    point = Point(
        "old-1", "2026-09-01T08:00:00Z", "ab" * 20, "main", "e", "s", 0.25, 3, "s", "pass"
    )
    return Story(samples.READ.id, (point,))


def make(
    folder: Path,
    *,
    run: Run = RUN,
    at: str = AT,
    pasts: tuple[Past, ...] = (),
    stories: tuple[Story, ...] = (),
    key: Path | None = None,
    **given: Any,
) -> seal.Sealed:
    """Seal what the judge says of a run."""
    judged = Judged(run, judge(run, pasts, at, stories), pasts, stories, at, "measured")
    stored = seal.stored_files(pasts, stories)
    perfgate, python = seal.versions()
    made: Given = replace(
        GIVEN,
        at=at,
        perfgate=perfgate,
        python=python,
        records=seal.records(judged),
        baselines=stored.baselines,
        history=stored.history,
        signed=key is not None,
        notes=(),
    )
    return seal.seal(folder, replace(made, **given), judged, stored.files, key, pdf=False)


def sealed_again(folder: Path, changes: Mapping[str, bytes]) -> None:
    """Change files, and make the manifest fit them: what a forger without a key can do."""
    for name, data in changes.items():
        (folder / name).write_bytes(data)
    manifest = folder / seal.MANIFEST
    told = decode_manifest(manifest.read_bytes())
    files = tuple(_digest(folder, each.path) for each in told.files)
    manifest.write_bytes(encode_manifest(Manifest(files, told.signed)))


def _digest(folder: Path, name: str) -> FileDigest:
    data = (folder / name).read_bytes()
    return FileDigest(name, hashlib.sha256(data).hexdigest(), len(data))


def new_key(place: Path) -> Path:
    """A key of OpenSSH's own making, without a passphrase."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", place], check=True
    )
    return place


def allowed(place: Path, key: Path, who: str = "ada@example.org") -> Path:
    """A file that lets this key sign for somebody."""
    public = key.with_name(f"{key.name}.pub").read_text()
    place.write_text(f'{who} namespaces="perfgate-signoff" {public}')
    return place


def utc(text: str) -> datetime:
    """A time in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
