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
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Left:
    """An artifact, and the commit and branch of the run that left it."""

    id: int
    sha: str
    branch: str
    size: int


class Artifacts:
    """The artifacts of one name; `branches` are patterns, () for the default branch alone."""

    def __init__(self, client: Client, name: str, branches: tuple[str, ...]) -> None:
        self._client = client
        self._name = name
        self._branches = branches
        self._runs: dict[int, bool] = {}

    def trusted(self, most: int) -> tuple[Left, ...]:
        """The newest ones whose origin can be trusted, newest first; raises `GitHubError`."""
        found: list[Left] = []
        for left in self._listed():
            if len(found) == most:
                break
            if self._of_the_branch(left):
                found.append(left[0])
        return tuple(found)

    def download(self, artifact: int, *, limit: int) -> bytes:
        """The archive; raises `GitHubError`, also where it is larger."""
        return self._client.download(f"{self._at(artifact)}/zip", limit=limit)

    def remove(self, artifact: int) -> None:
        """Delete it (permission `actions: write`)."""
        self._client.delete(self._at(artifact))

    def _at(self, artifact: int) -> str:
        return f"{self._client.access.path}/actions/artifacts/{artifact}"

    def _listed(self) -> Iterator[tuple[Left, int]]:
        """What its own description lets through, with its run: GitHub writes that, not the run."""
        repository = self._client.get(self._client.access.path)
        own = number(repository, "id")
        branches = self._branches or (text(repository, "default_branch"),)
        path = f"{self._client.access.path}/actions/artifacts"
        for each in self._client.pages(path, "artifacts", most=_PAGES, name=self._name):
            run, branch = (
                number(each, "workflow_run", "id"),
                text(each, "workflow_run", "head_branch"),
            )
            ours = own and {own} == {
                number(each, "workflow_run", "repository_id"),
                number(each, "workflow_run", "head_repository_id"),
            }
            known = any(fnmatchcase(branch, pattern) for pattern in branches if branch)
            if ours and known and text(each, "name") == self._name and not _expired(each):
                sha = text(each, "workflow_run", "head_sha")
                yield Left(number(each, "id"), sha, branch, number(each, "size_in_bytes")), run

    def _of_the_branch(self, listed: tuple[Left, int]) -> bool:
        left, run_id = listed
        if run_id not in self._runs:
            self._runs[run_id] = self._is_good(left, run_id) and self._holds(left)
        return self._runs[run_id]

    def _is_good(self, left: Left, run_id: int) -> bool:
        run = self._client.get(f"{self._client.access.path}/actions/runs/{run_id}")
        repository = self._client.access.repository.lower()
        return (
            {text(run, "repository", "full_name").lower(), _source(run).lower()} == {repository}
            and text(run, "event") in _EVENTS
            and text(run, "conclusion") in _CONCLUSIONS
            and (text(run, "head_sha"), text(run, "head_branch")) == (left.sha, left.branch)
        )

    def _holds(self, left: Left) -> bool:
        """Whether the branch holds the commit: a push of a tag called `main` says `main` too."""
        branch = quote(left.branch, safe="")
        path = f"{self._client.access.path}/compare/{branch}...{quote(left.sha, safe='')}"
        try:
            return text(self._client.get(path, per_page=1), "status") in _HOLDS
        except GitHubError as error:
            if error.status == 404:
                return False
            raise


def _source(run: Tree) -> str:
    return text(run, "head_repository", "full_name")


def _expired(artifact: Tree) -> bool:
    return not isinstance(artifact, Mapping) or artifact.get("expired") is not False
