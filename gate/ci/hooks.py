"""Git's own hooks: where they lie, and what a pre-push hook is told.

Facts: githooks(5) of git 2.39 (`core.hooksPath`; the lines of pre-push on stdin), and the variables
of pre-commit 4.7.0 (`PRE_COMMIT_FROM_REF` and `…_TO_REF`, pre_commit/commands/run.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.ci.commits import resolve
from gate.ci.git import Repository, ask, ask_maybe
from gate.errors import UsageError

_LINE = re.compile(r"(\S+) ([0-9a-f]{40,64}) (\S+) ([0-9a-f]{40,64})")
_MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Push:
    """A branch that is pushed: its new commit, and the one that the other side has ("": none)."""

    new: str
    old: str = ""


def hooks_folder(repo: Repository) -> Path:
    """Where this repository's hooks lie: `core.hooksPath` where it is set, else git's own folder.

    Raises `UsageError` where it is set for more than this repository.
    """
    here = ask_maybe(repo, "config", "--local", "--type=path", "--get", "core.hooksPath")
    if here:
        return repo.root / here
    for scope in ("global", "system"):
        if ask_maybe(repo, "config", f"--{scope}", "--get", "core.hooksPath"):
            raise UsageError(
                f"core.hooksPath is set in git's {scope} settings, so a hook there would run in "
                "every repository",
                hint="give this one a folder of its own: "
                "git config --local core.hooksPath .git/hooks",
            )
    # `rev-parse --git-path hooks` would obey the core.hooksPath under which we run git.
    common = ask(repo, "rev-parse", "--git-common-dir")
    return repo.root / common / "hooks"


def pushes(environ: Mapping[str, str], said: str) -> tuple[Push, ...] | None:
    """The branches that are pushed: by pre-commit's variables, else by what git wrote to the hook.

    () where nothing is pushed, branches are only deleted, or only tags are pushed. None where
    pre-commit runs the hook by hand, outside of any push.
    """
    target = environ.get("PRE_COMMIT_TO_REF", "")
    if target:
        return (Push(target, _commit(environ.get("PRE_COMMIT_FROM_REF", ""))),)
    if environ.get("PRE_COMMIT"):
        return None
    lines = (_LINE.fullmatch(line) for line in said.splitlines()[:_MOST_LINES])
    return tuple(
        Push(line[2], _commit(line[4]))
        for line in lines
        if line and line[3].startswith("refs/heads/") and _commit(line[2])
    )


def base_of_push(repo: Repository, all_pushes: tuple[Push, ...]) -> str:
    """The commit that the other side has of the branch that is checked out, "" where it has none.

    Raises `UsageError` where something is pushed and none of it is checked out: what would be
    measured is not what is pushed.
    """
    head = resolve(repo, "HEAD")
    ours = [push for push in all_pushes if resolve(repo, push.new) == head]
    if not ours:
        raise UsageError(
            "what is pushed is not what is checked out, so it cannot be measured here",
            hint="check it out and push again; `git push --no-verify` pushes it unmeasured",
        )
    base = resolve(repo, ours[0].old)
    return "" if base == head else base


def _commit(sha: str) -> str:
    """The commit, "" for the zeros that stand for none."""
    return sha if sha.strip("0") else ""
