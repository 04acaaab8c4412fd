"""Judging a run record again: no tool, no budgets folder, only the record and the store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gate.app.history import named, pasts
from gate.app.workspace import refuse_private
from gate.ci.detect import detect
from gate.ci.git import NoRepository, Repository, repository
from gate.core.judge import judge
from gate.core.verdict import Outcome
from gate.errors import UsageError
from gate.record import decode_run, read_bounded
from gate.stores import open_store

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?", re.ASCII)


def rejudge(
    path: Path, *, baseline: str, store: str, at: str, environ: Mapping[str, str]
) -> Outcome:
    """The outcome of a run record as of `at` (ISO, UTC; "" is the run's own time)."""
    if at and not _TIME.fullmatch(at):
        raise UsageError(f"--at {at}: expected a UTC time such as 2026-11-22T18:00:00Z")
    run = decode_run(read_bounded(path), str(path))
    repo = _repository(path)
    kept = open_store(store or run.promises.policy.store, repo.root)
    beside = run.base.commit if run.base is not None else ""
    refuse_private(run.promises, kept, detect(environ), baseline or beside)
    if baseline:
        run = replace(run, base=None, confirmation=None)  # who names a stored run wants that
        earlier = named(kept, repo, run.commit, baseline)
    else:
        earlier = pasts(kept, run.commit, before=run.started)
    return judge(run, earlier, at or run.started)


def _repository(record: Path) -> Repository | NoRepository:
    """The work tree around the record; one that was downloaded belongs to the one we are in."""
    around = repository(record.resolve().parent)
    return around if isinstance(around, Repository) else repository(Path.cwd())
