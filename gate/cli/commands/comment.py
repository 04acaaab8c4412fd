"""`gate comment`: the second stage for changes from forks, the step of comment/action.yml."""

from __future__ import annotations

import os

import click

from gate.cli.streams import err, hide


@click.command("comment")
def command() -> int:
    """Comment on the pull request of a run that could not (GitHub Actions, `on: workflow_run`).

    Takes its inputs from PERFGATE_COMMENT_KEY, PERFGATE_COMMENT and PERFGATE_GITHUB_TOKEN, and the
    run from the event, as docs/forks.md says. What that run left is read as a stranger's. The exit
    code says whether this could be done, not how the gate stands.
    """
    from gate.app.ci.second import from_event
    from gate.app.ci.step import lost_files
    from gate.ci.step import Step
    from gate.github.access import TOKENS

    environ = dict(os.environ)
    for token in (environ[name] for name in TOKENS if environ.get(name)):
        hide(lambda text, token=token: text.replace(token, "***"))  # type: ignore[misc]  # bound now
    told = from_event(environ)
    with lost_files() as lost:
        Step(environ).outputs({"comment-url": told.url})
    err(f"{told.how}\n")
    for note in lost:
        err(f"{note}\n")
    return 0
