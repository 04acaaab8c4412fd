"""The commands of docs/ratchet.md and docs/promises.md, each in the state of its section."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gate.stores.folder import FolderStore
from tests.app.ratchet.kept import TIME, entries, noisy, opened
from tests.helpers.pages import DOCS, Block, blocks, environment, says, shell


def begun(page: Path, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A repository with the page's budgets, whose store holds 24 days of runs."""
    project, env = tmp_path / "project", environment(tmp_path / "cache")
    for block in blocks(page, "yaml"):
        if block.file:
            place = project / block.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, "utf-8")
    policy = project / "budgets" / "policy.yml"
    if not policy.exists():
        policy.write_text('baseline: {store: "folder:runs"}\n', "utf-8")
    (project / ".gitignore").write_text(".gate/\nruns/\n*.html\n*.patch\n")
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)
    store = FolderStore(project / "runs")
    for entry in entries(opened(project), {TIME: noisy(0.2)}):
        store.put(entry)
    return project, env


def test_the_commands_of_ratchet_md_say_what_the_page_says(tmp_path: Path) -> None:
    page = DOCS / "ratchet.md"
    project, env = begun(page, tmp_path)
    refused, ratchet = blocks(page, "console")
    _says(ratchet, project, env)
    shell("git checkout -q -b change", project, env)
    file = project / "budgets" / "cli.yml"
    file.write_text(file.read_text("utf-8").replace("300 ms", "450 ms"), "utf-8")
    shell("git commit -qam looser", project, env)
    _says(refused, project, env)


def test_the_commands_of_promises_md_say_what_the_page_says(tmp_path: Path) -> None:
    page = DOCS / "promises.md"
    project, env = begun(page, tmp_path)
    (docs,) = blocks(page, "console")
    _says(docs, project, env)


def _says(block: Block, project: Path, env: Mapping[str, str]) -> None:
    """Each command prints what a terminal shows: results and notes."""
    for command, said in block.commands():
        printed = shell(f"{command} 2>&1", project, env)
        assert says(printed, said), f"$ {command}\n{printed}"
