"""Verifying a sign-off: its bytes, who signed them, and that they follow from what was measured."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gate import __version__
from gate.app.signoff import keys
from gate.app.signoff.evidence import digest
from gate.app.signoff.opened import Opened, opened, refused
from gate.app.signoff.seal import (
    DOCUMENT,
    OUTCOME,
    PAGE,
    PAPER,
    PREDICATE,
    RUN,
    STATEMENT,
    ended,
    rendered,
)
from gate.app.signoff.strict import is_strict
from gate.core.judge import judge
from gate.core.past import Past
from gate.core.run import Run
from gate.core.signoff import FileDigest, Signoff
from gate.core.verdict import JUDGE_VERSION, Outcome
from gate.errors import RecordError, ToolError, UsageError
from gate.record import decode_outcome, decode_run, encode_outcome, encode_run
from gate.record.signoff import decode_history, decode_signoff

_SKEW = timedelta(minutes=10)
_UNSIGNED = (
    "it is not signed: its files fit each other, but whoever could write all of them could have "
    "made all of them; compare the SHA-256 above with one that you know (--digest)"
)


@dataclass(frozen=True, slots=True)
class Trust:
    """What the reader knows besides the folder: who may sign, a digest, the release's files."""

    allowed: Path | None = None
    identity: str = ""
    digest: str = ""
    artifacts: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """A sign-off that holds. `said` are the steps, `notes` what they do not show."""

    document: Signoff
    outcome: Outcome
    said: tuple[str, ...]
    notes: tuple[str, ...]


def verify(folder: Path, trust: Trust, now: datetime) -> Verified:
    """Check every byte and every conclusion; raises `RecordError` with the first that does not."""
    if bool(trust.allowed) != bool(trust.identity):
        raise UsageError("--allowed-signers and --identity belong together")
    found = opened(folder)
    said = [f"{len(found.files)} files are what the manifest says (SHA-256 {found.digest})"]
    if trust.digest and trust.digest.removeprefix("sha256:").lower() != found.digest:
        raise refused(f"its manifest's SHA-256 is {found.digest}, not the one of --digest")
    signed, notes = _signature(found, trust)
    said.extend(signed)
    document, outcome = _conclusions(found, now)
    said.append("judged again: the same outcome.json, byte by byte")
    said.append("made again: the document, the statement and the page, byte by byte")
    if trust.artifacts:
        said.append(_artifacts(document, trust.artifacts))
    if PAPER in found.files:
        notes.append(f"{PAPER} is covered by the manifest, but cannot be printed again alike")
    day = f"{now:%Y-%m-%d}"
    notes.extend(
        f"the waiver of {each.waiver.objective} has expired since, on {each.waiver.expires}"
        for each in document.waivers
        if document.given.at[:10] <= each.waiver.expires < day
    )
    return Verified(document, outcome, tuple(said), tuple(notes))


def _signature(found: Opened, trust: Trust) -> tuple[list[str], list[str]]:
    """What the signature shows, and what it does not."""
    if not found.signature:
        if trust.allowed is not None:
            raise refused("it is not signed, but --allowed-signers asks for a signature")
        if trust.digest:
            return ["its manifest has the digest that was given"], []
        return [], [_UNSIGNED]
    try:
        key = keys.signer(found.manifest, found.signature)
        if trust.allowed is not None:
            keys.check_identity(found.manifest, found.signature, trust.allowed, trust.identity)
            return [f"signed by {trust.identity} with {key}"], []
    except RecordError as error:
        raise refused(error.message) from None
    return [f"signed with {key}"], [
        "whose key that is nobody has said: --allowed-signers FILE --identity WHO checks it"
    ]


def _conclusions(found: Opened, now: datetime) -> tuple[Signoff, Outcome]:
    """The document and the outcome, both made again from what was measured."""
    document = decode_signoff(found.file(DOCUMENT))
    _check_versions(document)
    run = decode_run(found.file(RUN))
    outcome = decode_outcome(found.file(OUTCOME))
    _check_digests(found, document)
    _check_facts(document, run, outcome, now)
    history = document.given.history
    stories = decode_history(found.file(history.path)) if history is not None else ()
    again = judge(run, _pasts(found, document), document.given.at, stories)
    if encode_run(run) != found.file(RUN):
        raise refused(f"{RUN} is not written as perfgate writes it")
    if encode_outcome(again) != found.file(OUTCOME):
        raise refused(f"judging {RUN} again does not give {OUTCOME}")
    _, made = rendered(document.given, run, again)
    for name in (DOCUMENT, PAGE, STATEMENT, PREDICATE):
        if made[name] != found.file(name):
            raise refused(f"{name} does not follow from what was measured and judged")
    return document, again


