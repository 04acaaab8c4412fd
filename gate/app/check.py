"""The pipeline, readable aloud: measure, find the baseline, judge."""

from __future__ import annotations

from dataclasses import dataclass

from gate.app.attempts import as_attempt, remember, tree_of
from gate.app.campaign import measure
from gate.app.drifts import stories
from gate.app.history import compared
from gate.app.progress import Progress
from gate.app.proposed import judged_by
from gate.app.shards import as_shard
from gate.app.workspace import Workspace
from gate.core.judge import judge
from gate.core.past import Past
from gate.core.run import Run
from gate.core.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Checked:
    """A run with what was decided about it."""

    run: Run
    outcome: Outcome


def check(workspace: Workspace, progress: Progress) -> Checked:
    """Measure, compare with the baseline, judge together with earlier attempts, and remember it."""
    with judged_by(workspace) as held:
        return _checked(held, progress)


def _checked(workspace: Workspace, progress: Progress) -> Checked:
    tree = tree_of(workspace)

    def decided(draft: Run) -> Checked:
        run = as_attempt(workspace, as_shard(workspace, draft), tree)
        return Checked(run, judged(workspace, run))

    measured = measure(workspace, progress, provisional=lambda draft: decided(draft).outcome)
    checked = decided(measured)
    remember(workspace, checked.run, checked.outcome)
    return checked


def judged(workspace: Workspace, run: Run) -> Outcome:
    """The outcome of a run against the workspace's store, as of the run's own time."""
    earlier = baseline_runs(workspace, run)
    return judge(run, earlier, run.started, stories(workspace.store, run, earlier))


def baseline_runs(workspace: Workspace, run: Run) -> tuple[Past, ...]:
    """The stored runs that a run is compared with."""
    return compared(workspace.store, workspace.repo, run, workspace.request.baseline)
