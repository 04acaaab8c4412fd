"""A check run with annotations: an entry of its own beside the job, where that is asked for.

Only Apps may write them; the Actions' own token is one (permission `checks: write`).
Source: docs.github.com, REST API, "Check runs": 50 annotations a request, more by PATCH.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.github.answers import Tree, number, text
from gate.github.client import Client
from gate.github.errors import GitHubError

AT_ONCE = 50
_PAGES = 3


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message at a line of a file; `level` is `failure`, `warning` or `notice`."""

    path: str
    line: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckRun:
    """What a check run shows; `conclusion` is GitHub's word, `run_id` is ours."""

    name: str
    sha: str
    run_id: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    details: str = ""


def write(client: Client, check: CheckRun) -> str:
    """Make the check run and add what did not fit at once; its address. Raises `GitHubError`."""
    first, rest = check.annotations[:AT_ONCE], check.annotations[AT_ONCE:]
    made = _make(client, check, {**_facts(check), "output": _output(check, first)})
    place = f"{client.access.path}/check-runs/{number(made, 'id')}"
    for start in range(0, len(rest), AT_ONCE):
        # GitHub adds these to those that it has: a repeat after a lost answer shows some twice.
        client.patch(place, {"output": _output(check, rest[start : start + AT_ONCE])})
    return text(made, "html_url")


def _make(client: Client, check: CheckRun, body: Mapping[str, Tree]) -> Tree:
    """Sent once more only where the first was lost and is not there."""
    path = f"{client.access.path}/check-runs"
    try:
        return client.post(path, body)
    except GitHubError as error:
        if not error.lost:
            raise
    return _made(client, check) or client.post(path, body)


def _made(client: Client, check: CheckRun) -> Tree:
    path = f"{client.access.path}/commits/{check.sha}/check-runs"
    found = client.pages(path, "check_runs", most=_PAGES, check_name=check.name)
    return next((each for each in found if text(each, "external_id") == check.run_id), None)


def _facts(check: CheckRun) -> dict[str, Tree]:
    facts: dict[str, Tree] = {
        "name": check.name,
        "head_sha": check.sha,
        "external_id": check.run_id,
        "status": "completed",
        "conclusion": check.conclusion,
    }
    return {**facts, "details_url": check.details} if check.details else facts


def _output(check: CheckRun, annotations: tuple[Annotation, ...]) -> dict[str, Tree]:
    return {
        "title": check.title[:250],
        "summary": check.summary[:65_000],
        "annotations": [
            {
                "path": each.path,
                "start_line": each.line,
                "end_line": each.line,
                "annotation_level": each.level,
                "title": each.title[:250],
                "message": each.message[:4000],
            }
            for each in annotations
        ],
    }
