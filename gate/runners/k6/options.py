"""The keys of a k6 budget: the script, its environment, and what of its load is measured."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, field_validator

from gate.core.units import Dimension, expect, parse_quantity
from gate.runners.k6.environment import TAKES_OVER
from gate.runners.k6.sources import BUILTIN
from gate.seams.runner import Options

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_METRIC = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}", re.ASCII)
_COUNTED = (Dimension.NUMBER, Dimension.SIZE, Dimension.TIME)

Names = Annotated[tuple[str, ...], Field(strict=False)]


class CustomMetric(Options):
    """What the script's own metric is: k6 knows its type, only the team knows the rest.

    `unit` is that of the values which the script adds; a k6 trend of times holds `ms`.
    """

    type: Literal["trend", "counter", "gauge", "rate"] = Field(
        description="What the script creates it as."
    )
    better: Literal["lower", "higher"] = Field(description="Which direction is an improvement.")
    unit: str = Field(
        default="", description="The unit of the script's values, as `ms` or `kB`; none: a count."
    )
    kind: Literal["exact", "counted", "proportion", "timing", "latency", "lab"] | None = Field(
        default=None,
        description="How it is judged; by default a rate is a proportion, the rest a latency.",
    )

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, unit: str) -> str:
        parse_quantity(f"1 {unit}")
        return unit

    @property
    def one(self) -> float:
        """One of the script's units in base units."""
        return parse_quantity(f"1 {self.unit}").value

    @property
    def dimension(self) -> Dimension:
        """What the values count; a rate is always a share."""
        if self.type == "rate":
            return Dimension.SHARE
        return parse_quantity(f"1 {self.unit}").dimension


class K6Options(Options):
    """A k6 budget. Paths are relative to the repository root; times and shares have units."""

    script: str = Field(
        description="The load script, below the repository root: JavaScript or TypeScript."
    )
    env: dict[str, str] = Field(
        default_factory=dict,
        description="Variables that the script sees as `__ENV`; part of the series.",
    )
    warmup: str = Field(
        default="0 s",
        description="Samples of so much time, from the first one of a scenario, are left out.",
    )
    exclude_scenarios: Names = Field(
        default=(), description="Scenarios that are run and not measured, as `[warmup]`."
    )
    metrics: dict[str, CustomMetric] = Field(
        default_factory=dict,
        description="The script's own metrics: name to `type`, `better`, `unit`, `kind`.",
    )
    k6: str = Field(
        default="", description="The k6 to use: a path, or a program on PATH; else it is found."
    )
    max_dropped: str = Field(
        default="1%",
        description="The share of iterations that may be dropped, throw or not end before latency "
        "and throughput are missing: it was another load then.",
    )

    @field_validator("script")
    @classmethod
    def _inside(cls, script: str) -> str:
        path = PurePosixPath(script)
        if not script or path.is_absolute() or ".." in path.parts:
            msg = f"expected a path below the repository root, got {script!r}"
            raise ValueError(msg)
        if path.suffix == ".tar":
            msg = "a k6 archive cannot be wrapped; name the script that it was made of"
            raise ValueError(msg)
        return script

    @field_validator("env")
    @classmethod
    def _variables(cls, env: dict[str, str]) -> dict[str, str]:
        for name in env:
            if not _VARIABLE.fullmatch(name):
                msg = f"{name!r} is no name of an environment variable"
                raise ValueError(msg)
            if name in TAKES_OVER:
                msg = f"{name} would take the script's own options away; write it in the script"
                raise ValueError(msg)
        return env

    @field_validator("warmup")
    @classmethod
    def _not_negative(cls, warmup: str) -> str:
        if expect(warmup, Dimension.TIME) < 0:
            msg = f"expected a time from 0 s, got {warmup!r}"
            raise ValueError(msg)
        return warmup

    @field_validator("max_dropped")
    @classmethod
    def _share(cls, share: str) -> str:
        if not 0 <= expect(share, Dimension.SHARE) < 1:
            msg = f"expected a share from 0 % to below 100 %, got {share!r}"
            raise ValueError(msg)
        return share

    @field_validator("metrics")
    @classmethod
    def _own(cls, metrics: dict[str, CustomMetric]) -> dict[str, CustomMetric]:
        for name, metric in metrics.items():
            if not _METRIC.fullmatch(name):
                msg = f"{name!r} is no name of a metric: a letter, then letters, digits and _"
                raise ValueError(msg)
            if name in BUILTIN:
                msg = f"{name} is k6's own metric; it is known without being declared"
                raise ValueError(msg)
            if metric.type == "counter" and metric.dimension not in _COUNTED:
                msg = f"{name}: a counter counts things, bytes or time, not {metric.unit!r}"
                raise ValueError(msg)
        return metrics

    @property
    def warmup_seconds(self) -> float:
        """How much of the scenarios' time is dropped, in seconds."""
        return expect(self.warmup, Dimension.TIME)

    @property
    def dropped_share(self) -> float:
        """The share of iterations that may be lost before the load is not what was promised."""
        return expect(self.max_dropped, Dimension.SHARE)
