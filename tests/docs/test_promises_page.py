"""The commands of docs/promises.md are run, each in the state that its section is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gate.stores.folder import FolderStore
from tests.app.ratchet.kept import TIME, entries, noisy, opened
from tests.helpers.pages import DOCS, Block, blocks, environment, says, shell

PAGE = DOCS / "promises.md"


def test_the_commands_say_what_the_page_says(tmp_path: Path) -> None:
    project, env = tmp_path / "project", environment(tmp_path / "cache")
    for block in blocks(PAGE, "yaml"):
        place = project / block.file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(block.text, "utf-8")
    (project / ".gitignore").write_text(".gate/\nruns/\n")
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)
    store = FolderStore(project / "runs")
    for entry in entries(opened(project), {TIME: noisy(0.2)}):
        store.put(entry)
    refused, ratchet, docs = blocks(PAGE, "console")
    _says(ratchet, project, env)
    shell("git checkout -q -b change", project, env)
    file = project / "budgets" / "cli.yml"
    file.write_text(file.read_text("utf-8").replace("300 ms", "450 ms"), "utf-8")
    shell("git commit -qam looser", project, env)
    _says(refused, project, env)
    _says(docs, project, env)


def _says(block: Block, project: Path, env: Mapping[str, str]) -> None:
    """Each command prints what a terminal shows: results and notes."""
    for command, said in block.commands():
        printed = shell(f"{command} 2>&1", project, env)
        assert says(printed, said), f"$ {command}\n{printed}"
