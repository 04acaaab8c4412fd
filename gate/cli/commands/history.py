"""`gate history`: how one number moved, with its change points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, storing
from gate.cli.streams import err, out


@click.command("history")
@click.argument("objective", metavar="[SLI|OBJECTIVE]", required=False, default="")
@click.option("--branch", default="", help="Of this branch. Default: the trusted one used last.")
@click.option(
    "--since", default="", metavar="DAY|AGE", help="Since a day or for so long, as in 90d."
)
@click.option("--runs", type=click.IntRange(min=0), default=20, help="List so many runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write all histories as a static site into this folder.",
)
@storing
def command(
    *,
    objective: str,
    branch: str,
    since: str,
    runs: int,
    as_json: bool,
    site: Path | None,
    **given: Any,  # noqa: ANN401  # click's parameters
) -> int:
    """Show how an objective moved over the stored runs: its values, change points and who it was.

    With --site, write a folder that any web server can serve: an index and a page for each
    objective, without network and readable without JavaScript.
    """
    from datetime import UTC, datetime

    from gate.app.trends import open_trends
    from gate.errors import UsageError
    from gate.reports.history import as_json as json_of
    from gate.reports.history import render

    if bool(objective) == (site is not None):
        raise UsageError(
            "name one objective, or write them all with --site",
            hint="gate history 'p95(http_req_duration)', or gate history --site public",
        )
    trends = open_trends(opened(**given), branch, since, datetime.now(UTC))
    if site is not None:
        from gate.app.site import write_site

        written = write_site(trends, site)
        err(f"wrote {written} pages to {site}: open {site / 'index.html'}\n")
        return 0
    names = trends.find(objective)
    if as_json and len(names) > 1:
        raise UsageError(f"{objective} names {len(names)} objectives", hint=", ".join(names[:5]))
    for at, name in enumerate(names):
        history = trends.of(name)
        out(json_of(history) if as_json else "\n" * bool(at) + render(history, runs=runs))
    return 0
