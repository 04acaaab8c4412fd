"""One step of GitHub Actions: do the job between fences, then tell what came of it."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from gate.app.check import Checked
from gate.app.ci.publish import Place, Published, publish, publish_failure
from gate.app.ci.settings import Command, Settings, settings_of
from gate.app.ci.step import (
    failure_commands,
    failure_fact,
    failure_outputs,
    lost_files,
    outputs_of,
    report_folder,
    unfinished,
    write_summary,
)
from gate.app.keep import OUTCOME, RUN, write_records, write_reports
from gate.ci.event import Event, event_of
from gate.ci.run_url import run_url
from gate.ci.step import Step, fence
from gate.cli.streams import complain, err, hide, redacted, tell
from gate.core.exits import Exit
from gate.errors import GateError, UsageError
from gate.github.access import TOKENS, access_of, take_token
from gate.github.client import Client
from gate.github.errors import GitHubError
from gate.record import write_atomic
from gate.reports.github import REPORT as ANNOTATIONS
from gate.reports.markdown import Markdown
from gate.stores.artifacts import FILE as ENTRY
from gate.stores.artifacts import OUTBOX, written

_PAGE = "report.html"


@dataclass(frozen=True, slots=True)
class _Job:
    """What is known before anything is done."""

    environ: Mapping[str, str]
    step: Step
    settings: Settings
    event: Event
    folder: Path


def run_step(arguments: tuple[str, ...]) -> int:
    """Do what the environment asks for and tell GitHub; the exit code of the gate."""
    environ = dict(os.environ)
    _hide_tokens(environ)
    take_token(os.environ)
    step = Step(environ)
    with lost_files() as lost:
        step.outputs(unfinished())
    _say(lost)
    settings = Settings()
    try:
        settings = settings_of(environ, arguments)
        folder = report_folder(settings.report_dir, environ)
        job = _Job(environ, step, settings, event_of(environ), folder)
        done = _fenced(job)
        return _measured(done, job) if isinstance(done, Path) else _judged(done, job)
    except click.ClickException as error:
        hint = "the input `args` takes options of the command, one a line"
        return _failed(UsageError(error.format_message(), hint=hint), step, settings, environ)
    except GateError as error:
        return _failed(error, step, settings, environ)


def _fenced(job: _Job) -> Checked | Path:
    """The job itself; while it lasts the runner takes no commands from the log."""
    opening, closing = fence()
    tell(opening)
    try:
        match job.settings.command:
            case Command.MEASURE:
                return _measure(job)
            case Command.JUDGE:
                return _judge(job)
            case Command.CHECK:
                return _check(job)
    finally:
        tell(closing)


def _check(job: _Job) -> Checked:
    from gate.cli.commands.check import command
    from gate.cli.doing import do_check

    os.environ.setdefault(OUTBOX, str(job.folder / "artifacts"))
    return do_check(**_with_base(_parsed(command, job), job))


def _measure(job: _Job) -> Path:
    from gate.cli.commands.measure import command
    from gate.cli.doing import do_measure

    return do_measure(**_with_base(_parsed(command, job), job))


def _judge(job: _Job) -> Checked:
    from gate.cli.commands.judge import command
    from gate.cli.doing import do_judge

    os.environ.setdefault(OUTBOX, str(job.folder / "artifacts"))
    given = _parsed(command, job)
    given["runs"] = tuple(path for text in given["runs"] for path in _expanded(str(text)))
    given["out"] = given["out"] or job.folder / OUTCOME
    return do_judge(**given)


def _parsed(command: click.Command, job: _Job) -> dict[str, Any]:
    """The command's parameters; `--help` is no option here: it would end the step as a success."""
    arguments = list(job.settings.arguments)
    context = command.make_context("gate ci", arguments, help_option_names=[])
    return dict(context.params)


def _with_base(given: dict[str, Any], job: _Job) -> dict[str, Any]:
    if not job.settings.against_base:
        return given
    if not job.event.base:
        raise UsageError(
            f"`against: base`: the event {job.event.name or 'of this job'} has no base",
            hint="changes, merge queues and pushes have one; name a revision for the others",
        )
    return {**given, "against": job.event.base}


