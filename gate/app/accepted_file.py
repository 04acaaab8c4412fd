"""Adding entries to `accepted.yml`, so that they read back whatever is in their texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.core.model import Accepted
from gate.core.sli import show_exact
from gate.core.units import Dimension, Quantity
from gate.errors import UsageError
from gate.spec.fields import read_day, read_text
from gate.spec.variables import refuse
from gate.spec.yaml_read import read_document


@dataclass(frozen=True, slots=True)
class Wanted:
    """A regression to accept: the objective's id and its new value in base units."""

    objective: str
    value: float
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Why:
    """Why it is wanted, by whom, and the last day (ISO, UTC) on which it counts."""

    reason: str
    owner: str
    until: str


def checked(why: Why) -> Why:
    """The same without blanks around it; raises `UsageError` where a text cannot be an entry's."""
    return Why(
        _readable("--reason", why.reason),
        _readable("--owner", why.owner),
        _day("--until", why.until),
    )


@dataclass(frozen=True, slots=True)
class Added:
    """A file and its text with the new entries; nothing is written yet."""

    path: Path
    text: str


def added_to(folder: Path, wanted: Sequence[Wanted], why: Why, before: Sequence[Accepted]) -> Added:
    """The folder's file with an entry for each. `before` are the entries that there are.

    Raises `UsageError` where an entry is there already or where the file would not read back.
    """
    for entry in before:
        if entry.objective in {each.objective for each in wanted}:
            raise UsageError(
                f"{entry.objective} is accepted already at {entry.place}", hint="change it there"
            )
    path = next(
        (p for p in (folder / "accepted.yml", folder / "accepted.yaml") if p.exists()), None
    )
    path = path or folder / "accepted.yml"
    text = path.read_bytes().decode() if path.exists() else ""  # as it is, its line ends too
    end = "\r\n" if "\r\n" in text else "\n"
    separator = "" if not text or text.endswith("\n") else end
    entries = [_fields(each, why) for each in wanted]
    text += separator + "".join(map(_written, entries)).replace("\n", end)
    _check(path, text, entries)
    return Added(path, text)


def _fields(wanted: Wanted, why: Why) -> dict[str, str]:
    return {
        "objective": _readable("the objective", wanted.objective),
        "value": show_exact(Quantity(wanted.value, wanted.dimension)),
        "reason": why.reason,
        "owner": why.owner,
        "until": why.until,
    }


def _written(fields: dict[str, str]) -> str:
    """Texts as JSON, which is YAML too, so that none can break out of its place."""
    lines = [
        f"{key}: {text if key in {'value', 'until'} else json.dumps(text, ensure_ascii=False)}"
        for key, text in fields.items()
    ]
    return "- " + "\n  ".join(lines) + "\n"


def _check(path: Path, text: str, entries: list[dict[str, str]]) -> None:
    document = read_document(text.encode(), path.name)
    problems = [*document.problems, *refuse(document, document.data, ())]
    if problems:
        raise UsageError(
            f"{path.name} could not be read with the new entries: {problems[0].message}",
            hint="mend it, or write the entries into it yourself",
        )
    tail = document.data[-len(entries) :] if isinstance(document.data, list) else []
    if [{k: str(v) for k, v in each.items()} for each in tail if isinstance(each, dict)] != entries:
        raise UsageError(
            f"{path.name} is no list that entries can be appended to",
            hint="write one entry a `- objective: …` at the beginning of a line",
        )


def _readable(name: str, text: str) -> str:
    try:
        return read_text(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def _day(name: str, text: str) -> str:
    try:
        return read_day(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None
