"""Which runs later ones are compared with, without anybody saying so."""

from __future__ import annotations

from gate.app.retention import prune
from gate.ci.commits import trusted
from gate.core.run import Run
from gate.core.verdict import Outcome, Status
from gate.seams.store import Entry, Store


def keep_in(store: Store, branches: tuple[str, ...], run: Run, outcome: Outcome) -> str:
    """Put a clean, complete run of one of these branches into the store, whatever its verdicts.

    Then what the policy does not keep is forgotten.
    Says what it did, "" where it did nothing.
    """
    complete = all(row.value is not None or row.status is Status.SKIPPED for row in outcome.rows)
    clean = bool(run.commit.sha) and not run.commit.dirty
    if not (clean and complete and trusted(run.commit.branch, branches)):
        return ""
    if not any(row.value is not None for row in outcome.rows):
        return ""
    store.put(Entry(run, outcome))
    gone = prune(store, run.promises.policy)
    less = f"; {len(gone)} older runs are forgotten (`baseline: {{keep: …}}`)" if gone else ""
    return f"kept as {run.id} in {store.where}{less}"
