"""What a runner can measure: metrics with unit, direction, kind, statistics and tags."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum

from gate.core.sli import Sli, quantile_of
from gate.core.units import Dimension


class Kind(StrEnum):
    """What a number depends on; it fixes how the number is judged (design §4)."""

    EXACT = "exact"
    COUNTED = "counted"
    PROPORTION = "proportion"
    TIMING = "timing"
    LATENCY = "latency"
    LAB = "lab"


class Better(StrEnum):
    """Which direction is an improvement."""

    LOWER = "lower"
    HIGHER = "higher"


class CatalogueError(ValueError):
    """An SLI that the runner can never produce; the message names what it can."""


ANY_TAG = "*"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of a runner. `statistics` may hold `pNN` for every quantile; `tags` may hold `*`.

    `each` is the tag over which an objective on this metric is spread when it does not name it.
    """

    name: str
    dimension: Dimension
    better: Better
    kind: Kind
    statistics: tuple[str, ...]
    default: str
    tags: tuple[str, ...] = ()
    each: str = ""
    summary: str = ""

    def allows(self, statistic: str) -> bool:
        """Whether the runner can give this statistic of the metric."""
        if statistic in self.statistics:
            return True
        quantile = statistic != "median" and quantile_of(statistic) is not None
        return quantile and "pNN" in self.statistics


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that a runner can produce under one budget's options."""

    runner: str
    metrics: tuple[Metric, ...]

    def resolve(self, sli: Sli) -> tuple[Sli, Metric]:
        """Name the default statistic and find the metric; raise `CatalogueError` otherwise."""
        metric = next((m for m in self.metrics if m.name == sli.metric), None)
        if metric is None:
            names = [m.name for m in self.metrics]
            raise CatalogueError(self._unknown("metric", sli.metric, names))
        sli = sli if sli.statistic else sli.with_statistic(metric.default)
        if not metric.allows(sli.statistic):
            known = ", ".join(metric.statistics)
            msg = f"{metric.name} has no statistic {sli.statistic!r}; it has: {known}"
            raise CatalogueError(msg)
        for key, _ in sli.tags:
            if key not in metric.tags and ANY_TAG not in metric.tags:
                raise CatalogueError(self._unknown("tag", key, list(metric.tags)))
        self._check_bound(sli, metric)
        return sli, metric

    def _check_bound(self, sli: Sli, metric: Metric) -> None:
        if sli.beyond is None or sli.beyond.quantity.dimension is metric.dimension:
            return
        msg = (
            f"the bound of {sli} is a {sli.beyond.quantity.dimension}, "
            f"but {metric.name} is a {metric.dimension}"
        )
        raise CatalogueError(msg)

    def _unknown(self, what: str, name: str, known: list[str]) -> str:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
        hint = f" (did you mean {near[0]}?)" if near else ""
        listed = ", ".join(known) or "none"
        return f"runner {self.runner} has no {what} {name!r}{hint}; it has: {listed}"


def dimension_of(sli: Sli, metric: Metric) -> Dimension:
    """The dimension of the SLI's value: a share and a count leave the metric's own unit behind."""
    if sli.statistic == "share":
        return Dimension.SHARE
    if sli.statistic == "count":
        return Dimension.NUMBER
    if sli.statistic == "rate" and metric.dimension is not Dimension.SHARE:
        return Dimension.RATE
    return metric.dimension


def kind_of(sli: Sli, metric: Metric) -> Kind:
    """How the SLI is judged: a share of values is a proportion whatever the metric is."""
    return Kind.PROPORTION if sli.statistic == "share" else metric.kind


def better_of(sli: Sli, metric: Metric) -> Better:
    """The SLI's direction: more values beyond a bound on the bad side is worse."""
    if sli.beyond is None:
        return metric.better
    bad_above = metric.better is Better.LOWER
    return Better.LOWER if sli.beyond.compare.startswith(">") == bad_above else Better.HIGHER
