"""The nouns of a sign-off: what somebody said of a release, and what its records themselves say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gate.core.model import Waiver
from gate.core.run import Environment
from gate.core.verdict import (
    BaselineSource,
    Bound,
    Effect,
    Exit,
    Status,
)

SIGNOFF_SCHEMA = 1


class Result(StrEnum):
    """The words of the in-toto test-result predicate, version 0.1."""

    PASSED = "PASSED"
    WARNED = "WARNED"
    FAILED = "FAILED"


class WaiverState(StrEnum):
    """What a waiver did for this release."""

    USED = "used"
    NOT_NEEDED = "not needed"
    EXPIRED = "expired"
    EXCEEDED = "past its ceiling"


@dataclass(frozen=True, slots=True)
class Revision:
    """A release and its commit. `author` is that of the commit, "" where it is not known."""

    name: str
    commit: str
    tree: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class FileDigest:
    """A file by its content: SHA-256 in hex, size in bytes; `blob` is git's own id for it."""

    path: str
    sha256: str
    size: int
    blob: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved, when (UTC) and where that was said; `is_author` of the release's commit."""

    name: str
    at: str
    said_in: str
    is_author: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Who last changed an entry of a budget file, and on which day; by file and line."""

    file: str
    line: int
    author: str
    day: str


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A stored run that took part in judging, and the two files that hold it here."""

    run: FileDigest
    outcome: FileDigest
    distance: int
    rung: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """All that was said and found at the time of the sign-off, and is in no record.

    `at` is when it was judged, `perfgate` and `python` are versions. `records` are run.json and
    outcome.json, `baselines` the stored runs that it was compared with, `history` those that drift
    budgets are held to. `notes` say what is not as it could be.
    """

    at: str
    release: Revision
    previous: Revision
    perfgate: str
    python: str
    budgets: tuple[FileDigest, ...]
    records: tuple[FileDigest, ...]
    baselines: tuple[StoredRun, ...] = ()
    artifacts: tuple[FileDigest, ...] = ()
    approvals: tuple[Approval, ...] = ()
    written: tuple[Written, ...] = ()
    url: str = ""
    signed: bool = False
    source: str = "measured"
    notes: tuple[str, ...] = ()
    history: FileDigest | None = None


@dataclass(frozen=True, slots=True)
class CheckedBound:
    """One bound as it was decided; numbers in base units, ratios against the baseline.

    `low`/`high` are the interval of `value` (of `change` for a tolerance), `sure` the confidence
    of the end that decides a fail, `detectable` the worsening that the design finds.
    """

    bound: Bound
    promise: str
    status: Status
    effect: Effect
    reason: str
    effect_reason: str = ""
    value: float | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    base: float | None = None
    base_n: int = 0
    change: float | None = None
    sure: float | None = None
    excluded: float | None = None
    detectable: float | None = None
    absolute: bool = False
    baseline: BaselineSource | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One promise with what came of it."""

    objective: str
    file: str
    line: int
    owner: str
    why: str
    unit: str
    kind: str
    blocking: bool
    status: Status
    effect: Effect
    value: float | None
    n: int
    bounds: tuple[CheckedBound, ...]


@dataclass(frozen=True, slots=True)
class SignedWaiver:
    """A waiver of this release with what it did.

    `author` changed it last; `approved_by` are those who approved the release and are not that
    author: nobody approves an own waiver.
    """

    waiver: Waiver
    state: WaiverState
    author: str = ""
    changed: str = ""
    approved_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signoff:
    """The document. `how` is `in turn`, `stored`, `both` or `nothing`; `excludes` what that costs.

    `ended` is the end of measuring in UTC, rounded down to the second.
    """

    given: Given
    result: Result
    exit: Exit
    run_id: str
    judge: str
    profile: str
    started: str
    ended: str
    seconds: float
    how: str
    excludes: tuple[str, ...]
    checks: tuple[Check, ...]
    waivers: tuple[SignedWaiver, ...]
    environment: Environment
    environment_key: str
    tools: tuple[tuple[str, str], ...]
    loosened: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    schema_version: int = SIGNOFF_SCHEMA
