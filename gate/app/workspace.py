"""Where a check happens: the tree, its commit, the CI around it, the budgets and the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from gate.app.signoff.strict import strict
from gate.app.trunk import base_branches
from gate.ci.commits import commit_of
from gate.ci.detect import Ci, detect
from gate.ci.git import NoRepository, Repository, repository
from gate.ci.ladder import placed
from gate.core.model import Promises
from gate.core.run import Commit
from gate.errors import UsageError
from gate.runners.registry import find, names
from gate.seams.store import Store
from gate.spec import Spec, find_budgets, load
from gate.stores import open_store
from gate.stores.once import ReadOnce


@dataclass(frozen=True, slots=True)
class Share:
    """One of several that share something; numbers count from 1."""

    number: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for on the command line; `signoff` asks for all of it, strictly."""

    start: Path
    environ: Mapping[str, str]
    budgets: tuple[Path, ...] = ()
    profile: str = ""
    only: tuple[str, ...] = ()
    baseline: str = ""
    against: str = ""
    store: str = ""
    budgets_from: str = ""
    allow_loosening: bool = False
    out: Path = Path(".gate")
    shard: Share = field(default_factory=Share)
    generator: Share = field(default_factory=Share)
    signoff: bool = False


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything that is known before anything is measured. `root` is the tree under test.

    Where the budgets of the base are judged by, `spec` holds those, `proposed` the tree's own, and
    the base's files lie below `shown_from`; `folders` are the tree's own always.
    """

    request: Request
    root: Path
    repo: Repository | NoRepository
    ci: Ci
    commit: Commit
    folders: tuple[Path, ...]
    spec: Spec
    store: Store
    proposed: Spec | None = None
    shown_from: Path | None = None
    notes: tuple[str, ...] = ()

    @property
    def own(self) -> Spec:
        """What the tree's own budgets say."""
        return self.spec if self.proposed is None else self.proposed

    @property
    def out(self) -> Path:
        """The scratch folder, below the root unless an absolute one was named."""
        return self.root / self.request.out


def open_workspace(request: Request) -> Workspace:
    """Find the repository and its budgets and read them; raises `GateError` with what to mend."""
    if request.against and request.baseline:
        raise UsageError(
            "--against and --baseline are two answers to one question",
            hint="--against REV measures that revision here, --baseline REF takes a stored run",
        )
    if request.against and request.generator.of > 1:
        raise UsageError(
            "--against and --generator cannot be used together",
            hint="several generators load one system; base and head would be two of them",
        )
    repo = repository(request.start)
    root = repo.root
    folders = request.budgets or (find_budgets(request.start, root),)
    spec = load_spec(request, root, folders, {}, measuring=False)
    ci = detect(request.environ)
    branches = base_branches(repo, ci, root, folders, spec.promises.policy.branches)
    return Workspace(
        request=request,
        root=root,
        repo=repo,
        ci=ci,
        commit=placed(repo, commit_of(repo, ci), branches, ci, request.environ),
        folders=folders,
        spec=spec,
        store=ReadOnce(open_store(request.store or spec.promises.policy.store, root)),
    )


def load_spec(
    request: Request,
    root: Path,
    folders: tuple[Path, ...],
    exports: Mapping[str, str],
    *,
    measuring: bool,
    shown_from: Path | None = None,
) -> Spec:
    """Read the budgets with the environment and what the services export."""
    spec = load(
        folders,
        root,
        runners=find,
        runner_names=names(),
        profile=request.profile,
        env={**request.environ, **exports},
        measuring=measuring,
        shown_from=shown_from,
    )
    spec = strict(spec) if request.signoff else spec
    return _repeated_exactly(spec) if request.generator.of > 1 else spec


def _repeated_exactly(spec: Spec) -> Spec:
    """Every budget with its minimum of repeats: generators of one load cannot ask for more."""
    exact = (
        replace(budget, repeat=replace(budget.repeat, maximum=budget.repeat.minimum))
        for budget in spec.budgets
    )
    return replace(spec, budgets=tuple(exact))


def check_store(workspace: Workspace) -> None:
    """Refuse, before anything runs, a store that only this machine sees in CI."""
    spec = workspace.spec
    named = workspace.request.baseline or workspace.request.against
    refuse_private(spec.promises, workspace.store, workspace.ci, named)


def refuse_private(promises: Promises, store: Store, ci: Ci, baseline: str) -> None:
    """Refuse what would make every tolerance or drift missing: a private store in CI.

    Raises `UsageError` (exit 2) with what to do.
    """
    if not ci.here or store.shared:
        return
    if any(objective.drift is not None for objective in promises.objectives):
        raise UsageError(
            f"the runs are in {store.where}, which only this machine sees, "
            "but a drift budget needs the stored runs of its window and this is CI",
            hint="name a store that others see in budgets/policy.yml (docs/stores.md)",
        )
    needed = any(objective.tolerance is not None for objective in promises.objectives)
    if needed and not baseline:
        raise UsageError(
            f"the baselines are in {store.where}, which only this machine sees, "
            "but a tolerance needs a baseline and this is CI",
            hint="name a store that others see in budgets/policy.yml: "
            '`baseline: {store: "git:perfgate-baselines"}` for a branch of this repository, '
            '"shared-folder:PATH" for a folder that CI keeps or mounts (docs/stores.md has more); '
            "or measure the base in this job: `gate check --against REV`",
        )


def check_depth(workspace: Workspace) -> None:
    """Refuse a shallow clone that hides every stored baseline from a tolerance.

    Raises `UsageError` (exit 2) naming the commit that must be visible.
    """
    repo = workspace.repo
    needed = any(o.tolerance is not None for o in workspace.spec.promises.objectives)
    if not needed or not isinstance(repo, Repository) or not repo.shallow:
        return
    if workspace.request.against:  # it was found, or is refused for itself
        return
    visible = {workspace.commit.sha, *workspace.commit.ancestors}
    heads = workspace.store.heads()
    if any(head.commit in visible for head in heads):
        return
    depth = len(visible)
    newest = f", such as {heads[0].commit[:12]}, the newest that is stored" if heads else ""
    raise UsageError(
        f"this is a shallow clone of depth {depth}: the commits that a baseline can come from "
        f"are cut off{newest}",
        hint="fetch the whole history: `fetch-depth: 0` in actions/checkout, GIT_DEPTH: 0 in "
        "GitLab, or `git fetch --unshallow`",
    )