def _check_versions(document: Signoff) -> None:
    """Another version may rightly judge or write otherwise: that is said, and nothing passes."""
    given = document.given
    if (given.perfgate, document.judge) != (__version__, JUDGE_VERSION):
        raise ToolError(
            f"the files and the signature are whole, but perfgate {given.perfgate} (judge "
            f"{document.judge}) made them and this is {__version__} (judge {JUDGE_VERSION}): "
            "nothing was judged again",
            hint=f"verify it with that version: `uvx perfgate@{given.perfgate} signoff verify …`",
        )


def _check_digests(found: Opened, document: Signoff) -> None:
    """What the document says of the files beside it holds, and it speaks of all of them."""
    given = document.given
    stored = [file for each in given.baselines for file in (each.run, each.outcome)]
    said = (*given.records, *stored, *((given.history,) if given.history is not None else ()))
    for each in said:
        data = found.file(each.path)
        if digest(each.path, data, each.blob) != each:
            raise refused(f"{DOCUMENT} has another digest of {each.path}")
    known = {each.path for each in said} | {DOCUMENT, PAGE, PAPER, STATEMENT, PREDICATE}
    if unknown := sorted(found.files.keys() - known):
        raise refused(f"{unknown[0]!r} is in no list of {DOCUMENT}")
    if {each.path for each in given.records} != {RUN, OUTCOME}:
        raise refused(f"{DOCUMENT} does not name its records")
    if given.signed != bool(found.signature):
        raise refused(f"{DOCUMENT} and the manifest disagree on a signature")


def _check_facts(document: Signoff, run: Run, outcome: Outcome, now: datetime) -> None:
    """What may not be of any sign-off, however well its files fit each other."""
    given = document.given
    if run.commit.sha != given.release.commit or not run.commit.sha:
        raise refused("the run is of another commit than the release")
    if run.commit.dirty:
        raise refused("the run was measured on a tree with uncommitted changes")
    if not is_strict(run.promises.policy):
        raise refused("the run was not judged by the rules of a sign-off")
    if run.base is not None and run.base.commit != given.previous.commit:
        raise refused("the run was measured beside another commit than the release before")
    try:
        at = datetime.strptime(given.at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        over = datetime.fromisoformat(ended(run))
    except ValueError:
        raise refused(f"{given.at[:40]!r} is no time in UTC") from None
    if at < over - _SKEW:
        raise refused("it was judged before the measuring had ended")
    if at > now + _SKEW:
        raise refused("it was judged in the future")
    if outcome.at != given.at:
        raise refused(f"{OUTCOME} was judged at another time than {DOCUMENT} says")


def _pasts(found: Opened, document: Signoff) -> tuple[Past, ...]:
    """The stored runs that took part; what was compared is of the release before, or pinned."""
    pasts = []
    for each in document.given.baselines:
        run = decode_run(found.file(each.run.path), each.run.path)
        outcome = decode_outcome(found.file(each.outcome.path), each.outcome.path)
        if outcome.run_id != run.id:
            raise refused(f"{each.outcome.path} belongs to another run than {each.run.path}")
        past = Past(run, outcome, each.distance, each.rung, accepted=each.accepted)
        if past.ordinary and run.commit.sha != document.given.previous.commit:
            raise refused(f"{each.run.path} is of another commit than the release before")
        pasts.append(past)
    return tuple(pasts)


def _artifacts(document: Signoff, paths: tuple[Path, ...]) -> str:
    """Whether these files are the artifacts of the release, by content."""
    known: dict[str, FileDigest] = {each.sha256: each for each in document.given.artifacts}
    for path in paths:
        if not path.is_file():
            raise UsageError(f"--artifact {path}: there is no such file")
        with path.open("rb") as file:
            seen = hashlib.file_digest(file, "sha256").hexdigest()
        if seen not in known:
            raise refused(f"{path.name} is no artifact of this release (SHA-256 {seen})")
    return f"{len(paths)} artifacts are those of the release"