def _expanded(text: str) -> tuple[Path, ...]:
    """A path, or the paths of a pattern: no shell has seen it."""
    if not re.search(r"[*?\[]", text):
        return (Path(text),)
    found = sorted(glob.glob(text, recursive=True))  # noqa: PTH207  # as the user wrote it
    if not found:
        raise UsageError(f"no run is at {text}", hint="did an earlier job upload it?")
    return tuple(map(Path, found))


def _measured(path: Path, job: _Job) -> int:
    """A part of a check opens no gate: `judge` does, in a job that has all parts."""
    copy = job.folder / path.name
    write_atomic(copy, path.read_bytes())
    with lost_files() as lost:
        told = {"verdict": "measured", "exit-code": "0", "failed": "0"}
        step = {"run-json": str(copy), "run-name": path.stem, "report-dir": str(job.folder)}
        job.step.outputs({**told, **step})
    _say(lost)
    return Exit.OK


def _judged(done: Checked, job: _Job) -> int:
    outcome, folder, step = done.outcome, job.folder, job.step
    write_records(done, folder)
    write_reports(outcome, (("html", folder / _PAGE),))
    place = _place(job)
    told = publish(outcome, job.settings, place)
    tell(ANNOTATIONS.render(outcome))
    with lost_files() as lost:
        key = job.settings.key
        summary = Markdown(key=key, links=place.links).render(outcome)
        write_summary(step, summary, _PAGE)
        step.outputs({**outputs_of(outcome), **_paths(folder), **_published(told, folder, key)})
    _say((*told.notes, *lost))
    return outcome.exit


def _failed(error: GateError, step: Step, settings: Settings, environ: Mapping[str, str]) -> int:
    """Tell what is to be mended; an older comment must not go on to say that all is well."""
    complain(error.message, error.hint)
    message = redacted("\n".join(filter(None, (error.message, error.hint))))
    tell(failure_commands(error, message))
    fact = failure_fact(message)
    try:
        place = Place(_client(environ), event_of(environ), _links(environ))
        told = publish_failure(error.exit, fact, settings, place)
    except UsageError:  # the event itself cannot be read
        told = Published()
    with lost_files() as lost:
        write_summary(step, f"### Performance: nothing was judged\n\n{fact}", "the log")
        step.outputs({**failure_outputs(error.exit), "comment-url": told.comment})
    _say((*told.notes, *lost))
    return error.exit


def _paths(folder: Path) -> dict[str, str]:
    # The folder may be one of the tree: what a stranger committed there is not uploaded as ours.
    kept = sorted(filter(written, (folder / "artifacts").glob(f"*/*/{ENTRY}")))
    return {
        "report-dir": str(folder),
        "report-json": str(folder / OUTCOME),
        "report-html": str(folder / _PAGE),
        "run-json": str(folder / RUN),
        "baseline-file": str(kept[-1]) if kept else "",
        "baseline-name": kept[-1].parents[1].name if kept else "",
    }


def _published(told: Published, folder: Path, key: str) -> dict[str, str]:
    """Where the token may not comment, a second stage may: it reads this file.

    Jobs of one workflow run share the names of artifacts: those of another key have it in theirs.
    """
    return {
        "artifact-suffix": "" if key == Settings().key else f"-{_as_name(key)}",
        "comment-url": told.comment,
        "comment-file": str(folder / OUTCOME) if told.denied else "",
        "comment-key": _as_name(key),
    }


def _as_name(key: str) -> str:
    """A key as it stands in the name of an artifact."""
    return Markdown(key=key).key.replace("/", "-")


def _place(job: _Job) -> Place:
    return Place(_client(job.environ), job.event, _links(job.environ))


def _links(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    url = run_url(environ)
    return (("full report and log", f"{url}#artifacts"),) if url else ()


def _client(environ: Mapping[str, str]) -> Client | None:
    if not environ.get("GITHUB_REPOSITORY"):  # we are tried out elsewhere
        return None
    try:
        return Client(access_of(environ))
    except GitHubError as error:
        _say((error.message,))
        return None


def _hide_tokens(environ: Mapping[str, str]) -> None:
    tokens = {environ[name] for name in TOKENS if environ.get(name)}
    for token in tokens:
        hide(lambda text, token=token: text.replace(token, "***"))  # type: ignore[misc]  # bound now


def _say(notes: tuple[str, ...] | list[str]) -> None:
    for note in notes:
        err(f"{note}\n")
