"""Which runs later ones are compared with, without anybody saying so."""

from __future__ import annotations

from gate.app.retention import prune
from gate.ci.commits import trusted
from gate.core.run import Run
from gate.core.verdict import Outcome, Status
from gate.seams.store import Entry, Store


def disturbed(run: Run) -> str:
    """A budget of which disturbed units had to be kept, "" where none was."""
    return next((q.budget for q in run.quiet if any(not u.dropped for u in q.disturbed)), "")


def keep_in(store: Store, branches: tuple[str, ...], run: Run, outcome: Outcome) -> str:
    """Put a clean, complete run of one of these branches into the store, whatever its verdicts.

    One that was disturbed stays out where the policy says so. Then what the policy does not keep
    is forgotten.
    Says what it did, "" where it did nothing.
    """
    complete = all(row.value is not None or row.status is Status.SKIPPED for row in outcome.rows)
    clean = bool(run.commit.sha) and not run.commit.dirty
    if not (clean and complete and trusted(run.commit.branch, branches)):
        return ""
    if not any(row.value is not None for row in outcome.rows):
        return ""
    budget = disturbed(run)
    if budget and run.promises.policy.disturbed == "leave":
        why = "(`baseline: {disturbed: leave}`)"
        return f"not kept: others disturbed too many units of {budget} {why}"
    store.put(Entry(run, outcome))
    gone = prune(store, run.promises)
    less = f"; {len(gone)} older runs are forgotten (`baseline: {{keep: …}}`)" if gone else ""
    return f"kept as {run.id} in {store.where}{less}"
