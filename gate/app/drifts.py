"""What a drift budget is held to: how each such objective moved on the trusted branch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gate.ci.commits import trusted
from gate.core.index import member_id
from gate.core.judge import DRIFT_WINDOW
from gate.core.past import Past, rank_of
from gate.core.run import Run
from gate.core.trend import Story
from gate.seams.history import archive_of
from gate.seams.store import Store

MOST = 160
"""So many stored runs are read at the most, spread evenly over the window."""


def stories(store: Store, run: Run, pasts: tuple[Past, ...]) -> tuple[Story, ...]:
    """The stored runs of the branch since before the window began, oldest first.

    None is read where nothing that was measured has a drift budget.
    """
    drifts = {o.id: o for o in run.promises.objectives if o.drift is not None}
    measured = {
        member_id(m): drifts[m.objective] for m in run.measurements if m.objective in drifts
    }
    if not measured:
        return ()
    archive, branch = archive_of(store), _branch(run, pasts)
    found: list[Story] = []
    for name, objective in measured.items():
        since = _since(run.started, objective.drift.days if objective.drift is not None else 0.0)
        names = dict.fromkeys(each for each in (objective.was, name) if each)
        found.extend(Story(each, archive.history(each, branch, since, MOST)) for each in names)
    return tuple(found)


def _branch(run: Run, pasts: tuple[Past, ...]) -> str:
    """The run's own branch where that is trusted, else the trusted one of the nearest stored run.

    One on its line is nearer than any on a branch that was merged into it.
    """
    patterns = run.promises.policy.branches
    if trusted(run.commit.branch, patterns):
        return run.commit.branch
    known = (p for p in pasts if not p.pin and trusted(p.run.commit.branch, patterns))
    near = min(known, key=lambda past: (rank_of(past.rung), past.distance), default=None)
    if near is not None:
        return near.run.commit.branch
    return next((name for name in patterns if not set(name) & set("*?[")), "")


def _since(now: str, days: float) -> str:
    at = datetime.fromisoformat(now) - timedelta(days=DRIFT_WINDOW * days)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
