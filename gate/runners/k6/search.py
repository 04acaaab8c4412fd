"""The search for one question's answer in the stream of samples."""

from __future__ import annotations

from collections import Counter
from enum import Enum

from gate.runners.k6.asked import EXPECTED, Asked
from gate.runners.k6.facts import Facts, Failures, Slowest
from gate.runners.k6.points import Point
from gate.runners.k6.tally import Tally, tally_for

MEMBERS = 500
_SEEN = 1000


class Scope(Enum):
    """Where a sample lies: what a budget asks for is about scenarios after their warm-up."""

    INSIDE = "inside"
    WARMUP = "warmup"
    EXCLUDED = "excluded"
    OUTSIDE = "outside"


class Search:
    """Tallies the samples that match a question, by member where it is spread over a tag."""

    def __init__(self, asked: Asked) -> None:
        """Begin with nothing found."""
        self.asked = asked
        self.tallies: dict[str, Tally] = {}
        self.failed: Counter[str] = Counter()
        self.passed_over: Counter[Scope] = Counter()
        self.inside = 0
        self.failures = Failures()
        self._slowest: dict[str, Slowest] = {}
        self._member_failures: dict[str, Failures] = {}
        self._wanted = asked.tags
        keys = (*self._wanted, *((asked.each,) if asked.each else ()))
        self.seen: dict[str, set[str]] = {key: set() for key in keys}
        self.keys: set[str] = set()
        self.crowded = False
        self._named = asked.sli.tag("name") is not None or asked.each == "name"

    def add(self, point: Point, scope: Scope) -> None:
        """Look at one sample of the question's metric."""
        if not self._concerns(scope):
            self.passed_over[scope] += 1
            return
        self.inside += 1
        if len(self.keys) < _SEEN:
            self.keys.update(point.tags)
        for key, values in self.seen.items():
            if key in point.tags and len(values) < _SEEN:
                values.add(point.tags[key])
        if any(point.tags.get(key) != value for key, value in self._wanted.items()):
            return
        member = point.tags.get(self.asked.each) if self.asked.each else ""
        if member is not None:
            self._take(point, member)

    def facts(self, member: str) -> Facts:
        """What is known about causes."""
        slow = self._slowest[member].facts() if member in self._slowest else ()
        wrong = self._member_failures[member].facts() if member in self._member_failures else ()
        return (*slow, *wrong)

    def _concerns(self, scope: Scope) -> bool:
        if self.asked.whole or scope is Scope.INSIDE:
            return True
        return scope is Scope.OUTSIDE and (self.asked.outside or self.asked.source.bare)

    def _take(self, point: Point, member: str) -> None:
        tally = self._tally(member)
        if tally is None:
            self.crowded = True
            return
        if self.asked.only_successful and point.tags.get(EXPECTED) != "true":
            self.failed[member] += 1
            self.failures.add(point)
            return
        tally.add(point)
        self._note(point, member)

    def _note(self, point: Point, member: str) -> None:
        source = self.asked.source
        if source.requests and not self._named:
            slowest = self._slowest.setdefault(member, Slowest())
            slowest.add(point, source.in_base_units(point.value))
        if source.metric.name == "http_req_failed" and point.value:
            self._member_failures.setdefault(member, Failures()).add(point)

    def _tally(self, member: str) -> Tally | None:
        if member not in self.tallies:
            if len(self.tallies) >= MEMBERS:
                return None
            self.tallies[member] = tally_for(self.asked)
        return self.tallies[member]
