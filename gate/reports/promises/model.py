"""A team's budgets as a page shows them: promises in sentences, with what the store knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trend:
    """How the values of stored runs moved, oldest first, in words and as numbers."""

    words: str
    values: tuple[float, ...] = ()
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise. `says` are its sentences, `now` what was measured last, "" where nothing was.

    `status` is the word of that run for it; `exceptions` are waivers and accepted regressions;
    `named` says that the title is a name that somebody gave.
    """

    id: str
    title: str
    says: tuple[str, ...]
    place: str
    owner: str = ""
    why: str = ""
    status: str = ""
    now: str = ""
    trend: Trend | None = None
    exceptions: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One budget: what is under test, by which tool, and its promises."""

    name: str
    title: str
    runner: str
    place: str
    owner: str = ""
    why: str = ""
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class Promises:
    """The whole page. `rules` are the policy in sentences; `source` says where values are from."""

    day: str
    commit: str
    source: str
    groups: tuple[Group, ...]
    rules: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many promises there are."""
        return sum(len(group.promises) for group in self.groups)

    @property
    def exceptions(self) -> tuple[tuple[str, str], ...]:
        """Every exception with the promise that it is from."""
        return tuple(
            (promise.id, words)
            for group in self.groups
            for promise in group.promises
            for words in promise.exceptions
        )
