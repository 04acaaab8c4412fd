"""Judging run records again: no tool, no budgets folder, only the records and the store."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gate.app.drifts import stories
from gate.app.history import compared
from gate.app.workspace import refuse_private
from gate.ci.detect import detect
from gate.ci.git import NoRepository, Repository, repository
from gate.core.judge import judge
from gate.core.run import Run
from gate.core.unite import Given, Refusal, unite
from gate.core.verdict import Outcome
from gate.errors import NothingToDoError, UsageError
from gate.record import as_recorded, decode_run, read_bounded
from gate.seams.store import Store
from gate.spec import find_budgets
from gate.spec.yaml_read import MOST_BYTES, read_document
from gate.stores import open_store
from gate.stores.secrets import has_variables, without_secrets

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{3})?Z)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A run as it was judged, what was decided, and the store that it was compared with."""

    run: Run
    outcome: Outcome
    store: Store


def rejudge(
    paths: Sequence[Path], *, baseline: str, store: str, at: str, environ: Mapping[str, str]
) -> Rejudged:
    """What becomes of a run record, or of all records of a check that was measured in parts.

    `at` is an ISO time in UTC, "" the run's own. Raises `UsageError` for records that are not of
    one check.
    """
    if at and not _TIME.fullmatch(at):
        raise UsageError(f"--at {at}: expected a UTC time such as 2026-11-22T18:00:00Z")
    run = united(paths)
    repo = _repository(min(paths))
    kept = open_store(store or _recorded_store(run), repo.root)
    beside = run.base.commit if run.base is not None else ""
    refuse_private(run.promises, kept, detect(environ), baseline or beside)
    seen = run
    if baseline:
        seen = replace(run, base=None, confirmation=None)  # who names a stored run wants that
    earlier = compared(kept, repo, run, baseline)
    told = stories(kept, run, earlier)
    return Rejudged(run, judge(seen, earlier, at or run.started, told), kept)


def united(paths: Sequence[Path]) -> Run:
    """The run that these records make together; raises `UsageError` where they do not."""
    records = [
        (path, decode_run(read_bounded(path, made_by="gate measure"), str(path))) for path in paths
    ]
    found = unite([Given(str(path), run) for path, run in records])
    if isinstance(found, Refusal):
        raise UsageError(found.message, hint=found.hint)
    # As it will be read: judging the united record again gives the same.
    return found if len(paths) == 1 else as_recorded(found)


def _recorded_store(run: Run) -> str:
    """The store that the record names; with variables only where the policy here names it too.

    A stranger may have made the record: a secret of this machine would go wherever they wrote.
    """
    address = run.promises.policy.store
    if not has_variables(address) or address in _own_stores():
        return address
    raise UsageError(
        f"the record names the store {without_secrets(address)}, and the policy of this project "
        "does not: no variable of this machine is filled in for it",
        hint="name the store yourself with `--store KIND:PLACE`, the same one if you trust it",
    )


def _own_stores() -> frozenset[str]:
    """The store that the policy names in the folder that we are in, none where there is none.

    Not in the record's: what lies around a record that was downloaded came with it.
    """
    here = Path.cwd()
    found = set()
    with contextlib.suppress(NothingToDoError, OSError):
        folder = find_budgets(here, repository(here).root)
        for file in folder.glob("policy.y*ml"):
            with file.open("rb") as opened:
                policy = read_document(opened.read(MOST_BYTES + 1), file.name)
            found.add(str(policy.at(("baseline", "store")) or ""))
    return frozenset(found)


def _repository(record: Path) -> Repository | NoRepository:
    """The work tree around the record; one that was downloaded belongs to the one we are in."""
    around = repository(record.resolve().parent)
    return around if isinstance(around, Repository) else repository(Path.cwd())
