"""`gate docs`: the budgets as a page that people read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.streams import err, out

_FORMATS = ("md", "html")


@click.command("docs")
@storing
@click.option("--profile", default="", help="The profile whose promises are shown.")
@click.option(
    "--out",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the page here. Default: stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    help="Markdown or one file of HTML. Default: as the file is called, else Markdown.",
)
def command(*, file: Path | None, form: str | None, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Write every promise in a sentence, with its owner, why, and its value and trend.

    Values are those of the trusted branch in the store; exceptions stand with their last day.
    """
    from datetime import UTC, datetime

    from gate.app.team_page import team_page
    from gate.record import write_atomic
    from gate.reports.promises import as_html, as_markdown

    workspace = opened(**given)
    named = "html" if file is not None and file.suffix in {".html", ".htm"} else "md"
    page = team_page(workspace, f"{datetime.now(UTC):%Y-%m-%d}")
    redact = workspace.spec.secrets.redact
    text = redact(as_html(page) if (form or named) == "html" else as_markdown(page))
    if file is None:
        out(text)
        return 0
    write_atomic(file, text.encode())
    err(f"wrote {file}\n")
    return 0
