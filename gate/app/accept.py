"""Accepting a run as baseline by hand, and a wanted regression by name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from gate.app.workspace import Workspace
from gate.core.verdict import Bound, Outcome, Row, Status
from gate.errors import UsageError
from gate.record import decode_outcome, decode_run, read_bounded, write_atomic
from gate.seams.store import Entry

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which failed objectives are wanted, why, by whom and until when (ISO day, "" for no end)."""

    objectives: tuple[str, ...] = ()
    reason: str = ""
    owner: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The run that was kept, and the file that was written, if any."""

    run_id: str
    written: Path | None


def accept_run(workspace: Workspace, path: Path, acceptance: Acceptance) -> Done:
    """Put a run into the store as accepted; regressions only by name, reason and owner.

    Raises `UsageError` for a failed objective that nobody named, and where nothing was measured.
    """
    run = decode_run(read_bounded(path), str(path))
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
    written = None
    if acceptance.objectives:
        rows = [failed[name] for name in acceptance.objectives]
        written = _write(workspace.folders[0] / "accepted.yml", rows, acceptance)
    workspace.store.put(Entry(run, outcome, accepted=True))
    return Done(run.id, written)


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
            hint="accept each by name: `--objective ID --reason … --owner …`, or mend it",
        )
    if acceptance.objectives and not (acceptance.reason and acceptance.owner):
        raise UsageError("accepting a regression needs --reason and --owner")
    if acceptance.until and not _DAY.fullmatch(acceptance.until):
        raise UsageError(f"--until {acceptance.until}: expected a day such as 2027-01-31")


def _write(path: Path, rows: list[Row], acceptance: Acceptance) -> Path:
    """Append entries; JSON strings are YAML, so no name can break out of its place."""
    before = path.read_text("utf-8") if path.exists() else ""
    entries = []
    for row in rows:
        fields = {
            "objective": row.objective.id,
            "value": row.value,
            "reason": acceptance.reason,
            "owner": acceptance.owner,
            "until": acceptance.until,
        }
        lines = [f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in fields.items() if v != ""]
        entries.append("- " + "\n  ".join(lines) + "\n")
    separator = "" if not before or before.endswith("\n") else "\n"
    write_atomic(path, (before + separator + "".join(entries)).encode())
    return path
