"""The commands of docs/signoff.md are run; numbers, commits and folders are masked."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.pages import DOCS, environment, follow, shell

PAGE = DOCS / "signoff.md"


def test_the_commands_say_what_the_page_says(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "dist").mkdir(parents=True)
    (project / "budgets").mkdir()
    (project / "dist" / "app.js").write_text("x" * 1000)
    (project / ".gitignore").write_text(".gate/\n")
    budget = PAGE.read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    (project / "budgets" / "bundle.yml").write_text(budget, "utf-8")
    env = environment(tmp_path / "cache")
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)
    assert follow(PAGE, project, env) == 5
