"""`gate import`: budgets from what another tool's configuration promises."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from gate.cli.streams import err, out, plain
from gate.errors import UsageError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


@click.command("import")
@click.argument("words", nargs=-1, required=True, metavar="[FORMAT] FILE")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("budgets"),
    show_default=True, help="The folder of budgets to write into.",
)  # fmt: skip
@click.option("--name", default="", help="The name of the budget, instead of api, web, bundle, ...")
@click.option("--dry-run", is_flag=True, help="Print the budgets; write none.")
@click.option("--json", "as_json", is_flag=True, help="The account as JSON.")
@click.option(
    "--run", is_flag=True, help="Run the file to read it: a k6 script by k6 inspect, a .js by Node."
)
@click.option("--script", default="", help="The k6 script, where the file names none.")
@click.option("--base", default="", metavar="URL", help="Where the pages are.")
@click.option("--path", "paths", multiple=True, help="Where the benchmarks lie; may be repeated.")
@click.option(
    "--env", multiple=True, metavar="NAME=VALUE", help="A variable of the k6 script; repeatable."
)
@click.option(
    "--sli", multiple=True, metavar="NAME=SLI", help="What k6 measures for a name in slo.yaml."
)
def command(
    *,
    words: tuple[str, ...],
    folder: Path,
    name: str,
    dry_run: bool,
    as_json: bool,
    **given: Any,  # noqa: ANN401  # click's parameters: --run, and those of Asked
) -> int:
    """Write budgets from FILE, the configuration of another tool, and say what is not kept.

    FORMAT is told by the file where it can be: k6, lighthouserc, budget.json, size-limit,
    bundlewatch, bundlesize, keptn, openslo, github-action-benchmark, bencher. Nothing is
    overwritten, and no code of the file runs without --run. Exit 2 where nothing can be kept.
    """
    from gate.app import import_report, import_writing
    from gate.app.importing import Wanted, import_file
    from gate.importers import Asked

    if len(words) > 2:
        raise UsageError("expected one file, and before it at most a format")
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"--name {name[:80]}: expected letters, digits, `_`, `.` and `-`")
    env = tuple(_pair(text, "--env NAME=VALUE") for text in given["env"])
    slis = tuple(_pair(text, "--sli NAME=SLI") for text in given["sli"])
    asked = Asked(given["script"], given["base"], given["paths"], env, slis)
    first, file = words if len(words) == 2 else ("", words[0])
    account = import_file(Wanted(Path.cwd(), file, first, name, given["run"], asked))
    budgets = import_writing.places(account, folder)
    shown = [path.relative_to(account.root).as_posix() for path in budgets]
    if budgets and not dry_run:
        import_writing.write(account, budgets)
    if as_json:
        out(import_report.as_json(account, shown, dry=dry_run))
    else:
        if dry_run:
            for path, budget in zip(shown, account.budgets, strict=True):
                out(plain(f"--- {path}\n{budget.text}"))
        out(plain(import_report.as_text(account)))
    if not budgets:
        raise UsageError(f"nothing in {account.source} could be kept; no budget is written")
    if not as_json and not dry_run:
        out(plain("".join(f"wrote {path}\n" for path in shown)))
        err("next: read them, then `gate validate` and `gate plan`\n")
    return 0


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text[:80]!r}: expected {form}")
    return name, value
