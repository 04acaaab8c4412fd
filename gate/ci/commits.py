"""The commit that is measured, its branch, and where the change that it brings begins."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from gate.ci.detect import Ci
from gate.ci.git import NoRepository, Repository, ask, ask_maybe
from gate.core.run import Commit
from gate.errors import UsageError

ANCESTORS = 1000
MERGE_GROUP = "merge-group"
"""The rung of what a merge queue built a commit on."""
_REFS = 200
_LAPTOP = Ci()


@dataclass(frozen=True, slots=True)
class Base:
    """The commit that a change starts from.

    `whole` says that all of the change came after it; else only that it is an earlier state.
    """

    sha: str
    whole: bool


def commit_of(repo: Repository | NoRepository, ci: Ci = _LAPTOP) -> Commit:
    """The checked-out commit with its nearest ancestors, newest first; raises `UsageError`."""
    if isinstance(repo, NoRepository):
        return Commit()
    sha = ask_maybe(repo, "rev-parse", "--verify", "-q", "HEAD")
    if not sha:
        return Commit(dirty=True)
    count = f"--max-count={ANCESTORS + 1}"
    return Commit(
        sha=sha,
        branch=_branch(repo, sha, ci),
        dirty=bool(ask(repo, "status", "--porcelain", "--untracked-files=normal")),
        tree=ask(repo, "rev-parse", "HEAD^{tree}"),
        ancestors=tuple(ask(repo, "rev-list", count, "HEAD").split()[1:]),
    )


def trusted(branch: str, patterns: tuple[str, ...]) -> bool:
    """Whether runs of this branch become baselines; those of a proposed change never do."""
    if not branch or branch.startswith("refs/"):
        return False
    return any(fnmatchcase(branch, pattern) for pattern in patterns)


def merged(repo: Repository, commit: Commit, patterns: tuple[str, ...], ci: Ci = _LAPTOP) -> bool:
    """Whether a branch of these names has this very commit already, with nothing on top of it."""
    return not commit.dirty and _fork(repo, patterns, ci.target) == commit.sha


def resolve(repo: Repository, revision: str) -> str:
    """The full sha of a revision, "" where git does not know it."""
    if revision.startswith("-") or "\0" in revision or not revision:
        return ""
    try:
        return ask_maybe(repo, "rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
    except UsageError:  # words that are no revision at all
        return ""


def trunk(repo: Repository, usual: tuple[str, ...]) -> str:
    """The commit of the branch that remotes call theirs, else of one of the usual names; or ""."""
    found = ask(repo, "for-each-ref", "--format=%(objectname)", "refs/remotes/*/HEAD").split()
    refs = found or _refs(repo, usual)
    return resolve(repo, refs[0]) if refs else ""


def base_of(
    repo: Repository, commit: Commit, patterns: tuple[str, ...], ci: Ci = _LAPTOP
) -> Base | None:
    """Where the change begins, None at a first commit.

    Of a merge queue: what it built this on. CI's own merge: its first parent. Else the fork from
    the branch that CI names or from the nearest trusted one. On a trusted branch: HEAD where a
    laptop's tree has uncommitted changes, else the parent.
    """
    if not commit.sha:
        return None
    if commit.rung == MERGE_GROUP:
        return Base(commit.line[0], whole=True)
    parents = ask(repo, "rev-list", "--no-walk", "--parents", "HEAD").split()[1:]
    if len(parents) > 1 and _is_merge_of_ci(repo, commit, ci):
        return Base(parents[0], whole=True)
    fork = _fork(repo, patterns, ci.target)
    if fork and fork != commit.sha:
        return Base(fork, whole=True)
    if commit.dirty and not ci.here:
        return Base(commit.sha, whole=bool(fork))
    return Base(parents[0], whole=False) if parents else None


def _branch(repo: Repository, sha: str, ci: Ci) -> str:
    """What CI says, of this very commit; else git's word: a fork may call its branch main."""
    if not ci.told:
        ref = ask_maybe(repo, "symbolic-ref", "-q", "HEAD")
        return _printable(ref.removeprefix("refs/heads/"))
    return ci.branch if ci.sha in {"", sha} else ""


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _is_merge_of_ci(repo: Repository, commit: Commit, ci: Ci) -> bool:
    if ci.merged and ci.sha in {"", commit.sha}:
        return True
    found = ask(
        repo,
        "for-each-ref",
        "--points-at=HEAD",
        "--format=%(refname)",
        "refs/remotes/pull/*/merge",
        "refs/pull/*/merge",
        "refs/merge-requests/*/merge",
    )
    return bool(found)


def _fork(repo: Repository, patterns: tuple[str, ...], target: str) -> str:
    """The best common ancestor with the branches, HEAD's own commit where one contains it."""
    told = _refs(repo, (target,)) if target else []
    refs = told or _refs(repo, patterns)
    if not refs:
        return ""
    return ask_maybe(repo, "merge-base", "HEAD", *refs)


def _refs(repo: Repository, patterns: tuple[str, ...]) -> list[str]:
    """The remotes' branches of these names; a laptop's own only where no remote has one."""
    newest = "--sort=-committerdate"
    listed = ask(repo, "for-each-ref", newest, "--format=%(refname)", "refs/remotes", "refs/heads")
    remote: list[str] = []
    local: list[str] = []
    for ref in listed.splitlines():
        kind, _, rest = ref.removeprefix("refs/").partition("/")
        name = rest.partition("/")[2] if kind == "remotes" else rest
        if any(fnmatchcase(name, pattern) for pattern in patterns) and name != "HEAD":
            (remote if kind == "remotes" else local).append(ref)
    return (remote or local)[:_REFS]
