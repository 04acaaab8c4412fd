"""What GitHub is told of an outcome. Whatever it refuses is a note: the verdict stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gate.app.ci.comment import About, eventful, write_comment, write_failure
from gate.app.ci.settings import Comments, Settings
from gate.ci.event import Event
from gate.core.verdict import Exit, Outcome
from gate.github.check_runs import CheckRun
from gate.github.check_runs import write as write_check_run
from gate.github.client import Client
from gate.github.errors import GitHubError
from gate.reports.annotations import annotated, conclusion
from gate.reports.markdown import REPORT
from gate.reports.view import view_of

TWO_STAGES = (
    "this token may not write to the pull request, as in the job of a fork or of Dependabot: the "
    "summary and the annotations say it all. For a comment there too see docs/forks.md; in a "
    "repository of your own it needs `permissions: {pull-requests: write}`"
)


@dataclass(slots=True)
class Published:
    """The comment's address, what could not be written, and whether the token may not comment."""

    comment: str = ""
    denied: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to publish: a client where there is a token, the event, and links for people."""

    client: Client | None
    event: Event
    links: tuple[tuple[str, str], ...] = ()


def publish(outcome: Outcome, settings: Settings, place: Place) -> Published:
    """Write the comment and the check run that were asked for."""
    told = Published()
    pull = place.event.pull
    if pull and settings.comment is not Comments.NEVER:
        fresh = settings.comment is Comments.ALWAYS or eventful(outcome)

        def comment(client: Client) -> None:
            about = _about(settings, place)
            told.comment = write_comment(client, outcome, about, fresh=fresh).url

        _try(told, place.client, "the comment", comment)
    if settings.check_run:

        def check(client: Client) -> None:
            write_check_run(client, _check_run(outcome, settings, place))

        _try(told, place.client, "the check run", check)
    return told


def publish_failure(code: Exit, fact: str, settings: Settings, place: Place) -> Published:
    """A comment that is there must not go on to say that the gate is open."""
    told = Published()
    if place.event.pull and settings.comment is not Comments.NEVER:

        def comment(client: Client) -> None:
            told.comment = write_failure(client, _about(settings, place), code, fact).url

        _try(told, place.client, "the comment", comment)
    return told


def _about(settings: Settings, place: Place) -> About:
    return About(place.event.pull, place.event.head, settings.key, place.links)


def _try(
    told: Published, client: Client | None, what: str, write: Callable[[Client], None]
) -> None:
    if client is None or not client.access.token:
        told.denied = told.denied or what == "the comment"
        told.notes.append(f"{what} was not written: there is no token (input `github-token`)")
        return
    try:
        write(client)
    except GitHubError as error:
        told.denied = told.denied or (what == "the comment" and error.denied)
        why = TWO_STAGES if error.denied else error.hint
        told.notes.append(f"{what} was not written: {error.message}" + (f"; {why}" if why else ""))


def _check_run(outcome: Outcome, settings: Settings, place: Place) -> CheckRun:
    view = view_of(outcome)
    return CheckRun(
        name=settings.key if settings.key == "perfgate" else f"perfgate: {settings.key}",
        sha=place.event.head or outcome.commit.sha,
        run_id=outcome.run_id,
        conclusion=conclusion(outcome.exit),
        title=view.headline.whole,
        summary=REPORT.render(outcome),
        annotations=annotated(outcome),
        details=next((url for _, url in place.links), ""),
    )
