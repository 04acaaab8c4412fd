"""Who wrote a commit, who last changed the lines of a file, and what a tag names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from gate.ci.git import Repository, ask, ask_maybe
from gate.errors import UsageError


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of a line: who made it (`Ada <ada@example.org>`), and on which day (UTC).

    The day is "" where the commit tells none that there is.
    """

    author: str
    day: str


def tag_commit(repo: Repository, name: str) -> str:
    """The commit of a tag of this name, "" where there is none."""
    if not name or name.startswith("-") or "\0" in name:
        return ""
    try:
        return ask_maybe(repo, "rev-parse", "--verify", "-q", f"refs/tags/{name}^{{commit}}")
    except UsageError:  # no name of a tag at all
        return ""


def tree_of_commit(repo: Repository, sha: str) -> str:
    """The tree of a commit."""
    return ask(repo, "rev-parse", f"{sha}^{{tree}}")


def author_of(repo: Repository, sha: str) -> str:
    """The author of a commit as `Ada <ada@example.org>`."""
    return _person(*ask(repo, "log", "-1", "--format=%an%x00%ae", sha, "--").split("\0"))


def blobs_at(repo: Repository, sha: str, paths: tuple[str, ...]) -> dict[str, str]:
    """The ids that git gives files at a commit, by path; what is not there is left out."""
    if not paths:
        return {}
    listed = ask(repo, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", sha, "--", *paths)
    found = {}
    for line in listed.split("\0"):
        facts, _, path = line.partition("\t")
        if path:
            found[path] = facts.split()[2]
    return found


def changes_of(repo: Repository, sha: str, path: str) -> tuple[Change | None, ...]:
    """The last change of each line of a file at a commit, None where a cut history hides it.

    Empty where the file is not in that commit.
    """
    try:
        told = ask(repo, "blame", "--line-porcelain", sha, "--", path)
    except UsageError:
        return ()
    found: list[Change | None] = []
    facts: dict[str, str] = {}
    for line in told.split("\n"):
        if line.startswith("\t"):
            found.append(_change(facts, cut=repo.shallow))
            facts = {}
        else:
            name, _, rest = line.partition(" ")
            facts[name] = rest
    return tuple(found)


def _change(facts: dict[str, str], *, cut: bool) -> Change | None:
    if cut and "boundary" in facts:
        return None
    mail = facts.get("author-mail", "").strip("<>")
    return Change(_person(facts.get("author", ""), mail), _day(facts["author-time"]))


def _day(seconds: str) -> str:
    """A day in UTC; who writes a commit writes any number there, and not all are days."""
    try:
        return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}"
    except (ValueError, OverflowError, OSError):
        return ""


def _person(name: str, mail: str) -> str:
    text = f"{name} <{mail}>" if mail else name
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
