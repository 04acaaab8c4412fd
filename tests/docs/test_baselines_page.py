"""docs/baselines.md is followed: a regression is accepted and ends; a release is pinned."""

from __future__ import annotations

from pathlib import Path

from gate.reports.sentences import RUNGS
from tests.helpers.pages import DOCS, Block, blocks, environment, says, shell

PAGE = DOCS / "baselines.md"


def _write(block: Block, project: Path) -> None:
    place = project / block.file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(block.text, "utf-8")


def test_the_page_is_true(tmp_path: Path) -> None:
    project, env = tmp_path / "project", environment(tmp_path / "cache")
    bundle, policy, goal = (block for block in blocks(PAGE, "yaml") if block.file)
    _write(bundle, project)
    _write(policy, project)
    (project / ".gitignore").write_text(".gate/\nruns/\n")
    app = project / "dist" / "app.js"
    app.parent.mkdir()
    app.write_text("x" * 100_000)
    shell("git init -q -b main && git add -A && git commit -qm start", project, env)
    shell("gate check", project, env)
    shell("git tag v1.4 && git switch -q -c change", project, env)
    app.write_text("x" * 110_000)
    broken = shell("git commit -qam charts && gate check", project, env)
    assert "where the change begins, 1 commit back" in " ".join(broken.split())
    accept, excused, merged, pin, reached = blocks(PAGE, "console")
    for block in (accept, excused, merged, pin):
        _follow(block, project, env)
    _write(goal, project)
    _follow(reached, project, env)


def _follow(block: Block, project: Path, env: dict[str, str]) -> None:
    for command, said in block.commands():
        printed = shell(command, project, env)
        assert says(printed, said), f"$ {command}\n{printed}\nthe page says:\n{said}"


def test_the_page_names_every_rung() -> None:
    text = PAGE.read_text("utf-8")
    for rung, words in RUNGS.items():
        assert f"| {rung} |" in text
        assert f"| {words} |" in text
