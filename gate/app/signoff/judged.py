"""A release measured, or read from a record, and judged strictly against the release before it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from gate.app.attempts import as_attempt, remember, tree_of
from gate.app.before import before
from gate.app.campaign import measure
from gate.app.drifts import stories
from gate.app.history import days, named
from gate.app.progress import Progress
from gate.app.workspace import Workspace
from gate.ci.commits import Base
from gate.core.judge import judge
from gate.core.model import Origin, Promises
from gate.core.past import Past
from gate.core.run import BaseTree, Run
from gate.core.shards import of_budget
from gate.core.signoff import Revision
from gate.core.trend import Story
from gate.core.verdict import Outcome
from gate.errors import UsageError
from gate.record import as_recorded, decode_run, read_bounded
from gate.record.signoff import decode_history, encode_history


@dataclass(frozen=True, slots=True)
class Judged:
    """A run as its record reads, what was decided at `at`, and what of the store took part.

    `stories` are what drift budgets are held to.
    """

    run: Run
    outcome: Outcome
    pasts: tuple[Past, ...]
    stories: tuple[Story, ...]
    at: str
    source: str
    notes: tuple[str, ...] = ()


def measured(workspace: Workspace, progress: Progress, previous: Revision) -> Run:
    """Measure all budgets: beside the release before where the request says so."""
    tree = tree_of(workspace)
    pasts = () if workspace.request.against else _needed(workspace, previous)

    def provisional(draft: Run) -> Outcome:
        run = as_attempt(workspace, draft, tree)
        known = _with_days(workspace, run, pasts)
        return judge(run, known, draft.started, stories(workspace.store, run, known))

    run = measure(workspace, progress, provisional=provisional)
    return as_attempt(workspace, run, tree)


def read(workspace: Workspace, folder: Path, release: Revision) -> Run:
    """The run of an existing record of the release's own clean commit; raises `UsageError`.

    Nothing but what was measured is taken from it: by what it is judged the checkout says.
    """
    path = folder / "run.json"
    run = decode_run(read_bounded(path, made_by="gate check"), str(path))
    if run.commit.sha != release.commit:
        raise UsageError(
            f"{path} is of commit {run.commit.sha[:12] or 'unknown'}, not of {release.name} "
            f"({release.commit[:12]})",
            hint="measure the release's own commit",
        )
    if run.commit.dirty:
        raise UsageError(
            f"{path} was measured on a tree with changes that are in no commit",
            hint="measure the release again on a clean tree",
        )
    return replace(run, promises=_promises(workspace.spec.promises, run), confirmation=None)


def judged(
    workspace: Workspace, run: Run, previous: Revision, at: str, *, source: str
) -> tuple[Judged, Revision]:
    """The run with all that was decided, and the release before it with the commit that it has."""
    run, notes = _of_that_base(run, previous)
    pasts: tuple[Past, ...] = ()
    more: tuple[str, ...] = ()
    failed = _unmeasured(run.base) if run.base is not None else ()
    if run.base is None or failed:
        pasts, more = _stored(workspace, previous)
    if pasts and run.base is not None:
        notes = (*notes, *(_fell_back(run.base, name, previous) for name in failed))
        run = replace(run, base=_without(run.base, frozenset(failed)))
    if not previous.commit and pasts:
        previous = replace(previous, commit=pasts[0].run.commit.sha)
    changed = _since(workspace, run, previous)
    run = as_recorded(replace(changed, commit=replace(workspace.commit, base=previous.commit)))
    pasts = _with_days(workspace, run, pasts)
    told = stories(workspace.store, run, pasts)
    told = decode_history(encode_history(told))  # as it will be read
    outcome = judge(run, pasts, at, told)
    if source == "measured":
        remember(workspace, run, outcome)
    return Judged(run, outcome, pasts, told, at, source, (*notes, *more)), previous


def _with_days(workspace: Workspace, run: Run, chosen: tuple[Past, ...]) -> tuple[Past, ...]:
    """The runs of the release before, the pinned ones, and how days differ where those count."""
    more = days(workspace.store, run, chosen)
    return (*chosen, *more) if chosen or any(past.pin for past in more) else ()


def _promises(declared: Promises, run: Run) -> Promises:
    """The promises of the checkout, and those of the tools' own scripts, which only a run knows."""
    known = {objective.id for objective in declared.objectives}
    scripts = tuple(
        objective
        for objective in run.promises.objectives
        if objective.origin is Origin.SCRIPT and objective.id not in known
    )
    return replace(declared, objectives=(*declared.objectives, *scripts))


