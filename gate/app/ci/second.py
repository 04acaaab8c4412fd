"""The second stage: the comment for a run that could not write it, from the numbers it left.

It runs with a token that may write, beside code that nobody has read. So it takes from the run one
file alone, a record, reads it strictly, and writes the comment itself: names, warnings and notes
are the record's, and are shown as plain text. It starts nothing, reads no budgets and no checkout,
and takes the pull request and its commit from GitHub.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.app.ci.comment import About, eventful, write_comment, write_unjudged
from gate.app.ci.settings import Comments, settings_of
from gate.core.judge.outcome import exit_code
from gate.core.verdict import Effect, Exit, Outcome, Row, Status
from gate.errors import GateError, RecordError, UsageError
from gate.github.access import access_of
from gate.github.client import Client
from gate.github.errors import GitHubError
from gate.github.forks import Ran, artifact_of, pull_of, ran_of
from gate.github.zipped import only_member
from gate.record import decode_outcome, read_bounded
from gate.record.canonical import load
from gate.reports.markdown import Markdown

FILE = "outcome.json"
PACKED = 4 * 1024 * 1024
"""Bytes of the archive. A record of a thousand promises is a tenth of that when packed."""
UNPACKED = 16 * 1024 * 1024
_EVENT = 25 * 1024 * 1024
_EVENTS = frozenset({"pull_request", "pull_request_review"})


@dataclass(frozen=True, slots=True)
class Told:
    """The comment's address, and in a sentence what was done or why nothing was."""

    url: str
    how: str


def from_event(environ: Mapping[str, str]) -> Told:
    """Write the comment that a job's environment asks for. Raises `GateError` as `second_stage`."""
    settings = settings_of(environ)
    if settings.comment is Comments.NEVER:
        return Told("", "no comment was asked for")
    access = access_of(environ)
    path = environ.get("GITHUB_EVENT_PATH", "")
    if environ.get("GITHUB_EVENT_NAME") != "workflow_run" or not path:
        raise UsageError(
            "this is no job of a `workflow_run` event",
            hint="docs/forks.md has the workflow that comment/action.yml is a step of",
        )
    ran = ran_of(load(read_bounded(Path(path), _EVENT), "the event"), access.repository)
    key = Markdown(key=settings.key).key
    artifact = f"perfgate-comment-{key.replace('/', '-')}"
    fresh = settings.comment is Comments.ALWAYS
    return second_stage(Client(access), ran, key, artifact, fresh=fresh)


def second_stage(client: Client, ran: Ran, key: str, artifact: str, *, fresh: bool) -> Told:
    """Write the comment for a finished run; `fresh` makes one also where there is nothing to see.

    Raises `GitHubError` and `RecordError` where the run left something that is no such record. A
    comment about an earlier commit then says that nothing was judged, as where it left nothing.
    """
    if ran.event not in _EVENTS:
        return Told("", f"the run was for {ran.event[:40]!r}, not for a pull request")
    try:
        outcome = _left(client, ran, artifact)
    except GateError:
        with contextlib.suppress(GitHubError):  # the reason for all of it is told
            _unjudged(client, ran, key)
        raise
    if outcome is None:
        return _unjudged(client, ran, key) or Told(
            "", f"the run left no {artifact}: it wrote its comment itself, or wanted none"
        )
    pull = pull_of(client, ran)
    if not pull:
        return Told("", f"{ran.sha[:7]} is not the last commit of exactly one open pull request")
    about = About(pull, ran.sha, key, _links(client, ran))
    written = write_comment(client, outcome, about, fresh=fresh or eventful(outcome))
    return Told(written.url, f"the comment was {written.how}")


def _left(client: Client, ran: Ran, artifact: str) -> Outcome | None:
    packed = artifact_of(client, ran, artifact, most=PACKED)
    if not packed:
        return None
    return trusted(decode_outcome(only_member(packed, FILE, most=UNPACKED), FILE), ran)


def _unjudged(client: Client, ran: Ran, key: str) -> Told | None:
    """An open gate of an earlier commit must not stand over this one; None where none does.

    A run that may comment has done so with its commit, whatever came of it.
    """
    pull = pull_of(client, ran)
    if not pull:
        return None
    ((_, url),) = _links(client, ran)
    fact = f"[The run]({url}) of {ran.sha[:7]} left nothing that can be read: its log says why."
    written = write_unjudged(client, About(pull, ran.sha, key), fact)
    if written.how != "changed":
        return None
    return Told(written.url, "the run left no result: the comment says that nothing was judged")


def trusted(outcome: Outcome, ran: Ran) -> Outcome:
    """The outcome with the commit that GitHub names; raises `RecordError` for a contradiction.

    A run can still make its numbers up, as it can change its budgets: such a comment is worth what
    the run is worth, and says so. What it cannot do is show an open gate over a broken promise.
    """
    for row in outcome.rows:
        if contradiction := _contradiction(row):
            raise RecordError(f"{FILE}: {row.objective.id[:100]!r}: {contradiction}")
    given = exit_code(outcome.rows)
    # A sign-off is also closed by attempts that could not be read, which no row shows.
    if outcome.exit is not given and (outcome.exit is not Exit.MISSING or given is Exit.FAILED):
        raise RecordError(f"{FILE}: exit {outcome.exit.value} is not what its verdicts give")
    return dataclasses.replace(
        outcome, commit=dataclasses.replace(outcome.commit, sha=ran.sha, branch=ran.branch[:250])
    )


def _contradiction(row: Row) -> str:
    broken = any(verdict.status is Status.FAIL for verdict in row.verdicts)
    blocks = any(verdict.effect is Effect.BLOCKS for verdict in row.verdicts)
    quiet = any(v.status is Status.FAIL and v.effect is Effect.NONE for v in row.verdicts)
    if broken != (row.status is Status.FAIL):
        return f"{row.status.value} is not what its bounds say"
    if quiet:
        return "a broken promise that does nothing"
    return "what closes the gate is not shown" if blocks != (row.effect is Effect.BLOCKS) else ""


def _links(client: Client, ran: Ran) -> tuple[tuple[str, str], ...]:
    access = client.access
    url = f"{access.server}/{access.repository}/actions/runs/{ran.id}"
    ours = ran.source == access.repository
    return (("full report and log" if ours else "a fork's run, with its own numbers", url),)
