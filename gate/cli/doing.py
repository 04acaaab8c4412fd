"""The three jobs as `gate check`, `gate measure`, `gate judge` and `gate ci` do them alike."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gate.app.check import Checked, check
from gate.app.keep import keep, parse_reports, write_records, write_reports
from gate.app.kept import keep_in
from gate.app.rejudge import rejudge
from gate.app.shards import record_name
from gate.app.workspace import check_depth, check_store
from gate.cli.options import opened
from gate.cli.progress import progress
from gate.cli.show import shown
from gate.cli.streams import err, tell
from gate.errors import UsageError
from gate.record import encode_outcome, encode_run, write_atomic


def do_check(*, reports: Sequence[str], as_json: bool, quiet: bool, **given: Any) -> Checked:  # noqa: ANN401  # click's parameters
    """Measure, judge, write the records and reports, print the outcome, and keep the run."""
    wanted = parse_reports(reports)
    workspace = opened(**given)
    check_store(workspace)
    check_depth(workspace)
    with progress(quiet=quiet) as told:
        checked = check(workspace, told)
    write_records(checked, workspace.out)
    tell(shown(checked.outcome, as_json=as_json))
    written = write_reports(checked.outcome, wanted)
    kept = keep(workspace, checked)
    if not quiet:
        for note in (*(f"wrote {path}" for path in written), kept):
            err(f"{note}\n" if note else "")
    return checked


def do_measure(*, quiet: bool, **given: Any) -> Path:  # noqa: ANN401  # the same
    """Measure and write the run; returns where it is."""
    workspace = opened(**given)
    check_depth(workspace)
    with progress(quiet=quiet) as told:
        run = check(workspace, told).run  # an attempt counts, whoever looks at it
    path = workspace.out / record_name(workspace)
    write_atomic(path, encode_run(run))
    return path


def do_judge(
    *,
    runs: Sequence[Path],
    baseline: str,
    store: str,
    at: str,
    out: Path | None,
    keep: bool,
    as_json: bool,
) -> Checked:
    """Unite and judge these runs, write the records, print the outcome, and keep the run."""
    runs = runs or (Path(".gate/run.json"),)
    place = out or (runs[0] if len(runs) == 1 else Path(".gate/run.json")).with_name("outcome.json")
    whole = place.with_name("run.json")
    if len(runs) > 1:
        _refuse_own(whole, runs)
    judged = rejudge(runs, baseline=baseline, store=store, at=at, environ=os.environ)
    if len(runs) > 1:
        write_atomic(whole, encode_run(judged.run))
    write_atomic(place, encode_outcome(judged.outcome))
    tell(shown(judged.outcome, as_json=as_json))
    if keep:
        branches = judged.run.promises.policy.branches
        kept = keep_in(judged.store, branches, judged.run, judged.outcome)
        err(f"{kept or 'not kept: only a clean, complete run of a trusted branch is'}\n")
    return Checked(judged.run, judged.outcome)


def _refuse_own(whole: Path, runs: Sequence[Path]) -> None:
    """Refuse to write the united run over one of those that it is made of."""
    if whole.resolve() in {run.resolve() for run in runs}:
        raise UsageError(
            f"the united run would be written to {whole}, which is one of the runs",
            hint="name another place: `--out united/outcome.json`",
        )
