"""One pass over the samples: every question's search, the clock, and what the load came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gate.runners.k6.asked import Asked
from gate.runners.k6.clock import Clock
from gate.runners.k6.facts import Failures
from gate.runners.k6.points import Point
from gate.runners.k6.search import Scope, Search

REQUESTS = "http_reqs"
ITERATIONS = "iterations"
DROPPED = "dropped_iterations"
SESSIONS = "ws_sessions"
_ALWAYS = (REQUESTS, ITERATIONS, DROPPED, SESSIONS, "vus")
# k6's error code of a request that was not answered in time (lib/netext/httpext/error_codes.go):
# somebody was there, and slow.
_TOO_LATE = "1050"


class Collection:
    """Takes in the samples of one run.

    `iterations` and `dropped` count by scenario what is measured, `ended` and `never_begun` the
    same of the whole run; `totals` the samples by metric, for comparison with the summary;
    `unanswered` are the requests and web sockets that nobody took.
    """

    def __init__(self, asked: Sequence[Asked], clock: Clock, excluded: Iterable[str]) -> None:
        """`excluded` are the scenarios that are not measured."""
        self.searches = tuple(map(Search, asked))
        self.clock = clock
        self.totals: Counter[str] = Counter()
        self.iterations: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.never_begun: Counter[str] = Counter()
        self.unanswered = Failures()
        self._by_scenario = {
            ITERATIONS: (self.ended, self.iterations),
            DROPPED: (self.never_begun, self.dropped),
        }
        self._excluded = frozenset(excluded)
        self._by_metric: dict[str, list[Search]] = {}
        for search in self.searches:
            for name in search.asked.source.names:
                self._by_metric.setdefault(name, []).append(search)

    @property
    def wanted(self) -> frozenset[str]:
        """The k6 metrics whose samples have to be read."""
        return frozenset((*_ALWAYS, *self._by_metric))

    def add(self, point: Point) -> None:
        """Take in one sample."""
        self.clock.see(point)
        scope = self._scope(point)
        if point.metric in _ALWAYS:
            self._account(point, scope)
        for search in self._by_metric.get(point.metric, ()):
            search.add(point, scope)

    def _scope(self, point: Point) -> Scope:
        scenario = point.tags.get("scenario")
        if scenario is None:
            return Scope.OUTSIDE
        if scenario in self._excluded:
            return Scope.EXCLUDED
        return Scope.INSIDE if self.clock.warm(point.at) else Scope.WARMUP

    def _account(self, point: Point, scope: Scope) -> None:
        times, scenario = round(point.value), point.tags.get("scenario", "")
        self.totals[point.metric] += times
        if point.metric in {REQUESTS, SESSIONS} and _nobody_there(point):
            self.unanswered.add(point)
        if point.metric not in self._by_scenario:
            return
        whole, measured = self._by_scenario[point.metric]
        whole[scenario] += times
        if scope is Scope.INSIDE:
            measured[scenario] += times


def _nobody_there(point: Point) -> bool:
    if point.metric == SESSIONS:
        return "status" not in point.tags
    return point.tags.get("status") == "0" and point.tags.get("error_code") != _TOO_LATE
