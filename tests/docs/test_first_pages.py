"""The pages for the first day, followed command by command: init.md and hooks.md."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.pages import DOCS, blocks, environment, says, shell


def follow(page: str, project: Path) -> None:
    """Run every command of a page and compare what it prints with what stands there."""
    env = environment(project.parent / "cache")
    for block in blocks(DOCS / page, "console"):
        for command, said in block.commands():
            printed = shell(command, project, env)
            assert says(printed, said), f"{command}\n{printed}"


def planted(project: Path) -> None:
    """A small project with a built bundle, committed."""
    (project / "dist").mkdir(parents=True)
    lines = (f"export const part{n} = () => 'part {n * n}';\n" for n in range(120))
    (project / "dist/app.js").write_text("".join(lines))
    (project / "package.json").write_text('{"private": true}\n')
    (project / ".gitignore").write_text("node_modules/\n")
    env = environment(project.parent / "cache")
    shell("git init -q -b main && git add -A -f && git commit -q -m x", project, env)


def test_init_md_says_what_happens(tmp_path: Path) -> None:
    planted(tmp_path / "project")
    follow("init.md", tmp_path / "project")


def test_hooks_md_says_what_happens(tmp_path: Path) -> None:
    project = tmp_path / "project"
    planted(project)
    shell("gate init --quiet", project, environment(tmp_path / "cache"))
    (project / ".git/hooks").mkdir(exist_ok=True)
    follow("hooks.md", project)
