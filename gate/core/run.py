"""What was measured: measurements, what is missing, failed attempts, and the run of them all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from gate.core.loosening import Loosening
from gate.core.metric import Better, Kind
from gate.core.model import Promises
from gate.core.quiet import Quiet
from gate.core.reasons import Reason
from gate.core.sample import Unit
from gate.core.sli import Sli
from gate.core.units import Dimension

RUN_SCHEMA = 5

VARIES = "varies"
"""The label of the fact that tells what differs between units of what is said to be exact."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """The units of one SLI under one budget. `objective` is the id that asked for it.

    `shape` names and digests what shapes the measurement (script, pages, throttling, …): never
    limits or names. `facts` are what the tool knows about causes, as label and text.
    """

    objective: str
    sli: Sli
    dimension: Dimension
    better: Better
    kind: Kind
    units: tuple[Unit, ...]
    shape: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def series_key(self) -> str:
        """Equal for measurements that may be compared: the canonical SLI and its shape."""
        parts = "\n".join(f"{name}={digest}" for name, digest in sorted(self.shape))
        return f"{self.sli}@{hashlib.sha256(parts.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Missing:
    """An SLI that was asked for and not measured."""

    objective: str
    sli: Sli
    reason: Reason


@dataclass(frozen=True, slots=True)
class Skipped:
    """An objective that was deselected: listed, never counted as pass."""

    objective: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """A unit that failed and was tried again or given up."""

    budget: str
    unit: int
    attempt: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Commit:
    """The tree that was measured. `sha` is "" outside git; `base` is the commit compared with.

    `line` is where a baseline is looked for first: the commit that the change goes onto and its
    first parents, nearest first. `rung` says why it begins there (docs/baselines.md).
    """

    sha: str = ""
    branch: str = ""
    dirty: bool = False
    tree: str = ""
    base: str = ""
    ancestors: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    rung: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """Facts about the machine, and those of them that must agree for timings to be comparable."""

    facts: tuple[tuple[str, str], ...] = ()
    compared: tuple[str, ...] = ()

    def changes_to(self, other: Environment) -> tuple[tuple[str, str, str], ...]:
        """The compared facts that differ: name, value here and there, `unknown` if not told."""
        here, there = dict(self.facts), dict(other.facts)
        names = dict.fromkeys((*self.compared, *other.compared))
        return tuple(
            (name, here.get(name, "unknown"), there.get(name, "unknown"))
            for name in names
            if here.get(name) != there.get(name)
        )

    @property
    def key(self) -> str:
        """Equal for environments whose timings may be compared."""
        known = dict(self.facts)
        text = "\n".join(f"{name}={known.get(name, '')}" for name in self.compared)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Turn:
    """One unit that gave an answer, of the base or of head, in the order in which they came."""

    budget: str
    base: bool
    unit: int


@dataclass(frozen=True, slots=True)
class BaseTree:
    """The base revision as it was measured in turn with head, on one machine, by head's budgets.

    `commit` is what `revision` named, `budgets` are those that were measured on it; the order of
    `turns` was drawn with `seed`.
    """

    commit: str
    revision: str
    seed: int
    budgets: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    missing: tuple[Missing, ...] = ()
    failed_attempts: tuple[FailedAttempt, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Looks:
    """When a budget's data are judged while it is measured, as numbers of units on each side.

    `declared` are the looks that there may be, rising, fixed before the first unit; `asked` says
    how many units had begun at each look that there was.
    """

    budget: str
    declared: tuple[int, ...]
    asked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What was measured again because the first look at stored baselines suspected it.

    `suspects` are objectives, frozen before the first of these units; `measurements`, `missing` and
    `failed_attempts` are head's, in turn with `base`; None where nobody was suspect.
    """

    suspects: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    missing: tuple[Missing, ...] = ()
    failed_attempts: tuple[FailedAttempt, ...] = ()
    base: BaseTree | None = None
    looks: tuple[Looks, ...] = ()


@dataclass(frozen=True, slots=True)
class EarlierFail:
    """A bound that an earlier attempt found broken, and why."""

    objective: str
    bound: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier attempt at the same trial: what it measured, and the fails that stay."""

    run_id: str
    started: str
    budgets: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    base: BaseTree | None = None
    failed: tuple[EarlierFail, ...] = ()
    confirmation: Confirmation | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A run that measured a part of a check: which budgets, and where.

    `shard` and `generator` count from 1; a `shard` of 0 is of a check that was not split.
    `confirms` says whether stored baselines only screened there.
    """

    run_id: str
    started: str
    budgets: tuple[str, ...]
    environment: Environment
    shard: int = 0
    generator: int = 1
    confirms: bool = False


@dataclass(frozen=True, slots=True)
class Shards:
    """How a check was split over several runs, and which of them are here.

    `split` holds the budgets of each shard, () where the check was not split; each shard was shared
    by as many `generators` of load.
    """

    split: tuple[tuple[str, ...], ...]
    generators: int = 1
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One execution on one commit in one environment: the content of `run.json`.

    `looks` say when the data of a budget were judged while it was measured, of those that may be
    measured on; `tool_seconds` of `seconds` went into the tools and the systems under test. `base`
    is the base tree where it was measured in turn with this one. `trial` names what is asked: runs
    of the same head tree, base, promises and environment are attempts at one answer, "" where that
    cannot be told. `earlier` are those before this one, oldest first, `unread` how many more there
    were. `confirmation` is there where stored baselines only screened, and what they suspected was
    to be measured again. `shards` is there where this is a part of a check, or was made of parts.
    `quiet` says what else the machine did during the units of each budget, side by side.
    """

    id: str
    started: str
    seconds: float
    commit: Commit
    environment: Environment
    promises: Promises
    measurements: tuple[Measurement, ...] = ()
    missing: tuple[Missing, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    failed_attempts: tuple[FailedAttempt, ...] = ()
    tools: tuple[tuple[str, str], ...] = ()
    looks: tuple[Looks, ...] = ()
    tool_seconds: float = 0.0
    new_objectives: tuple[str, ...] = ()
    loosened: tuple[Loosening, ...] = ()
    schema_version: int = RUN_SCHEMA
    notes: tuple[str, ...] = field(default=())
    base: BaseTree | None = None
    trial: str = ""
    earlier: tuple[Attempt, ...] = ()
    unread: int = 0
    confirmation: Confirmation | None = None
    shards: Shards | None = None
    quiet: tuple[Quiet, ...] = ()
