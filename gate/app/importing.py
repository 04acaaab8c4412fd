"""`gate import`: from a file of another tool to budgets that validate, and an account of the rest.

Every draft goes through gate.spec before it is written; what gate.spec refuses is not kept, and its
words say why. Programs run only where the user said so.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate import __version__
from gate.app.foreign import read_given, refuse_to_run, run_given
from gate.app.refusals import refuse_impossible
from gate.ci.git import repository
from gate.errors import UsageError
from gate.importers import (
    FORMATS,
    Asked,
    Draft,
    Format,
    Given,
    Imported,
    Kept,
    Lost,
    UnreadableError,
    Written,
    detect,
    find,
    written,
)
from gate.runners.registry import find as find_runner
from gate.runners.registry import names as runner_names
from gate.spec import SpecProblemsError, load
from gate.spec.files import RESERVED

_TEXT = {"bencher"}
"""Formats that are read as text, whatever the file is written in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for. `run` allows to run code of the project: k6 inspect, node."""

    start: Path
    file: str
    format: str = ""
    name: str = ""
    run: bool = False
    asked: Asked = field(default_factory=Asked)


@dataclass(frozen=True, slots=True)
class Budget:
    """A budget that validates, not written yet. `name` is that of its file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Account:
    """What an import came to: the budgets, and of every line of theirs what became of it."""

    format: str
    source: str
    root: Path
    budgets: tuple[Budget, ...]
    kept: tuple[Kept, ...]
    lost: tuple[Lost, ...]
    notes: tuple[str, ...]


def import_file(wanted: Wanted) -> Account:
    """Read a file of another tool; raises `UsageError` with what to mend."""
    if wanted.name in RESERVED:
        raise UsageError(f"--name {wanted.name}: that file of budgets/ is no budget")
    root = repository(wanted.start).root.resolve()
    given = read_given(wanted.file, wanted.start, root)
    chosen = _format(wanted, given)
    if given.runnable and chosen.name not in _TEXT:
        k6 = chosen.name == "k6"
        if not wanted.run:
            raise refuse_to_run(given, k6=k6)
        given = run_given(given, root, k6=k6, env=wanted.asked.env)
    try:
        imported = chosen.read(given, _below(wanted.asked, wanted.start, root))
    except UnreadableError as error:
        raise UsageError(str(error)) from None
    return _account(wanted, chosen, given, imported, root)


def _format(wanted: Wanted, given: Given) -> Format:
    if wanted.format:
        return find(wanted.format)
    found = detect(given)
    known = ", ".join(each.name for each in FORMATS)
    if not found:
        raise UsageError(
            f"{given.path} is in no format that can be imported",
            hint=f"known: {known}; `gate import FORMAT {wanted.file}` says which it is",
        )
    if len(found) > 1:
        both = " and ".join(each.name for each in found)
        raise UsageError(
            f"{given.path} holds {both}",
            hint=f"say which: gate import {found[0].name} {wanted.file}",
        )
    return found[0]


def _below(asked: Asked, start: Path, root: Path) -> Asked:
    """Paths from the command line as budgets hold them: relative to the repository root."""

    def inside(path: str) -> str:
        whole = (start / path).resolve()
        if not whole.is_relative_to(root):
            raise UsageError(f"{path} is outside the repository {root}")
        return whole.relative_to(root).as_posix()

    script = inside(asked.script) if asked.script else ""
    return replace(asked, script=script, paths=tuple(map(inside, asked.paths)))


def _account(
    wanted: Wanted, chosen: Format, given: Given, imported: Imported, root: Path
) -> Account:
    lost = list(imported.lost)
    budgets: list[Budget] = []
    kept: list[Kept] = []
    for first in imported.drafts:
        draft = replace(first, name=wanted.name) if wanted.name else first
        _refuse_incomplete(draft)
        whole, text = _valid(draft, given.path, root, lost)
        if whole.promises:
            budgets.append(Budget(whole.name, text.text))
            kept += _kept(whole)
    return Account(
        chosen.name, given.path, root, tuple(budgets), tuple(kept), tuple(lost), imported.notes
    )


def _refuse_incomplete(draft: Draft) -> None:
    for line in draft.head:
        if line.key == "script" and not line.value:
            raise UsageError(
                "the file does not say which load these promises are about",
                hint="name the k6 script that makes it: --script PATH",
            )


def _kept(draft: Draft) -> Iterator[Kept]:
    for each in draft.promises:
        yield Kept(draft.name, each.where, each.theirs, each.ours, each.differs)


def _valid(draft: Draft, source: str, root: Path, lost: list[Lost]) -> tuple[Draft, Written]:
    """The draft without the promises that gate.spec refuses; those are lost, in its words."""
    text = written(draft, source=source, by=f"perfgate {__version__}")
    while draft.promises:
        problems = _problems(draft.name, text.text, root)
        if not problems:
            break
        refused: dict[int, str] = {}
        for error, line in problems:
            index = text.promise_at(line)
            if index is None:
                raise UsageError(f"the budget that this makes is not valid: {error}")
            refused.setdefault(index, error)
        lost += [
            Lost(draft.promises[index].where, draft.promises[index].theirs, f"perfgate: {error}")
            for index, error in sorted(refused.items())
        ]
        left = (each for index, each in enumerate(draft.promises) if index not in refused)
        draft = replace(draft, promises=tuple(left))
        text = written(draft, source=source, by=f"perfgate {__version__}")
    return draft, text


def _problems(name: str, text: str, root: Path) -> tuple[tuple[str, int], ...]:
    """What gate.spec has against a budget: messages with the line that each is about."""
    with tempfile.TemporaryDirectory(prefix="perfgate-import-") as folder:
        (Path(folder) / f"{name}.yml").write_text(text, encoding="utf-8")
        try:
            spec = load(
                [Path(folder)], root, runners=find_runner, runner_names=runner_names(), env={},
                measuring=False,
            )  # fmt: skip
            refuse_impossible(spec)
        except SpecProblemsError as error:
            return tuple((each.message, each.place.line) for each in error.problems)
    return ()
