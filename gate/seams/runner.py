"""The runner seam: a tool that answers questions about SLIs, one unit at a time.

The gate repeats units, alternates them and tries failed ones again; a runner only measures one
unit and says what it found. A runner never sees limits, tolerances or baselines.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel, ConfigDict

from gate.core.metric import Catalogue, Metric
from gate.core.model import Limit
from gate.core.reasons import Reason
from gate.core.sample import Data
from gate.core.sli import Sli


class Options(BaseModel):
    """Base of a runner's own keys in a budget file: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


O_contra = TypeVar("O_contra", bound=Options, contravariant=True)


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often a unit is measured: at least `minimum`, adaptively up to `maximum`."""

    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Question:
    """One SLI that is asked for; with `each`, every value of that tag is wanted."""

    objective: str
    sli: Sli
    each: str = ""


@dataclass(frozen=True, slots=True)
class Implied:
    """A limit that holds unless the budget states its own, or that the tool's own script states.

    What a script states carries its own `objective` id and its `metric`: with the direction that
    the script means, and also where the catalogue does not have the script's own metric.
    """

    sli: Sli
    limit: Limit
    why: str
    script: bool = False
    objective: str = ""
    metric: Metric | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What one runner has to do for one budget on one tree.

    `root` is the tree under test, `harness` the tree whose scripts drive it. Where they differ,
    `root` is a checkout of the gate's own: a runner may put into it what drives it.
    `out` an empty scratch folder of this job, `env` the child environment with the services'
    exports, `timeout` seconds for one unit.
    """

    budget: str
    questions: tuple[Question, ...]
    root: Path
    harness: Path
    out: Path
    env: Mapping[str, str]
    timeout: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit did to the system under test, for the observers of that unit."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """The data of one SLI in one unit. `facts` tell about causes, as label and text.

    `names` say what each of several values is of, where they are of different things (files).
    """

    objective: str
    sli: Sli
    data: Data
    facts: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotFound:
    """A question that this unit could not answer."""

    objective: str
    sli: Sli
    reason: Reason


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What one unit gave. `tool_seconds` is the wall time of the tool itself."""

    found: tuple[Found, ...]
    not_found: tuple[NotFound, ...] = ()
    load: Load | None = None
    tool_seconds: float = 0.0
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitFailed:
    """A unit that measured nothing. `again` says whether another attempt can help."""

    reason: Reason
    again: bool = True
    tool_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that cannot start at all: the tool is absent, rights are missing."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Ready:
    """What is known before the first unit: tool versions and the shape of the measurement.

    `shape` names and digests what shapes the numbers: script and imports, pages, throttling, …
    `shapes` holds what only one question's series depends on, by objective id. `declared` are the
    limits that the tool's own script states: every unit answers them too, under their own ids.
    """

    tools: tuple[tuple[str, str], ...]
    shape: tuple[tuple[str, str], ...]
    shapes: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    declared: tuple[Implied, ...] = ()


class Session(Protocol):
    """An open job. Everything it started is gone when its context ends."""

    @property
    def ready(self) -> Ready:
        """Tool versions and shape."""

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Measure one unit; never raises for what the tool does."""


@runtime_checkable
class SideBySide(Protocol):
    """A session that can measure a unit together with the other tree's, both in turn throughout.

    What cannot do that is measured unit by unit in turn.
    """

    def beside(
        self, other: Session, index: int, *, other_first: bool
    ) -> tuple[UnitAnswer | UnitFailed, UnitAnswer | UnitFailed]:
        """Measure one unit of each, this one's answer first; never raises for what tools do."""


class ObserverSession(Protocol):
    """An open job that watches another budget's units instead of making its own."""

    @property
    def ready(self) -> Ready:
        """Tool versions and shape."""

    def begin(self, index: int) -> None:
        """Note the state before the observed unit; a failure shows at `end`."""

    def end(self, index: int, load: Load | None) -> UnitAnswer | UnitFailed:
        """Answer for the unit that has just ended; `load` is None where that unit failed."""


class Runner(Protocol[O_contra]):
    """A kind of measurement, chosen in a budget by `runner: NAME`."""

    name: str
    options: type[Options]
    repeat: Repeat
    serves: bool
    """Whether the budget's service must be up, not only prepared."""

    def catalogue(self, options: O_contra) -> Catalogue:
        """Every metric, statistic and tag that these options can produce."""

    def members(self, options: O_contra, tag: str) -> tuple[str, ...]:
        """The declared values of a tag that `each` spreads over (pages, files); else ()."""

    def implied(self, options: O_contra) -> tuple[Implied, ...]:
        """Limits that hold unless the budget states its own."""

    def open(self, job: Job, options: O_contra) -> AbstractContextManager[Session | Refused]:
        """Check the tool and prepare; leaving the context ends everything it started."""


@runtime_checkable
class LoadGenerator(Protocol):
    """A runner whose units are load on a system, so that several of it can share one unit."""

    generates: bool


@runtime_checkable
class Probing(Protocol[O_contra]):
    """A runner or an observer that tells `gate doctor` whether what a budget needs is here."""

    def probe(
        self, options: O_contra, root: Path, env: Mapping[str, str]
    ) -> tuple[tuple[str, str, str, str], ...]:
        """Lines of status, what, found and remedy; quick, starts no load, and never raises.

        `root` is the tree under test, `env` the child environment without what services export.
        The status is `ok`, `warn`, `bad`, or `absent`: what a `prepare:` could still make.
        """


class Observer(Protocol[O_contra]):
    """A runner that observes while another budget loads (`during: NAME`)."""

    name: str
    options: type[Options]
    repeat: Repeat
    serves: bool

    def catalogue(self, options: O_contra) -> Catalogue:
        """Every metric, statistic and tag that these options can produce."""

    def members(self, options: O_contra, tag: str) -> tuple[str, ...]:
        """The declared values of a tag that `each` spreads over; else ()."""

    def implied(self, options: O_contra) -> tuple[Implied, ...]:
        """Limits that hold unless the budget states its own."""

    def observe(
        self, job: Job, options: O_contra
    ) -> AbstractContextManager[ObserverSession | Refused]:
        """Connect and check rights; leaving the context restores what it changed."""
