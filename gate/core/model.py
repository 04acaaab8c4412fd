"""The nouns of a budget: objectives with their bounds, policy, waivers. Resolved and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gate.core.metric import Better, Kind
from gate.core.sli import Sli
from gate.core.units import Dimension


@dataclass(frozen=True, slots=True)
class Place:
    """Where a promise is written; line and column count from 1, 0 where there is none."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Write `budgets/api.yml:12:7`."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Limit:
    """A fixed bound in base units. `warn` is the tighter bound, None where none is set."""

    fail: float
    warn: float | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A worsening: relative (0.1 is 10 %) or in the SLI's base unit. Negative is a goal."""

    value: float
    relative: bool


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The largest accepted worsening against the baseline; below `floor` a change is nothing."""

    fail: Amount
    warn: Amount | None = None
    floor: float = 0.0
    detect: Amount | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The largest accepted worsening over `days`, whatever each build adds to it."""

    fail: Amount
    days: float


class Origin(StrEnum):
    """Who asked: the budget file, the gate (an implied bound), or the tool's own script."""

    BUDGET = "budget"
    IMPLIED = "implied"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise: an SLI with its bounds. `each` spreads it over the values of a tag.

    `baseline` names the pin that its tolerance is held to, "" for the last runs of the branch.
    """

    id: str
    budget: str
    sli: Sli
    dimension: Dimension
    better: Better
    kind: Kind
    limit: Limit | None = None
    tolerance: Tolerance | None = None
    each: str = ""
    blocking: bool = True
    name: str = ""
    owner: str = ""
    why: str = ""
    was: str = ""
    weight: float = 1.0
    repeat_min: int = 1
    origin: Origin = Origin.BUDGET
    place: Place = field(default_factory=Place)
    drift: Drift | None = None
    baseline: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The ids that its runs are stored under: its own, and the one that it had before."""
        return (self.id, self.was) if self.was else (self.id,)


@dataclass(frozen=True, slots=True)
class Policy:
    """How verdicts become an exit code. `undecided` is `warn` or `fail`; dates are ISO days.

    `loosening` is `warn` or `refuse`: what a change that loosens a budget does; `budgets_from` is
    `head` or `base`: whose budgets a change is judged by. Of each branch the newest `keep_runs`
    stored runs and those of the last `keep_days` are kept; 0 and 0 keep all. `disturbed` is
    `keep` or `leave`: whether a run enters the history in which disturbed units were kept.
    """

    alarm_rate: float = 0.01
    miss_rate: float = 0.05
    time: float = 600.0
    undecided: str = "warn"
    signoff: bool = False
    bootstrap_until: str = ""
    store: str = ""
    branches: tuple[str, ...] = ("main", "master")
    profile: str = ""
    loosening: str = "warn"
    budgets_from: str = "head"
    keep_runs: int = 0
    keep_days: int = 0
    disturbed: str = "keep"


@dataclass(frozen=True, slots=True)
class Waiver:
    """Permission, with an owner and a last day (UTC), for one bound to be beyond its promise."""

    objective: str
    bound: str
    reason: str
    owner: str
    expires: str
    ceiling: float | None = None
    ticket: str = ""
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A regression that the team wants: the objective's new value, until a day."""

    objective: str
    value: float
    reason: str
    owner: str
    until: str
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Retired:
    """An objective or member that was removed on purpose."""

    objective: str
    reason: str
    owner: str
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Promises:
    """All that a check is judged by; part of every run record, secrets out.

    `weights` are those of budgets in sharing the alarm rate, 1 where one is not named.
    """

    objectives: tuple[Objective, ...]
    policy: Policy = field(default_factory=Policy)
    waivers: tuple[Waiver, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    retired: tuple[Retired, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
