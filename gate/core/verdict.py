"""What was decided: comparisons, verdicts by bound, rows by objective, and the outcome."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gate.core.exits import Exit as Exit  # noqa: PLC0414  # the outcome holds it: one place to import from
from gate.core.loosening import Loosening
from gate.core.model import Objective, Policy
from gate.core.quiet import Quiet
from gate.core.reasons import Reason
from gate.core.run import Commit, Environment, FailedAttempt

OUTCOME_SCHEMA = 4
JUDGE_VERSION = "3"


class Status(StrEnum):
    """The status of a bound, and of an objective, which shows one of them (see `Row`)."""

    PASS = "pass"  # noqa: S105  # a status, not a password
    WARN = "warn"
    FAIL = "fail"
    UNDECIDED = "undecided"
    MISSING = "missing"
    SKIPPED = "skipped"


class Bound(StrEnum):
    """Which bound of an objective a verdict is about."""

    LIMIT = "limit"
    TOLERANCE = "tolerance"
    DRIFT = "drift"


class Effect(StrEnum):
    """What a verdict does to the build."""

    NONE = "none"
    WARNS = "warns"
    BLOCKS = "blocks"
    WAIVED = "waived"
    ADVISORY = "advisory"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its location over units and how many units gave it."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Working:
    """The numbers that a comparison rests on, for whoever wants to do the sum again.

    `method` is `paired`, `together`, `stored`, `shares`, `exact`, `level` (one side alone) or
    `drift` (against the stored runs of some time ago).
    `spread` is the sd of one unit and `sessions` that between sessions, on the log scale unless
    the comparison is `absolute`; each with the degrees of freedom it is known to. `error` is the
    standard error of the change, `df` its degrees of freedom, `runs` how many stored runs located
    the base. `counts` are events and trials of base, then of head, divided by the overdispersion
    (`shares` only; one pair for a limit).
    """

    method: str
    spread: float = 0.0
    spread_df: float = 0.0
    sessions: float = 0.0
    sessions_df: float = 0.0
    error: float = 0.0
    df: float = 0.0
    runs: int = 1
    counts: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Facts about head against a bound or a baseline; no opinion beyond `status`.

    `low`/`high` bound the head (for a limit) or head over base (for a tolerance; None where base
    is 0 or the kind is exact); `difference` and its bounds are in base units. `excluded` is the
    worsening that the data exclude, `mde` the one that the design finds, both relative unless
    `absolute`. `level` is the one-sided confidence of the end that decides a fail, `miss` the
    chance that the other end, which decides a pass, is missed. `needs` is how many units a side
    would decide what is undecided, None where no number would. `suspect` is on the list of blamed
    objectives, whose rate of wrong names is held at 5 %; it never changes a status.
    """

    status: Status
    head: Side
    reasons: tuple[Reason, ...]
    base: Side | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    level: float = 0.0
    miss: float = 0.05
    p: float | None = None
    excluded: float | None = None
    mde: float | None = None
    absolute: bool = False
    needs: int | None = None
    suspect: bool = False
    working: Working | None = None

    @property
    def n(self) -> tuple[int, int]:
        """How many units base and head had; 0 for a base that there is not."""
        return (self.base.n if self.base is not None else 0, self.head.n)


@dataclass(frozen=True, slots=True)
class BaselineSource:
    """Where a baseline came from: the rung of the ladder, the commit and how far away it is."""

    rung: str
    commit: str
    distance: int
    runs: int
    at: str
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one bound. `bound_value` is in base units; `bound_text` as people read it.

    `screened` is the first look against `screened_by`, a stored baseline: it only made the bound
    suspect, and what decided it was measured afterwards.
    """

    bound: Bound
    status: Status
    reason: Reason
    bound_value: float
    bound_text: str
    comparison: Comparison | None = None
    baseline: BaselineSource | None = None
    effect: Effect = Effect.NONE
    effect_reason: str = ""
    screened: Comparison | None = None
    screened_by: BaselineSource | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What an earlier run gave for an objective: when it began, its commit, and the value."""

    at: str
    commit: str
    value: float


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers behind a picture, in base units: each unit of head, and each of base.

    `base` holds the units of the same session, or one value for each stored run that located the
    base. `trend` are the comparable runs before this one, oldest first. Nothing is decided by it.
    """

    head: tuple[float, ...] = ()
    base: tuple[float, ...] = ()
    trend: tuple[Then, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One objective (or member of an `each`) with its verdicts; answered exactly once.

    It shows the worst of the verdicts that close the build; of all, where none does.
    """

    objective: Objective
    status: Status
    effect: Effect
    verdicts: tuple[Verdict, ...]
    value: float | None = None
    n: int = 0
    facts: tuple[tuple[str, str], ...] = ()
    reason: Reason | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """All rows, what they do to the build, and the exit code: the content of `outcome.json`.

    `attempt` counts how often the same tree was judged against the same base by the same promises,
    `alarm_left` is the part of the alarm rate that is left for attempts after it.
    """

    run_id: str
    at: str
    judge: str
    commit: Commit
    environment: Environment
    policy: Policy
    rows: tuple[Row, ...]
    exit: Exit
    tools: tuple[tuple[str, str], ...] = ()
    failed_attempts: tuple[FailedAttempt, ...] = ()
    warnings: tuple[str, ...] = ()
    loosened: tuple[Loosening, ...] = ()
    attempt: int = 1
    alarm_left: float = 0.0
    schema_version: int = OUTCOME_SCHEMA
    notes: tuple[str, ...] = field(default=())
    quiet: tuple[Quiet, ...] = ()
