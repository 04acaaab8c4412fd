"""`gate signoff`: sign a release off, and verify that somebody did."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.progress import progress
from gate.cli.show import shown
from gate.cli.streams import err, plain, tell
from gate.core.signoff import Signoff
from gate.core.verdict import Outcome

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_KEY = "PERFGATE_SIGNING_KEY"


@click.group("signoff", invoke_without_command=True)
@click.option("--release", default="", metavar="TAG", help="The tag of the release, checked out.")
@click.option("--against", default="", metavar="TAG", help="The release before it.")
@click.option(
    "--out",
    type=_FOLDER,
    default=Path(".gate/signoff"),
    show_default=True,
    help="The folder to write.",
)
@click.option(
    "--artifact", "artifacts", multiple=True, type=_FILE, help="A file of the release; repeatable."
)
@click.option("--approve", "approve", multiple=True, metavar="NAME", help="Who approves it now.")
@click.option("--approvals", type=_FILE, default=None, help="JSON: a list of {name, at}.")
@click.option(
    "--sign",
    "key",
    type=_FILE,
    default=None,
    help=f"The SSH key that signs it; default: the one that {_KEY} names.",
)
@click.option(
    "--from", "source", type=_FOLDER, default=None, help="A folder with run.json: judge that."
)
@click.option("--stored", is_flag=True, help="Compare with stored runs; build no older release.")
@click.option("--pdf/--no-pdf", "pdf", default=None, help="Print it, too; default: with a browser.")
@click.option("--profile", default="", help="Another profile of the policy than `release`.")
@click.option("--json", "as_json", is_flag=True, help="Print signoff.json instead of a table.")
@click.option("--quiet", is_flag=True, help="No progress and no notes.")
@storing
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Sign a release off: measure everything, strictly, and seal the evidence.

    Both releases are measured in turn where the one before can be built here; else it is compared
    with the stored runs of that one. Nothing undecided, skipped or missing passes.
    """
    return 0 if context.invoked_subcommand else _sign_off(**given)


def _sign_off(
    *,
    release: str,
    against: str,
    profile: str,
    as_json: bool,
    quiet: bool,
    **given: Any,  # noqa: ANN401  # click's parameters
) -> int:
    from gate.app.signoff.making import Asked, planned, sign_off
    from gate.app.signoff.strict import PROFILE

    if not release or not against:
        raise click.UsageError("--release TAG and --against TAG are both needed")
    named = os.environ.get(_KEY, "")
    asked = Asked(
        release=release,
        against=against,
        out=given.pop("out"),
        artifacts=given.pop("artifacts"),
        approved_by=given.pop("approve"),
        approvals=given.pop("approvals"),
        key=given.pop("key") or (Path(named) if named else None),
        source=given.pop("source"),
        stored=given.pop("stored"),
        pdf=_printed(given.pop("pdf")),
    )
    plan = planned(asked, Path.cwd())
    base = {"against": against} if plan.beside else {"baseline": against}
    workspace = opened(signoff=True, profile=profile or PROFILE, **base, **given)
    with progress(quiet=quiet) as told:
        sealed = sign_off(workspace, asked, plan, told)
    _tell(sealed.document, sealed.outcome, as_json=as_json)
    if not quiet:
        err(f"wrote {sealed.folder}, sealed by the SHA-256 {sealed.digest} of its manifest\n")
        if asked.key is None:
            err("not signed: keep that number apart from the folder, or name a key with --sign\n")
    return sealed.outcome.exit


@command.command("verify")
@click.argument("folder", type=_FOLDER)
@click.option(
    "--allowed-signers",
    "allowed",
    type=_FILE,
    default=None,
    help="Who may sign, as ssh-keygen reads it.",
)
@click.option("--identity", default="", metavar="WHO", help="Who must have signed.")
@click.option("--digest", default="", metavar="SHA256", help="What is known of its manifest.")
@click.option(
    "--artifact",
    "artifacts",
    multiple=True,
    type=_FILE,
    help="A file that must be of the release; repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Print signoff.json instead of a table.")
def verify_(
    *,
    folder: Path,
    allowed: Path | None,
    identity: str,
    digest: str,
    artifacts: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Check every byte of a sign-off.

    It is judged again, to the same bytes; the exit code is that of what was signed off.
    """
    from datetime import UTC, datetime

    from gate.app.signoff.verify import Trust, verify

    found = verify(folder, Trust(allowed, identity, digest, artifacts), datetime.now(UTC))
    for line in found.said:
        err(f"ok: {line}\n")
    for line in found.notes:
        err(f"note: {line}\n")
    _tell(found.document, found.outcome, as_json=as_json)
    return found.outcome.exit


def _printed(pdf: bool | None) -> bool:  # click's flag
    """Whether a PDF is made; raises `ToolError` where it is asked for and no browser is there."""
    from gate.app.pdf import browser
    from gate.errors import ToolError

    if pdf is False:
        return False
    try:
        browser()
    except ToolError:
        if pdf:
            raise
        err("note: no browser, so no signoff.pdf; signoff.html can be printed\n")
        return False
    return True


def _tell(document: Signoff, outcome: Outcome, *, as_json: bool) -> None:
    from gate.record.signoff import encode_signoff

    if as_json:
        tell(encode_signoff(document).decode())
        return
    given = document.given
    tell(shown(outcome))
    tell(plain(f"{document.result.value}: {given.release.name} against {given.previous.name}\n"))
