"""Which stored runs may go: what the policy keeps, and what is never removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from gate.app.history import WINDOW
from gate.core.judge import DRIFT_WINDOW
from gate.core.model import Promises
from gate.errors import StoreError
from gate.seams.store import EntryHead, Store

_DAY = 10


def superfluous(
    heads: Sequence[EntryHead], runs: int, days: int, drift: float = 0.0
) -> tuple[str, ...]:
    """The ids that neither number keeps; 0 keeps nothing by itself, both 0 keep all.

    Days count back from the newest run of the branch, so that a branch that rests loses nothing.
    Pins, what was accepted, and the runs that the judge looks at always stay: the last ones, and
    those of the last `drift` days that drift budgets are held to.
    """
    if not runs and not days:
        return ()
    ordered = sorted(heads, key=lambda head: (head.at, head.id), reverse=True)
    seen: Counter[str] = Counter()
    looked_at: Counter[tuple[str, str]] = Counter()
    newest: dict[str, date] = {}
    gone = []
    for head in ordered:
        if head.pin:
            continue
        day = date.fromisoformat(head.at[:_DAY])
        age = (newest.setdefault(head.branch, day) - day).days
        seen[head.branch] += 1
        place = (head.branch, head.environment)
        looked_at[place] += head.valid
        needed = head.valid and (looked_at[place] <= WINDOW or age <= drift)
        kept = seen[head.branch] <= runs or bool(days and age < days)
        if not (kept or needed or head.accepted):
            gone.append(head.id)
    return tuple(gone)


def prune(store: Store, promises: Promises) -> tuple[str, ...]:
    """Forget what the policy does not keep; the ids that went. Raises `StoreError`."""
    policy = promises.policy
    windows = (o.drift.days for o in promises.objectives if o.drift is not None)
    drift = DRIFT_WINDOW * max(windows, default=0.0)
    return forget(store, superfluous(store.heads(), policy.keep_runs, policy.keep_days, drift))


def forget(store: Store, run_ids: Iterable[str]) -> tuple[str, ...]:
    """Forget these runs; those that it forgot. One that another job was quicker with is gone too.

    Raises `StoreError` where one stays.
    """
    return tuple(run_id for run_id in run_ids if _forgot(store, run_id))


def _forgot(store: Store, run_id: str) -> bool:
    try:
        store.remove(run_id)
    except StoreError:
        if any(head.id == run_id for head in store.heads()):
            raise
        return False
    return True
