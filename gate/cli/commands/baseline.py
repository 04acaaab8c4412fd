"""`gate baseline`: the store of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.streams import err, out, plain

_RECORD = click.Path(path_type=Path, dir_okay=False)


@click.group("baseline")
def command() -> None:
    """What later runs are compared with."""


@command.command("accept")
@click.argument("run", type=_RECORD, default=Path(".gate/run.json"))
@click.option("--objective", "objectives", multiple=True, help="A failed objective to accept.")
@click.option("--reason", default="", help="Why the regression is wanted.")
@click.option("--owner", default="", help="Who answers for it.")
@click.option("--until", default="", help="Last day (ISO) on which the entry holds.")
@storing
def accept(
    *,
    run: Path,
    objectives: tuple[str, ...],
    reason: str,
    owner: str,
    until: str,
    **given: Any,  # noqa: ANN401  # click's parameters
) -> int:  # click's parameters
    """Keep RUN (run.json, with outcome.json beside it) as baseline.

    An objective that failed its tolerance is accepted only by name, with a reason and an owner:
    nothing is stored then, but an entry written to budgets/accepted.yml, to be reviewed with the
    change. It ends with the first recorded run of a trusted branch.
    """
    from gate.app.accept import Acceptance, accept_run

    workspace = opened(**given)
    done = accept_run(workspace, run, Acceptance(objectives, reason, owner, until))
    if done.written is None:
        out(f"{done.run_id} is kept as baseline in {workspace.store.where}\n")
    else:
        out(f"wrote {done.written}: review it and commit it with the change\n")
    return 0


@command.command("list")
@storing
def list_(**given: Any) -> int:  # noqa: ANN401  # click's parameters
    """List the stored runs, newest first."""
    workspace = opened(**given)
    heads = workspace.store.heads()
    if not heads:
        err(f"{workspace.store.where} holds no run yet\n")
    for head in heads:
        mark = "accepted" if head.accepted else "history" if head.valid else "not comparable"
        commit, branch = head.commit[:12] or "no commit", head.branch or "-"
        out(plain(f"{head.id}  {head.at}  {commit:12}  {branch:20}  {mark}\n"))
    return 0


@command.command("show")
@click.argument("run_id")
@storing
def show(*, run_id: str, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Show one stored run as it was judged."""
    from gate.cli.show import shown

    out(shown(opened(**given).store.get(run_id).outcome))
    return 0


@command.command("prune")
@click.argument("run_ids", nargs=-1)
@click.option("--keep", type=click.IntRange(min=1), help="Forget all but the newest of these many.")
@storing
def prune(*, run_ids: tuple[str, ...], keep: int | None, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Forget stored runs: those named, or all but the newest `--keep` of each branch."""
    from gate.errors import UsageError

    if not run_ids and keep is None:
        raise UsageError("nothing to prune", hint="name run ids, or say --keep N")
    store = opened(**given).store
    gone = list(run_ids)
    if keep is not None:
        seen: dict[str, int] = {}
        for head in store.heads():
            seen[head.branch] = seen.get(head.branch, 0) + 1
            if seen[head.branch] > keep and not head.accepted:
                gone.append(head.id)
    for run_id in dict.fromkeys(gone):
        store.remove(run_id)
        out(f"{run_id} is forgotten\n")
    return 0
