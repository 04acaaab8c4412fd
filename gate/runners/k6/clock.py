"""When the scenarios ran, from the samples and from what the script plans."""

from __future__ import annotations

from collections.abc import Iterable, KeysView

from gate.runners.k6.plan import Scenario
from gate.runners.k6.points import Point

# The samples of `vus` come once a second, so the end of work is known to two seconds.
_BLUR = 2.0


class Clock:
    """Notes the first and last sample of each scenario, and when virtual users were at work.

    The scenarios' time begins with the first sample of a measured scenario that k6 reports.
    """

    def __init__(
        self, warmup: float, plan: Iterable[Scenario], excluded: Iterable[str] = ()
    ) -> None:
        """`warmup` is in seconds; `excluded` scenarios do not begin the scenarios' time."""
        self._warmup = warmup
        self._excluded = frozenset(excluded)
        self._plan = {scenario.name: scenario for scenario in plan}
        self._seen: dict[str, tuple[float, float]] = {}
        self._busy: tuple[float, float] | None = None
        self._cut: float | None = None

    def see(self, point: Point) -> None:
        """Note one sample."""
        if point.metric == "vus" and point.value > 0:
            self._busy = _stretched(self._busy, point.at)
        name = point.tags.get("scenario")
        if name is None:
            return
        if self._cut is None and name not in self._excluded:
            self._cut = point.at + self._warmup
        self._seen[name] = _stretched(self._seen.get(name), point.at)

    @property
    def scenarios(self) -> KeysView[str]:
        """The scenarios that gave a sample."""
        return self._seen.keys()

    def warm(self, at: float) -> bool:
        """Whether the warm-up is over at this time."""
        return self._warmup == 0 or (self._cut is not None and at >= self._cut)

    def measured(self, names: Iterable[str]) -> tuple[float, bool]:
        """Seconds in which these scenarios ran after the warm-up, and whether a plan says so.

        A scenario that is planned by time counts with all of it: a server that hangs sends no
        samples. One that ends with its iterations counts from its first sample to its last.
        """
        spans, planned = [], True
        for name in names:
            if name not in self._seen:
                continue
            first, last = self._seen[name]
            plan = self._plan.get(name)
            lasts = plan.lasts if plan else None
            planned = planned and lasts is not None
            begin = max(first, self._cut or first) if self._warmup else first
            spans.append((begin, max(last, first + (lasts or 0.0), begin)))
        return _covered(spans), planned

    @property
    def overran(self) -> bool:
        """Whether iterations were still running when the longest gracefulStop was over."""
        if self._busy is None or not self._plan:
            return False
        begin = min(s.start for s in self._plan.values())
        final = max(self._plan.values(), key=lambda s: s.start + s.at_most + s.grace)
        ends = final.start + final.at_most + final.grace - begin
        return final.grace > _BLUR and self._busy[1] - self._busy[0] >= ends - _BLUR


def _stretched(span: tuple[float, float] | None, at: float) -> tuple[float, float]:
    return (at, at) if span is None else (min(span[0], at), max(span[1], at))


def _covered(spans: list[tuple[float, float]]) -> float:
    """Seconds covered by at least one span."""
    total, until = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total
