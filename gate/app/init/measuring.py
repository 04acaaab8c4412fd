"""The first measurement: the proposed budgets, without limits, measured once and thrown away."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gate.app.campaign import measure
from gate.app.check import judged
from gate.app.init.limits import Measured, Value
from gate.app.init.proposal import Draft
from gate.app.progress import Progress
from gate.app.workspace import Request, open_workspace
from gate.core.metric import Better
from gate.core.verdict import Row
from gate.errors import GateError
from gate.record import write_atomic

_SPREAD = re.compile(r"\{page:[^{}]*\}")
_QUICK = "timeout: 5 min\nattempts: 1\nrepeat: 1\n"
_K6 = "runner: k6"
_COUNTED = """\
  - sli: count(http_reqs)
    tolerance: 90%
  - sli: median(http_req_duration)
    tolerance: 90%
"""
"""What says how much a script asks for, and what a script that asks for little is held to."""
_LONG = re.compile(r"^max_time:.*\n", re.MULTILINE)


@contextmanager
def scratch_folder(root: Path) -> Iterator[Path]:
    """An empty folder below `.gate/`, gone afterwards."""
    (root / ".gate").mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="init-", dir=root / ".gate"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def first_values(root: Path, drafts: tuple[Draft, ...], day: str, progress: Progress) -> Measured:
    """The value of each objective of the drafts, measured once; never a refusal of init itself.

    The drafts lie below `.gate/`, so that nothing of the repository is written to.
    """
    with_budgets = [draft for draft in drafts if draft.budget]
    if not with_budgets:
        return Measured(day, {}, {})
    for draft in drafts:
        quick = _quick(draft.text) if draft.budget else draft.text
        write_atomic(root / draft.path, quick.encode())
    folder = root / Path(with_budgets[0].path).parent
    request = Request(start=root, environ=dict(os.environ), budgets=(folder,))
    try:
        workspace = open_workspace(request)
        run = measure(workspace, progress, provisional=lambda draft: judged(workspace, draft))
        rows = judged(workspace, run).rows
    except GateError as error:
        progress.note(f"nothing was measured: {error.message.splitlines()[0]}")
        return Measured(day, {}, {})
    return Measured(day, _values(rows), _missing(rows))


def _quick(text: str) -> str:
    """A budget that takes a first look: one unit, and short ones where their length can be set."""
    if text.startswith(_K6) or f"\n{_K6}" in text:
        return text + _COUNTED + _QUICK
    if "\nrunner: pytest-benchmark" not in text:
        return text + _QUICK
    return _LONG.sub("", text) + _QUICK + "max_time: 10 ms\n"


def _values(rows: tuple[Row, ...]) -> Mapping[str, Value]:
    """By id, and by the id without its page: there the worst of them."""
    found: dict[str, Value] = {}
    for row in rows:
        if row.value is None:
            continue
        objective = row.objective
        value = Value(row.value, objective.dimension, objective.kind)
        found[objective.id] = value
        whole = _SPREAD.sub("", objective.id)
        known = found.get(whole)
        worse = max if objective.better is Better.LOWER else min
        if known is None or worse(known.value, value.value) == value.value:
            found[whole] = value
    return found


def _missing(rows: tuple[Row, ...]) -> Mapping[str, str]:
    found = {}
    for row in rows:
        if row.value is None:
            reason = row.reason.sentence if row.reason else "it gave no value"
            found[row.objective.id] = reason
            found[_SPREAD.sub("", row.objective.id)] = reason
    return found
