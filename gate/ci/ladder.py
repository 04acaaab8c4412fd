"""Which commits a baseline is looked for at: the ladder's rung and a line of first parents.

The order is the one that CI systems agree on: what a merge queue builds on, the first parent of
CI's own merge, the fork from the branch that a change goes into, the release before a tag, the
commit before this one on its branch. (GitLab's metrics reports, GitHub's merge_group event.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gate.ci.commits import ANCESTORS, MERGE_GROUP, Base, base_of, resolve
from gate.ci.detect import Ci
from gate.ci.event import event_of
from gate.ci.git import NoRepository, Repository, ask
from gate.core.run import Commit

LINE = 200
"""So many first parents are looked at."""

MERGE_PARENT = "merge-parent"
MERGE_BASE = "merge-base"
TAG = "tag"
PREVIOUS = "previous"


def placed(
    repo: Repository | NoRepository,
    commit: Commit,
    patterns: tuple[str, ...],
    ci: Ci,
    environ: Mapping[str, str],
) -> Commit:
    """The commit with the line on which its baseline is looked for, and why it begins there.

    Raises `UsageError` where GitHub's event of a merge queue is there and cannot be read.
    """
    if isinstance(repo, NoRepository) or not commit.sha:
        return commit
    rung, sha = _start(repo, commit, patterns, ci, environ)
    if not sha:
        return commit
    line = ask(repo, "rev-list", "--first-parent", f"--max-count={LINE}", sha)
    return replace(commit, line=tuple(line.split()), rung=rung)


def queue_base(repo: Repository, commit: Commit, ci: Ci, environ: Mapping[str, str]) -> Base | None:
    """What a merge queue built this commit on; None where the event says nothing of our past."""
    if ci.name != "github" or environ.get("GITHUB_EVENT_NAME") != "merge_group":
        return None
    event = event_of(environ)
    told = event.base if event.head in {"", commit.sha} else ""
    sha = resolve(repo, told)
    if not sha or sha == commit.sha or sha not in commit.ancestors:
        return None
    return Base(sha, whole=True)


def _start(
    repo: Repository,
    commit: Commit,
    patterns: tuple[str, ...],
    ci: Ci,
    environ: Mapping[str, str],
) -> tuple[str, str]:
    queued = queue_base(repo, commit, ci, environ)
    if queued is not None:
        return MERGE_GROUP, queued.sha
    tag = _tag_before(repo, commit, ci)
    if tag:
        return TAG, tag
    base = base_of(repo, commit, patterns, ci)
    if base is None:
        return "", ""
    if not base.whole or base.sha == commit.sha:
        return PREVIOUS, base.sha
    merge = (
        len(ask(repo, "rev-list", "--no-walk", "--parents", "HEAD").split()) > 2
    )  # itself and two parents
    parent = resolve(repo, "HEAD^1") if merge else ""
    return (MERGE_PARENT if base.sha == parent else MERGE_BASE), base.sha


def _tag_before(repo: Repository, commit: Commit, ci: Ci) -> str:
    """The commit of the tag before, where CI builds a tag and no branch; "" otherwise."""
    if not ci.told or ci.branch or ci.sha not in {"", commit.sha}:
        return ""
    named = "%(objectname) %(*objectname)"
    tagged = set(ask(repo, "for-each-ref", f"--format={named}", "refs/tags").split())
    line = ask(repo, "rev-list", "--first-parent", f"--max-count={ANCESTORS}", "HEAD").split()
    if commit.sha not in tagged:
        return ""
    return next((sha for sha in line[1:] if sha in tagged), "")
