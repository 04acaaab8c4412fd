"""`gate init`: budgets, a policy and a workflow from what the repository already has."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gate.cli.progress import progress
from gate.cli.streams import err, out, plain
from gate.errors import NothingToDoError, UsageError

if TYPE_CHECKING:
    from gate.app.init import First


@click.command("init")
@click.argument(
    "folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False)
)
@click.option("--yes", is_flag=True, help="Ask nothing: measure, and write.")
@click.option(
    "--measure/--no-measure",
    "measure",
    default=None,
    help="Start the repository's own programs once to take limits from, or measure nothing. "
    "Without either only built files are measured, which runs nothing.",
)
@click.option("--dry-run", is_flag=True, help="Print every file; write none.")
@click.option("--action", default="", metavar="OWNER/REPO@REF", help="The Action for the workflow.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(
    *, folder: Path, yes: bool, measure: bool | None, dry_run: bool, action: str, quiet: bool
) -> int:
    """Look at the repository, and write budgets that say where each line came from.

    Nothing that is there is overwritten; `.gitignore` gets one line. Programs of the repository
    run only with --measure, --yes, or after you said so.
    """
    from datetime import UTC, datetime

    from gate.app.init import Asked, propose, write
    from gate.app.init.workflow import action as own_action
    from gate.app.init.workflow import valid_action

    if action and not valid_action(action):
        raise UsageError(f"--action {action[:80]}: expected OWNER/REPO@REF")
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    programs = measure if measure is not None else yes or _asked()
    asked = Asked(
        start=folder,
        today=datetime.now(UTC).date(),
        action=action or own_action(),
        programs=programs,
        nothing=measure is False,
    )
    with progress(quiet=quiet) as told:
        first = propose(asked, told)
    if not any(draft.budget for draft in first.drafts):
        raise _nothing(first)
    if dry_run:
        for draft in first.drafts:
            if "/.schema/" not in draft.path:
                out(plain(f"--- {draft.path}\n{draft.text}"))
        return 0
    written = write(first.root, first.drafts)
    for each in written:
        if "/.schema/" not in each.path:
            out(plain(f"{each.done.value}: {each.path}\n"))
    _notes(first)
    out(plain(_next(first)))
    return 0


def _asked() -> bool:
    """Ask on a terminal whether programs may run; no one there to ask means no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    return click.confirm(
        "Start this repository's own programs (its build, service, benchmarks) once to measure?",
        default=False,
        err=True,
    )


def _nothing(first: First) -> NothingToDoError:
    notes = "".join(f"\n  {note}" for note in first.found.notes)
    return NothingToDoError(
        "nothing was found that can be measured as it is, so nothing is written: no k6 script or "
        "pages with a service that starts on a given port, no bundle, no pytest-benchmark" + notes,
        hint="`gate schema` prints what a budget may hold; the runner `command` times any program",
    )


def _notes(first: First) -> None:
    for note in first.found.notes:
        err(f"note: {note}\n")
    missing = first.measured.missing.items()
    reasons = {(each.partition("/")[0], why.partition("\n")[0].strip()) for each, why in missing}
    for budget, why in sorted(reasons):
        err(f"note: not everything in budgets/{budget}.yml was measured: {why}\n")


def _next(first: First) -> str:
    github = any(draft.path.startswith(".github/") for draft in first.drafts)
    added = "budgets .gitignore .github" if github else "budgets .gitignore"
    service = "  look at budgets/services.yml: is that how your service starts?\n"
    return (
        "\nnext:\n"
        + (service if first.found.server else "")
        + "  gate validate          are the budgets right?\n"
        "  gate doctor            is every tool here that they need?\n"
        "  gate check             measure, judge, report\n"
        f"  git add {added} && git commit\n"
        "a first limit is a guess with headroom: change it to what you promise\n"
    )
