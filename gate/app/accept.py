"""Accepting a run as baseline by hand, and a wanted regression by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gate.app.accepted_file import Added, Wanted, Why, added_to, checked
from gate.app.workspace import Workspace
from gate.core.verdict import Bound, Outcome, Row, Status
from gate.errors import UsageError
from gate.record import decode_outcome, decode_run, read_bounded, write_atomic
from gate.seams.store import Entry


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which failed objectives are wanted, why, by whom and until when (ISO day)."""

    objectives: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The run, and the file that was written; where none was, the run was kept as baseline."""

    run_id: str
    written: Path | None


def accept_run(workspace: Workspace, path: Path, acceptance: Acceptance) -> Done:
    """Put a run into the store as accepted, or write down the regressions of it that are wanted.

    A regression is not stored by hand: the entry is reviewed with the change, and what the trusted
    branch then records is the new level.

    Raises `UsageError` for a failed objective that nobody named, and where nothing was measured.
    """
    run = decode_run(read_bounded(path, made_by="gate check"), str(path))
    judged = path.with_name("outcome.json")
    outcome = decode_outcome(read_bounded(judged), str(judged))
    if outcome.run_id != run.id:
        raise UsageError(
            f"{judged} belongs to another run than {path}",
            hint=f"judge it first: `gate judge {path}`",
        )
    if all(row.value is None for row in outcome.rows):
        raise UsageError(f"{path} measured nothing, so it is no baseline")
    failed = {row.objective.id: row for row in outcome.rows if _regressed(row)}
    _check(acceptance, failed, outcome)
    rows = [failed[name] for name in acceptance.objectives]
    added = _added(workspace, rows, acceptance) if rows else None
    if added is None:
        workspace.store.put(Entry(run, outcome, accepted=True))
        return Done(run.id, None)
    write_atomic(added.path, added.text.encode())
    return Done(run.id, added.path)


def _added(workspace: Workspace, rows: list[Row], acceptance: Acceptance) -> Added:
    wanted = [
        Wanted(row.objective.id, row.value, row.objective.dimension)
        for row in rows
        if row.value is not None
    ]
    why = checked(Why(acceptance.reason, acceptance.owner, acceptance.until))
    before = workspace.spec.promises.accepted
    return added_to(workspace.folders[0], wanted, why, before)


def _regressed(row: Row) -> bool:
    return any(
        verdict.bound is Bound.TOLERANCE and verdict.status is Status.FAIL
        for verdict in row.verdicts
    )


def _check(acceptance: Acceptance, failed: dict[str, Row], outcome: Outcome) -> None:
    for name in acceptance.objectives:
        if name not in failed:
            known = ", ".join(sorted(failed)) or "none"
            raise UsageError(
                f"--objective {name}: it did not fail its tolerance in run {outcome.run_id}",
                hint=f"failed their tolerance: {known}",
            )
    unnamed = sorted(failed.keys() - set(acceptance.objectives))
    if unnamed:
        raise UsageError(
            f"{unnamed[0]} got worse than its tolerance in this run"
            + (f", and {len(unnamed) - 1} more" if len(unnamed) > 1 else ""),
            hint="mend it, or accept each by name: "
            "`--objective ID --reason … --owner … --until DAY`",
        )
    needed = (acceptance.reason, acceptance.owner, acceptance.until)
    if acceptance.objectives and not all(needed):
        raise UsageError(
            "accepting a regression needs --reason, --owner and --until",
            hint="--until is the last day on which it counts, as in 2027-01-31",
        )
