"""Artifacts that runs of trusted branches left, filtered against those of forks.

A fork's run leaves its artifacts in the repository that it was forked from, under any name, and may
call its branch `main`. So what counts is: a finished run of this repository's own code, started by
a push or a schedule, of a branch that is named here and still holds the commit; a tag of the
branch's name does not. Source: docs.github.com, REST API, "Artifacts", "Workflow runs", "Commits".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote

from gate.github.answers import Tree, number, text
from gate.github.client import Client
from gate.github.errors import GitHubError

_EVENTS = frozenset({"push", "schedule"})
# A run that closed the gate is history too; one that was cancelled may not have ended its step.
_CONCLUSIONS = frozenset({"success", "failure"})
_HOLDS = frozenset({"behind", "identical"})
_REPOSITORIES = ("repository", "head_repository")
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Left:
    """An artifact, and the run that left it, with its commit and branch."""

    id: int
    run: int
    sha: str
    branch: str
    size: int


class Artifacts:
    """The artifacts of one name; `branches` are patterns, () for the default branch alone.

    What a list tells in one request is not asked for one by one: a job's token has a thousand
    requests an hour, for all jobs of a repository together.
    """

    def __init__(self, client: Client, name: str, branches: tuple[str, ...]) -> None:
        self._client = client
        self._name = name
        self._branches = branches
        self._recent: dict[str, dict[int, Tree]] = {}
        self._tips: dict[str, str] = {}
        self._held: dict[str, set[str]] = {}

    def trusted(self, most: int) -> tuple[Left, ...]:
        """The newest ones whose origin can be trusted, newest first; raises `GitHubError`."""
        found: list[Left] = []
        for left in self._listed():
            if len(found) == most:
                break
            if self._is_good(left) and self._holds(left):
                found.append(left)
        return tuple(found)

    def download(self, artifact: int, *, limit: int) -> bytes:
        """The archive; raises `GitHubError`, also where it is larger."""
        return self._client.download(self._at(f"actions/artifacts/{artifact}/zip"), limit=limit)

    def remove(self, artifact: int) -> None:
        """Delete it (permission `actions: write`)."""
        self._client.delete(self._at(f"actions/artifacts/{artifact}"))

    def _at(self, path: str) -> str:
        return f"{self._client.access.path}/{path}"

    def _listed(self) -> Iterator[Left]:
        """What its own description lets through: GitHub writes that, not the run."""
        repository = self._client.get(self._client.access.path)
        own = number(repository, "id")
        branches = self._branches or (text(repository, "default_branch"),)
        path = self._at("actions/artifacts")
        for each in self._client.pages(path, "artifacts", most=_PAGES, name=self._name):
            ids = ("repository_id", "head_repository_id")
            ours = own and {own} == {number(each, "workflow_run", name) for name in ids}
            left = _left(each)
            known = any(fnmatchcase(left.branch, pattern) for pattern in branches if left.branch)
            if ours and known and text(each, "name") == self._name and not _expired(each):
                yield left

    def _is_good(self, left: Left) -> bool:
        run = self._run(left)
        repository = self._client.access.repository.lower()
        sources = {text(run, name, "full_name").lower() for name in _REPOSITORIES}
        return (
            sources == {repository}
            and text(run, "event") in _EVENTS
            and text(run, "conclusion") in _CONCLUSIONS
            and (text(run, "head_sha"), text(run, "head_branch")) == (left.sha, left.branch)
        )

    def _run(self, left: Left) -> Tree:
        if left.branch not in self._recent:
            path = self._at("actions/runs")
            runs = self._client.pages(path, "workflow_runs", most=1, branch=left.branch)
            self._recent[left.branch] = {number(run, "id"): run for run in runs}
        known = self._recent[left.branch]
        if left.run not in known:
            known[left.run] = self._client.get(self._at(f"actions/runs/{left.run}"))
        return known[left.run]

    def _holds(self, left: Left) -> bool:
        """Whether the branch holds the commit: a push of a tag called `main` says `main` too."""
        tip = self._tip(left.branch)
        if not tip:
            return False
        if tip not in self._held:
            commits = self._client.pages(self._at("commits"), most=1, sha=tip)
            self._held[tip] = {text(commit, "sha") for commit in commits}
        if left.sha not in self._held[tip]:
            path = self._at(f"compare/{tip}...{quote(left.sha, safe='')}")
            if self._maybe(path, "status") in _HOLDS:
                self._held[tip].add(left.sha)
        return left.sha in self._held[tip]

    def _tip(self, branch: str) -> str:
        """The commit that the branch, and not a tag of its name, is at; "" where there is none."""
        if branch not in self._tips:
            path = self._at(f"git/ref/heads/{quote(branch)}")
            self._tips[branch] = self._maybe(path, "object", "sha")
        return self._tips[branch]

    def _maybe(self, path: str, *names: str) -> str:
        try:
            return text(self._client.get(path), *names)
        except GitHubError as error:
            if error.status == 404:
                return ""
            raise


def _left(artifact: Tree) -> Left:
    return Left(
        id=number(artifact, "id"),
        run=number(artifact, "workflow_run", "id"),
        sha=text(artifact, "workflow_run", "head_sha"),
        branch=text(artifact, "workflow_run", "head_branch"),
        size=number(artifact, "size_in_bytes"),
    )


def _expired(artifact: Tree) -> bool:
    return not isinstance(artifact, Mapping) or artifact.get("expired") is not False
