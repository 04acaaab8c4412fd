"""What is kept of the samples of one question, in bounded memory."""

from __future__ import annotations

from array import array
from typing import Protocol

from gate.core.sample import Counts, Data, Reduced, Values
from gate.core.sli import quantile_of
from gate.runners.k6.asked import Asked
from gate.runners.k6.histogram import Histogram
from gate.runners.k6.points import Point
from gate.runners.k6.sources import Type

KEPT = 200_000
"""Up to so many values a question is answered with all of them; beyond, with its statistic."""


class Tally(Protocol):
    """Takes in samples one by one; `data` is None where they cannot give the answer."""

    n: int

    def add(self, point: Point) -> None:
        """Take in one sample."""

    def data(self) -> Data | None:
        """What they come to."""


def tally_for(asked: Asked) -> Tally:
    """The tally that the question's statistic needs; rates over time are taken elsewhere."""
    if asked.source.type is Type.RATE or asked.sli.beyond is not None:
        return CountsTally(asked)
    if asked.source.type is Type.COUNTER:
        return TotalTally(asked)
    return ValuesTally(asked)


class ValuesTally:
    """Every value in the order of time, up to `kept` of them; then a histogram."""

    def __init__(self, asked: Asked, kept: int = KEPT) -> None:
        """Begin empty."""
        self._kept = kept
        self._asked = asked
        self._values = array("d")
        self._times = array("d")
        self._histogram: Histogram | None = None
        self._last = 0.0
        self.n = 0

    def add(self, point: Point) -> None:
        """Keep the value in base units."""
        value = self._asked.source.in_base_units(point.value)
        self.n += 1
        self._last = value
        if self._histogram is None and len(self._values) < self._kept:
            self._values.append(value)
            self._times.append(point.at)
            return
        if self._histogram is None:
            self._histogram = Histogram()
            for kept in self._values:
                self._histogram.add(kept)
            self._values, self._times = array("d"), array("d")
        self._histogram.add(value)

    def data(self) -> Data | None:
        """All values in the order of time, or the statistic of too many."""
        if not self.n:
            return None
        if self._asked.sli.statistic == "last":
            return Reduced(self._last, self.n)
        if self._histogram is not None:
            return Reduced(_statistic(self._histogram, self._asked.sli.statistic), self.n)
        ordered = sorted(zip(self._times, self._values, strict=True), key=lambda pair: pair[0])
        return Values(tuple(value for _, value in ordered))


class CountsTally:
    """How many of how many: values beyond the bound, or samples of a rate that are not zero."""

    def __init__(self, asked: Asked) -> None:
        """Begin empty."""
        self._asked = asked
        self._events = 0
        self.n = 0

    def add(self, point: Point) -> None:
        """Count one sample; a dropped iteration's sample holds how many were dropped."""
        source, beyond = self._asked.source, self._asked.sli.beyond
        if source.reads:
            times = round(point.value)
            self._events += times if point.metric == source.reads[-1] else 0
            self.n += times
            return
        self.n += 1
        if beyond is None:
            self._events += point.value != 0
        else:
            self._events += beyond.holds(source.in_base_units(point.value))

    def data(self) -> Data | None:
        """Events of trials."""
        return Counts(self._events, self.n) if self.n else None


class TotalTally:
    """The sum of a counter, with what its rate over time needs."""

    def __init__(self, asked: Asked) -> None:
        """Begin empty."""
        self._asked = asked
        self.n = 0
        self.total = 0.0
        self.first = 0.0
        self.scenarios: set[str] = set()

    def add(self, point: Point) -> None:
        """Add one sample to the total."""
        value = self._asked.source.in_base_units(point.value)
        if not self.n:
            self.first = value
        self.n += 1
        self.total += value
        self.scenarios.add(point.tags.get("scenario", ""))

    def data(self) -> Data | None:
        """The total."""
        return Reduced(self.total, self.n) if self.n else None


def _statistic(histogram: Histogram, statistic: str) -> float:
    quantile = quantile_of(statistic)
    if quantile is not None:
        return histogram.quantile(quantile)
    return {"mean": histogram.mean, "min": histogram.low, "max": histogram.high}[statistic]
