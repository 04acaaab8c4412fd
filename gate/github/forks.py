"""A run that a stranger's change had, and its pull request: told by GitHub, never by the run.

A run of a fork may name its branch, its artifacts and its jobs as it likes, and may fill the
artifacts with anything. Who it was, at which commit, and which pull request that is: GitHub says.
Source: docs.github.com, REST API, "Pull requests", "Artifacts"; webhook payload `workflow_run`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.github.answers import Tree, number, text
from gate.github.client import Client
from gate.github.errors import GitHubError

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]{1,100}", re.ASCII)
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Ran:
    """A finished run: its id, what started it, and the commit, branch and repository it was of."""

    id: int
    event: str
    sha: str
    branch: str
    source: str
    """The repository of the branch, `OWNER/NAME`: a fork, or the repository itself."""


def ran_of(payload: Tree, repository: str) -> Ran:
    """The run that a `workflow_run` event of this repository tells; raises `GitHubError`."""
    here = text(payload, "repository", "full_name")
    of = text(payload, "workflow_run", "repository", "full_name")
    ran = Ran(
        id=number(payload, "workflow_run", "id"),
        event=text(payload, "workflow_run", "event"),
        sha=text(payload, "workflow_run", "head_sha"),
        branch=text(payload, "workflow_run", "head_branch"),
        source=text(payload, "workflow_run", "head_repository", "full_name"),
    )
    ours = {here.lower(), of.lower()} == {repository.lower()}
    if not (ours and ran.id > 0 and _SHA.fullmatch(ran.sha)):
        raise GitHubError(
            f"the event tells of no finished run of {repository}",
            hint="comment/action.yml is a step of a workflow with `on: workflow_run`",
        )
    return ran


def artifact_of(client: Client, ran: Ran, name: str, *, most: int) -> bytes:
    """The archive that this very run left under a name, b"" where it left none.

    Raises `GitHubError` also where it is larger than `most` bytes, before it is asked for.
    """
    path = f"{client.access.path}/actions/runs/{ran.id}/artifacts"
    found = [
        each
        for each in client.pages(path, "artifacts", most=_PAGES, name=name)
        if text(each, "name") == name
        and number(each, "workflow_run", "id") == ran.id
        and text(each, "workflow_run", "head_sha") == ran.sha
        and isinstance(each, dict)
        and each.get("expired") is False
    ]
    if not found:
        return b""
    # A run that was repeated leaves one for each attempt: the newest is what counts.
    newest = max(found, key=lambda each: number(each, "id"))
    size = number(newest, "size_in_bytes")
    if size > most:
        raise GitHubError(f"the artifact {name} has {size} bytes: at most {most} are read")
    place = f"{client.access.path}/actions/artifacts/{number(newest, 'id')}/zip"
    return client.download(place, limit=most)


def pull_of(client: Client, ran: Ran) -> int:
    """The number of the open pull request whose last commit the run was of; 0 where none is.

    0 also where several are (one branch, offered to two): which one the run measured against is
    not known. Raises `GitHubError`.
    """
    if not _REPOSITORY.fullmatch(ran.source) or not ran.branch:
        return 0
    owner = ran.source.partition("/")[0]
    path = f"{client.access.path}/pulls"
    found = {
        number(each, "number")
        for each in client.pages(path, most=_PAGES, state="open", head=f"{owner}:{ran.branch}")
        if text(each, "state") == "open"
        and text(each, "head", "sha") == ran.sha
        and text(each, "head", "ref") == ran.branch
        and text(each, "head", "repo", "full_name") == ran.source
        and text(each, "base", "repo", "full_name").lower() == client.access.repository.lower()
    } - {0}
    return found.pop() if len(found) == 1 else 0
