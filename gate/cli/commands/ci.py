"""`gate ci`: the step of the GitHub Action."""

from __future__ import annotations

import click


@click.command(
    "ci",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("arguments", metavar="[OPTION]...", nargs=-1, type=click.UNPROCESSED)
def command(*, arguments: tuple[str, ...]) -> int:
    """Check as a step of GitHub Actions, and tell GitHub.

    Takes its inputs from PERFGATE_COMMAND (check, measure or judge), PERFGATE_ARGS (options of
    that command, one a line), PERFGATE_BUDGETS, PERFGATE_AGAINST, PERFGATE_COMMENT,
    PERFGATE_COMMENT_KEY, PERFGATE_CHECK_RUN, PERFGATE_REPORT_DIR and PERFGATE_GITHUB_TOKEN, as
    docs/github.md says, and writes the step's outputs, its summary, annotations, the comment and
    the check run.
    """
    from gate.cli.step import run_step

    return run_step(arguments)
