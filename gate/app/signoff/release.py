"""The release and the one before it, as the checkout knows them."""

from __future__ import annotations

from gate.app.workspace import Workspace
from gate.ci.blame import tag_commit, tree_of_commit
from gate.ci.commits import commit_of, resolve
from gate.ci.git import Repository, ask
from gate.core.signoff import Revision
from gate.errors import UsageError

_SHOWN = 5


def release_of(repo: Repository, name: str) -> Revision:
    """The checked-out release; raises `UsageError` unless its tag names the clean HEAD."""
    sha = tag_commit(repo, name)
    if not sha:
        raise UsageError(
            f"--release {name}: there is no such tag here",
            hint="`git tag` lists those that are; a CI job may have to fetch them: "
            "`git fetch --tags`, `fetch-depth: 0` in actions/checkout",
        )
    head = commit_of(repo)
    if head.sha != sha:
        raise UsageError(
            f"--release {name}: the tag names commit {sha[:12]}, but {head.sha[:12] or 'nothing'} "
            "is checked out",
            hint=f"a release is signed off on its own tree: `git checkout {name}`",
        )
    if told := _changes(repo, "normal"):
        raise _unclean(told)
    return Revision(name, sha, head.tree)


def _changes(repo: Repository, untracked: str) -> list[str]:
    """The files that differ from the commit."""
    told = ask(repo, "status", "--porcelain", f"--untracked-files={untracked}").splitlines()
    return [line[3:] for line in told]


def _unclean(files: list[str]) -> UsageError:
    return UsageError(
        f"the tree is not that of its commit: {_listed(files)}",
        hint="commit or remove what was changed; what a build makes belongs into .gitignore",
    )


def _listed(files: list[str]) -> str:
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(files[:_SHOWN]) + more


def previous_of(repo: Repository, name: str, release: Revision) -> Revision:
    """The release that it is compared with; its commit is "" where only a store may know it."""
    sha = tag_commit(repo, name) or resolve(repo, name)
    if sha == release.commit:
        raise UsageError(
            f"--against {name}: that is the release itself",
            hint="name the release before it",
        )
    return Revision(name, sha, tree_of_commit(repo, sha) if sha else "")


def check_still(workspace: Workspace, release: Revision) -> tuple[str, ...]:
    """Refuse a tree that was changed while it was measured; raises `UsageError`.

    What tools left beside it is only noted.
    """
    if not isinstance(workspace.repo, Repository):
        return ()
    if commit_of(workspace.repo).sha != release.commit:
        raise UsageError("another commit was checked out while the release was measured")
    if told := _changes(workspace.repo, "no"):
        raise _unclean(told)
    left = _changes(workspace.repo, "normal")
    return (f"measuring left what git does not know: {_listed(left)}",) if left else ()
