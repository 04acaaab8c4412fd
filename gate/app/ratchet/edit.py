"""Tighter limits as a patch: only the number at its mark changes, and that is read back."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gate.app.base_budgets import read
from gate.app.workspace import Workspace
from gate.core.model import Limit, Objective, Promises
from gate.core.ratchet import neat
from gate.core.units import UnitError, parse_quantity
from gate.errors import GateError
from gate.record import read_bounded
from gate.spec.yaml_marks import Data, Document
from gate.spec.yaml_marks import Path as Steps
from gate.spec.yaml_read import MOST_BYTES, read_document

_WRITTEN = re.compile(
    r"(?P<words>(?:(?:at most|at least|<=|>=|≤|≥)\s*)?)"
    r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)(?P<rest>\s*\S*)"
)


class CannotEditError(Exception):
    """Why a limit cannot be changed where it stands; the message says it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One number in one file: where its text stands, that text, and the new one."""

    file: str
    line: int
    column: int
    old: str
    new: str
    value: float


def edit_for(workspace: Workspace, objective: Objective, limit: float) -> Edit:
    """The change of an objective's limit to this one or a little looser, in its own unit.

    Raises `CannotEditError`.
    """
    document = read_document(_bytes(workspace, objective.place.file), objective.place.file)
    steps = _steps(document, objective, workspace.spec.promises.policy.profile)
    written = _raw(document, steps)
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise CannotEditError(f"its limit is not written as one number: {written}")
    try:
        unit = parse_quantity(f"1{found['rest']}").value
    except UnitError as error:
        raise CannotEditError(str(error)) from None
    number = neat(limit, objective.better, unit)
    new = f"{found['words']}{number}{found['rest']}"
    mark = document.values[steps]
    value = parse_quantity(f"{number}{found['rest']}").value
    column = mark.column + mark.quoted
    return Edit(objective.place.file, mark.line, column, written, new, value)


def _bytes(workspace: Workspace, file: str) -> bytes:
    return read_bounded(workspace.root / file, MOST_BYTES)


def _steps(document: Document, objective: Objective, profile: str) -> Steps:
    """The path of the number that holds under the profile."""
    entries = document.at(("objectives",))
    count = len(entries) if isinstance(entries, list) else 0
    at = (objective.place.line, objective.place.column)
    for index in range(count):
        mark = document.mark(("objectives", index))
        if (mark.line, mark.column) == at:
            steps: Steps = ("objectives", index, "limit")
            return _down(steps, document.at(steps), profile)
    raise CannotEditError("it is not where it was read: the file has changed")


def _down(steps: Steps, written: Data, profile: str) -> Steps:
    if isinstance(written, dict) and not set(written) & {"warn", "fail"}:
        name = profile if profile in written else "default"
        if name not in written:
            raise CannotEditError("its limit differs by profile: say which with --profile")
        return _down((*steps, name), written[name], profile)
    return (*steps, "fail") if isinstance(written, dict) else steps


def _raw(document: Document, steps: Steps) -> str:
    """The text of a scalar as it stands on its line, without quotes."""
    value, mark = document.at(steps), document.values.get(steps)
    if mark is None:
        raise CannotEditError("it has no limit of its own")
    line = document.source.lines[mark.line - 1][mark.column - 1 + mark.quoted :]
    if isinstance(value, str) and line.startswith(value):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = re.match(r"[-+.\deE]+", line)
        if found is not None and float(found[0]) == value:
            return found[0]
    raise CannotEditError("its limit is written over several lines or with escapes")


def patched(workspace: Workspace, edits: Sequence[Edit]) -> dict[str, tuple[str, str]]:
    """The text of each file before and after; nothing but the numbers differs.

    Raises `CannotEditError` where the budgets would not read back with just these limits.
    """
    texts: dict[str, tuple[str, str]] = {}
    for file in dict.fromkeys(edit.file for edit in edits):
        before = _bytes(workspace, file).decode("utf-8")
        # Not splitlines: other characters break lines there, and these ends must stay as they are.
        lines = re.split(r"(\r\n|[\r\n\x85\u2028\u2029])", before)
        skip = int(before.startswith("\ufeff"))
        here = [each for each in edits if each.file == file]
        for edit in sorted(here, key=lambda each: (each.line, each.column), reverse=True):
            at = 2 * (edit.line - 1)
            start = edit.column - 1 + (skip if edit.line == 1 else 0)
            if not lines[at].startswith(edit.old, start):
                raise CannotEditError(f"{file}:{edit.line} is not what it was read as")
            lines[at] = lines[at][:start] + edit.new + lines[at][start + len(edit.old) :]
        texts[file] = (before, "".join(lines))
    _read_back(workspace, texts, edits)
    return texts


def _read_back(
    workspace: Workspace, texts: Mapping[str, tuple[str, str]], edits: Sequence[Edit]
) -> None:
    """Read all budgets with the new texts: only these limits may have changed."""
    root, profile = workspace.root.resolve(), workspace.request.profile
    with tempfile.TemporaryDirectory(prefix="perfgate-ratchet-") as made:
        place = Path(made).resolve()
        folders = []
        for folder in workspace.folders:
            name = folder.resolve().relative_to(root)
            (place / name).mkdir(parents=True, exist_ok=True)
            folders.append(place / name)
            for file in folder.iterdir():
                if file.is_file() and file.suffix in {".yml", ".yaml"}:
                    (place / name / file.name).write_bytes(file.read_bytes())
        for changed, (_, after) in texts.items():
            (place / changed).write_bytes(after.encode("utf-8"))
        environ = workspace.request.environ
        try:
            found = read(tuple(folders), root, profile, environ, shown_from=place).promises
        except GateError as error:
            raise CannotEditError(f"the budgets would not read back: {error.message}") from None
    if found != _expected(workspace.spec.promises, edits):
        raise CannotEditError("more than the limit would change")


def _expected(promises: Promises, edits: Sequence[Edit]) -> Promises:
    def changed(objective: Objective) -> Objective:
        for edit in edits:
            mine = objective.place.file == edit.file and _stands_in(objective, edit, promises)
            if mine and objective.limit is not None:
                return replace(objective, limit=Limit(edit.value, objective.limit.warn))
        return objective

    return replace(promises, objectives=tuple(map(changed, promises.objectives)))


def _stands_in(objective: Objective, edit: Edit, promises: Promises) -> bool:
    """Whether the edit lies in this objective: after its beginning and before the next one's."""
    starts = {
        (each.place.line, each.place.column)
        for each in promises.objectives
        if each.place.file == edit.file
    }
    at = max((start for start in starts if start <= (edit.line, edit.column)), default=(0, 0))
    return (objective.place.line, objective.place.column) == at


def unified(texts: Mapping[str, tuple[str, str]]) -> str:
    """The patch as `git apply` takes it at the root of the repository."""
    return "".join(line for file, pair in texts.items() for line in _diff(file, *pair))


def _diff(file: str, before: str, after: str) -> Iterator[str]:
    yield f"diff --git a/{file} b/{file}\n"
    old, new = before.split("\n"), after.split("\n")
    one, two = ([f"{each}\n" for each in lines[:-1]] + lines[-1:] for lines in (old, new))
    one, two = ([each for each in lines if each] for lines in (one, two))
    for line in difflib.unified_diff(one, two, f"a/{file}", f"b/{file}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
