"""The commands of docs/shards.md are run; numbers, commits and folders are masked."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.pages import DOCS, blocks, environment, says, shell

PAGE = DOCS / "shards.md"


def test_the_commands_say_what_the_page_says(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "dist").mkdir(parents=True)
    (project / "budgets").mkdir()
    for block in blocks(PAGE, "yaml"):
        if block.file.startswith("budgets/"):
            (project / block.file).write_text(block.text, "utf-8")
    (project / "dist" / "app.js").write_text("console.log(1);")
    (project / "dist" / "site.css").write_text("body {margin: 0}")
    (project / ".gitignore").write_text(".gate/\n")
    env = environment(tmp_path / "cache")
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)
    asked = [each for block in blocks(PAGE, "console") for each in block.commands()]
    assert len(asked) == 5
    for command, said in asked:
        printed = shell(command, project, env)
        assert says(printed, said), f"$ {command}\n{printed}"
