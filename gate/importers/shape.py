"""What an import makes: drafts of budgets, and for every line of theirs what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

Value = str | int | float | bool | tuple["Value", ...] | dict[str, "Value"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user adds to a file that does not say it.

    `script` is a k6 script for promises about a service, `base` the address of web pages, `paths`
    where benchmarks lie, `env` variables of the script, `slis` the SLIs of Keptn's names.
    """

    script: str = ""
    base: str = ""
    paths: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    slis: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """One objective on its way. `where` and `theirs` say which line of theirs it keeps.

    `differs` is how it means something else than theirs, "" where it means the same.
    """

    where: str
    theirs: str
    sli: str
    limit: Value = ""
    tolerance: Value = ""
    each: str = ""
    blocking: bool = True
    name: str = ""
    why: str = ""
    differs: str = ""

    @property
    def ours(self) -> str:
        """The promise on one line, for a report."""
        bounds = [f"limit {_flat(self.limit)}"] if self.limit != "" else []
        bounds += [f"tolerance {_flat(self.tolerance)}"] if self.tolerance != "" else []
        parts = (", ".join(bounds), *([] if self.blocking else ["not blocking"]))
        return f"{self.sli}: {', '.join(filter(None, parts))}"


@dataclass(frozen=True, slots=True)
class Line:
    """A key of a budget's head, and why it has this value."""

    key: str
    value: Value
    why: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A budget file: the name of its file without its suffix, its head and its promises."""

    name: str
    head: tuple[Line, ...]
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of theirs and the promise that keeps it; `differs` where it means something else."""

    budget: str
    where: str
    theirs: str
    ours: str
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """A line of theirs that no promise keeps, and why."""

    where: str
    theirs: str
    why: str


@dataclass(frozen=True, slots=True)
class Imported:
    """All that one file came to. `notes` say what else the user should know."""

    drafts: tuple[Draft, ...]
    lost: tuple[Lost, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Ledger:
    """Every line of theirs goes through here, once: none is dropped without a word."""

    promises: list[Promise] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def keep(self, promise: Promise) -> None:
        """Keep a line."""
        self.promises.append(promise)

    def lose(self, where: str, theirs: object, why: str) -> None:
        """Say why a line is not kept."""
        hidden = _SECRET.search(where.rpartition(".")[2].rpartition(" --")[2])
        self.lost.append(Lost(where, "(not shown)" if hidden else shown(theirs), why))

    def lose_keys(self, where: str, mapping: dict[str, object], known: dict[str, str]) -> None:
        """Say of every key that is not "" in `known` why it is not kept."""
        for key, value in mapping.items():
            why = known.get(key, f"perfgate knows no {key!r} here")
            if why:
                self.lose(f"{where}.{key}" if where else key, value, why)

    def imported(self, drafts: Iterable[Draft]) -> Imported:
        """The end of the account; drafts without a promise are none."""
        whole = tuple(draft for draft in drafts if draft.promises)
        return Imported(whole, tuple(self.lost), tuple(dict.fromkeys(self.notes)))


_LONGEST = 120
# What is lost is printed, in CI to a log that others read.
_SECRET = re.compile(
    r"token|secret|passw|credential|cookie|header|auth|api_?key|\bkey\b|^github-actions$",
    re.IGNORECASE,
)
_USER = re.compile(r"//[^/@\s]+@")


def shown(value: object) -> str:
    """A value of theirs on one short line."""
    match value:
        case str():
            text = value
        case bool():
            text = str(value).lower()
        case None:
            text = "null"
        case dict() | list():
            text = _few(value)
        case _:
            text = str(value)[: _LONGEST + 1]
    line = _USER.sub("//(not shown)@", " ".join(text[: 4 * _LONGEST].split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _few(value: dict[str, object] | list[object]) -> str:
    """What a collection begins with; it may be large, and hold itself."""
    if isinstance(value, dict):
        first = [f"{key}: {_named(key, each)}" for key, each in list(value.items())[:4]]
        return f"{{{', '.join(first)}{', …' * (len(value) > 4)}}}"
    return f"[{', '.join(_leaf(each) for each in value[:4])}{', …' * (len(value) > 4)}]"


def _named(key: str, value: object) -> str:
    return "(not shown)" if _SECRET.search(str(key)) else _leaf(value)


def _leaf(value: object) -> str:
    return "…" if isinstance(value, dict | list) else str(value)[:_LONGEST]


def _flat(value: Value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_flat(each)}" for key, each in value.items())
    return str(value)
