"""Who moved it: the commits between two runs, as git tells them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.ci.git import NoRepository, Repository, ask
from gate.errors import UsageError

MOST = 5
"""So many commits of a range are told, newest first; all are counted."""

_SHA = re.compile(r"[0-9a-f]{7,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """One commit: names and words are a stranger's text."""

    sha: str
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class Commits:
    """The commits after `first` up to `last`: how many, all authors, and the newest of them."""

    first: str
    last: str
    count: int
    authors: tuple[str, ...]
    told: tuple[Told, ...]


def commits_between(repo: Repository | NoRepository, first: str, last: str) -> Commits | None:
    """What came after one commit up to another; None where this checkout does not know both."""
    if not isinstance(repo, Repository) or not (_SHA.fullmatch(first) and _SHA.fullmatch(last)):
        return None
    try:
        count = int(ask(repo, "rev-list", "--count", f"{first}..{last}"))
        words = ("--no-show-signature", "--no-mailmap", "--format=%H%x00%an%x00%s")
        told = ask(repo, "log", f"--max-count={MOST}", *words, f"{first}..{last}")
        names = ask(repo, "log", "--max-count=1000", "--format=%an", f"{first}..{last}")
    except (UsageError, ValueError):  # cut away, rewritten, or never here
        return None
    rows = [line.split("\0") for line in told.split("\n") if line.count("\0") == 2]
    authors = tuple(dict.fromkeys(_text(name) for name in names.split("\n") if name))
    commits = tuple(Told(sha, _text(author), _text(subject)) for sha, author, subject in rows)
    return Commits(first, last, count, authors, commits)


def _text(name: str) -> str:
    """As text that can be written; git passes on whatever bytes somebody committed."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")[:200]
