"""`gate baseline`: the store of runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.streams import err, out, plain
from gate.seams.store import PIN

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
        mark = f"pinned as {head.pin}" if head.pin else mark
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


@command.command("pin")
@click.argument("name")
@click.option("--from", "reference", default="", help="A run's id or a revision.")
@click.option("--objective", "objectives", multiple=True, help="Only this objective.")
@storing
def pin_(*, name: str, reference: str, objectives: tuple[str, ...], **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Keep a copy of a stored run as NAME, which nothing prunes.

    Without --from it is the newest run of the revision NAME, such as a tag, else of HEAD. An
    objective with `baseline: NAME` is held to it, and `--baseline NAME` compares with it.
    """
    from gate.app.pins import pin

    workspace = opened(**given)
    entry = pin(workspace, name, reference, objectives)
    commit = entry.run.commit.sha[:12] or "no commit"
    count = sum(row.value is not None for row in entry.outcome.rows)
    what = f"{count} objective{'s' if count != 1 else ''}"
    out(plain(f"{name} is the run of {entry.run.started[:10]}, commit {commit}: {what}\n"))
    return 0


@command.command("unpin")
@click.argument("name")
@storing
def unpin_(*, name: str, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Let the pin NAME go."""
    from gate.app.pins import unpin

    unpin(opened(**given).store, name)
    out(plain(f"{name} is not pinned any more\n"))
    return 0


@command.command("pins")
@storing
def pins_(**given: Any) -> int:  # noqa: ANN401  # click's parameters
    """List the pins, newest run first."""
    workspace = opened(**given)
    found = [head for head in workspace.store.heads() if head.pin]
    if not found:
        err(f"{workspace.store.where} holds no pin yet\n")
    for head in found:
        out(plain(f"{head.pin}  {head.at}  {head.commit[:12] or 'no commit':12}  {head.branch}\n"))
    return 0


@command.command("prune")
@click.argument("run_ids", nargs=-1)
@click.option("--keep", type=click.IntRange(min=1), help="Forget all but the newest of these many.")
@storing
def prune_(*, run_ids: tuple[str, ...], keep: int | None, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Forget stored runs: those named, all but the newest `--keep` of each branch, or by policy.

    The policy says it as `baseline: {keep: {runs: 500, days: 400}}`. Pins and what was accepted
    stay, and with the policy also the runs that a baseline is made of or a drift budget is held to.
    """
    from gate.app.retention import forget, prune
    from gate.errors import UsageError

    workspace = opened(**given)
    store, promises = workspace.store, workspace.spec.promises
    pinned = [run_id for run_id in run_ids if run_id.startswith(PIN)]
    if pinned:
        name = pinned[0].removeprefix(PIN)
        raise UsageError(f"{name} is pinned", hint=f"`gate baseline unpin {name}` lets it go")
    if not run_ids and keep is None:
        if not promises.policy.keep_runs and not promises.policy.keep_days:
            raise UsageError(
                "nothing to prune",
                hint="name run ids, say --keep N, or `baseline: {keep: {runs: N, days: N}}` in "
                "budgets/policy.yml",
            )
        for run_id in prune(store, promises):
            out(f"{run_id} is forgotten\n")
        return 0
    for run_id in dict.fromkeys(run_ids):
        store.remove(run_id)
        out(f"{run_id} is forgotten\n")
    gone = []
    if keep is not None:
        seen: dict[str, int] = {}
        for head in store.heads():
            if head.pin:
                continue
            seen[head.branch] = seen.get(head.branch, 0) + 1
            if seen[head.branch] > keep and not head.accepted:
                gone.append(head.id)
    for run_id in forget(store, gone):
        out(f"{run_id} is forgotten\n")
    return 0