def _of_that_base(run: Run, previous: Revision) -> tuple[Run, tuple[str, ...]]:
    """The run without a base that is another commit than the release before."""
    if run.base is None or run.base.commit == previous.commit:
        return run, ()
    note = f"the record was measured beside {run.base.commit[:12]}, which is not {previous.name}"
    return replace(run, base=None), (f"{note}: that comparison was left out",)


def _needed(workspace: Workspace, previous: Revision) -> tuple[Past, ...]:
    """The stored runs of the release before; raises `UsageError` where a tolerance needs one."""
    return _runs_of(workspace, previous) if _compares(workspace) else ()


def _runs_of(workspace: Workspace, previous: Revision) -> tuple[Past, ...]:
    """The stored runs of one release; raises `UsageError` where there is none, or of another."""
    found = named(workspace.store, workspace.repo, workspace.commit, previous.name)
    commit = previous.commit or found[0].run.commit.sha
    if not commit or any(past.run.commit.sha != commit for past in found):
        raise UsageError(
            f"the stored runs of {previous.name} are not all of its commit {commit[:12]}",
            hint="a pin and a tag of one name may name two commits: `gate baseline list`",
        )
    return found


def _stored(workspace: Workspace, previous: Revision) -> tuple[tuple[Past, ...], tuple[str, ...]]:
    """The stored runs of the release before, or a note that there is none."""
    if not _compares(workspace):
        return (), ()
    try:
        return _runs_of(workspace, previous), ()
    except UsageError as error:
        return (), (error.message,)


def _compares(workspace: Workspace) -> bool:
    return any(o.tolerance is not None for o in workspace.spec.promises.objectives)


def _unmeasured(base: BaseTree) -> tuple[str, ...]:
    """The budgets that gave nothing at all on the release before."""
    gave = {of_budget(measurement) for measurement in base.measurements}
    lacking = {of_budget(missing) for missing in base.missing}
    return tuple(sorted(lacking - gave))


def _fell_back(base: BaseTree, budget: str, previous: Revision) -> str:
    said = next(m.reason.sentence for m in base.missing if of_budget(m) == budget)
    return (
        f"{budget} could not be measured on {previous.name} here ({said}): it is compared with "
        "the stored runs"
    )


def _without(base: BaseTree, budgets: frozenset[str]) -> BaseTree | None:
    """The base without these budgets, None where nothing is left of it."""
    left = tuple(name for name in base.budgets if name not in budgets)
    if not left:
        return None
    return replace(
        base,
        budgets=left,
        missing=tuple(m for m in base.missing if of_budget(m) not in budgets),
        failed_attempts=tuple(f for f in base.failed_attempts if f.budget not in budgets),
        turns=tuple(turn for turn in base.turns if turn.budget not in budgets),
    )


def _since(workspace: Workspace, run: Run, previous: Revision) -> Run:
    """The run with what is new, and what was loosened, since the release before."""
    base = Base(previous.commit, whole=True) if previous.commit else None
    earlier = before(workspace, base)
    return replace(
        run,
        new_objectives=earlier.new(run.promises.objectives),
        loosened=earlier.loosened(workspace.spec.promises),
        notes=tuple(dict.fromkeys((*run.notes, *earlier.notes))),
    )
