"""The search for one question's answer in the stream of samples."""

from __future__ import annotations

from collections import Counter, defaultdict
from enum import Enum

from gate.runners.k6.asked import Asked
from gate.runners.k6.facts import Facts, Failures, Slowest
from gate.runners.k6.points import ALIKE, Point
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
        self._wanted = asked.tags
        keys = (*self._wanted, *((asked.each,) if asked.each else ()))
        self.seen: dict[str, set[str]] = {key: set() for key in keys}
        self.keys: set[str] = set()
        self.crowded = False
        named = asked.sli.tag("name") is not None or asked.each == "name"
        slow = asked.source.requests and not named
        wrong = asked.source.metric.name == "http_req_failed"
        self._slowness = defaultdict[str, Slowest](Slowest) if slow else None
        self._wrong = defaultdict[str, Failures](Failures) if wrong else None
        self._well = asked.well
        self._members: dict[int, str | None] = {}

    def add(self, point: Point, scope: Scope) -> None:
        """Look at one sample of the question's metric."""
        if not self._concerns(scope):
            self.passed_over[scope] += 1
            return
        self.inside += 1
        if point.like in self._members:
            member = self._members[point.like]
        else:
            member = self._member(point.tags)
            if point.like < ALIKE:
                self._members[point.like] = member
        if member is not None:
            self._take(point, member)

    def facts(self, member: str) -> Facts:
        """What is known about causes."""
        slow = () if self._slowness is None else self._slowness[member].facts()
        wrong = () if self._wrong is None else self._wrong[member].facts()
        return (*slow, *wrong)

    def _concerns(self, scope: Scope) -> bool:
        if self.asked.whole or scope is Scope.INSIDE:
            return True
        return scope is Scope.OUTSIDE and (self.asked.outside or self.asked.source.bare)

    def _member(self, tags: dict[str, str]) -> str | None:
        """The member that a sample with these tags belongs to, None where it does not match."""
        if len(self.keys) < _SEEN:
            self.keys.update(tags)
        for key, values in self.seen.items():
            if key in tags and len(values) < _SEEN:
                values.add(tags[key])
        if any(tags.get(key) != value for key, value in self._wanted.items()):
            return None
        return tags.get(self.asked.each) if self.asked.each else ""

    def _take(self, point: Point, member: str) -> None:
        tally = self._tally(member)
        if tally is None:
            self.crowded = True
        elif self._well is not None and point.tags.get(self._well[0]) != self._well[1]:
            self.failed[member] += 1
            self.failures.add(point)
        else:
            tally.add(point)
            if self._slowness is not None:
                seconds = self.asked.source.in_base_units(point.value)
                self._slowness[member].add(point, seconds)
            elif self._wrong is not None and point.value:
                self._wrong[member].add(point)

    def _tally(self, member: str) -> Tally | None:
        if member not in self.tallies:
            if len(self.tallies) >= MEMBERS:
                return None
            self.tallies[member] = tally_for(self.asked)
        return self.tallies[member]
