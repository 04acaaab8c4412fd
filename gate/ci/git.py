"""Facts from git by plumbing commands only; the user's tree and index are never touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gate.core.run import Commit
from gate.process import Finished, run

ANCESTORS = 1000
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree. `shallow` says that its history is cut."""

    root: Path
    shallow: bool


@dataclass(frozen=True, slots=True)
class NoRepository:
    """A folder that is in no git work tree; baselines by commit do not exist there."""

    root: Path


def repository(start: Path) -> Repository | NoRepository:
    """The work tree that holds `start`."""
    top = _git(start, "rev-parse", "--show-toplevel")
    if top is None:
        return NoRepository(start)
    shallow = _git(start, "rev-parse", "--is-shallow-repository") == "true"
    return Repository(Path(top), shallow)


def commit_of(repo: Repository | NoRepository, branch: str = "") -> Commit:
    """The checked-out commit with its ancestors, nearest first; `branch` overrides git's own."""
    if isinstance(repo, NoRepository):
        return Commit()
    root = repo.root
    sha = _git(root, "rev-parse", "--verify", "-q", "HEAD") or ""
    if not sha:
        return Commit(dirty=True)
    ancestors = (_git(root, "rev-list", f"--max-count={ANCESTORS + 1}", "HEAD") or "").split()[1:]
    return Commit(
        sha=sha,
        branch=branch or _git(root, "symbolic-ref", "--short", "-q", "HEAD") or "",
        dirty=bool(_git(root, "status", "--porcelain", "--untracked-files=normal")),
        tree=_git(root, "rev-parse", "HEAD^{tree}") or "",
        ancestors=tuple(ancestors),
    )


def resolve(repo: Repository, revision: str) -> str | None:
    """The full sha of a revision, None where git does not know it."""
    if revision.startswith("-"):
        return None
    return _git(repo.root, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}")


def base_of(repo: Repository, commit: Commit, branches: tuple[str, ...]) -> str | None:
    """The commit that this change starts from: the fork from a trusted branch, else the parent.

    On the trusted branch itself: HEAD where the tree has uncommitted changes, else its parent.
    """
    for name in branches:
        for ref in (f"refs/remotes/origin/{name}", f"refs/heads/{name}"):
            fork = _git(repo.root, "merge-base", "HEAD", ref)
            if fork and fork != commit.sha:
                return fork
    if commit.dirty:
        return commit.sha or None
    return commit.ancestors[0] if commit.ancestors else None


def files_at(repo: Repository, sha: str, folder: str) -> dict[str, bytes]:
    """The files directly in a folder at a commit, by name; empty where it was not there."""
    listed = _git(repo.root, "ls-tree", "-z", "--name-only", sha, f"{folder}/") or ""
    names = [name for name in listed.split("\0") if name]
    found = {}
    for name in names[:500]:
        content = _run(repo.root, "cat-file", "blob", f"{sha}:{name}")
        if content is not None and content.code == 0:
            found[name.rpartition("/")[2]] = content.stdout
    return found


def changed_files(repo: Repository, base: str) -> tuple[str, ...]:
    """Files that differ from the base commit, uncommitted and untracked ones included."""
    changed = _git(repo.root, "diff", "--name-only", "-z", base) or ""
    new = _git(repo.root, "ls-files", "--others", "--exclude-standard", "-z") or ""
    return tuple(sorted({name for name in (changed + "\0" + new).split("\0") if name}))


def _git(root: Path, *args: str) -> str | None:
    done = _run(root, *args)
    if done is None or done.code != 0:
        return None
    return done.stdout.decode("utf-8", "surrogateescape").strip("\n")


def _run(root: Path, *args: str) -> Finished | None:
    # Hooks, prompts and the user's paging or external diffs have no business here.
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    argv = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", *args)
    done = run(argv, timeout=_TIMEOUT, cwd=root, env=env)
    return done if isinstance(done, Finished) and not done.timed_out else None
