"""The commands of docs/shards.md are run; numbers, commits and folders are masked on both sides."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.test_readme import masked

PAGE = Path(__file__).resolve().parent.parent / "docs" / "shards.md"
BIN = Path(sys.executable).parent


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(PAGE.read_text("utf-8"))


def commands() -> list[tuple[str, str]]:
    """Every command with what the page says that it prints."""
    parts = [
        part for block in blocks("console") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)
    ]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts if part]


def test_the_commands_say_what_the_page_says(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "dist").mkdir(parents=True)
    (project / "budgets").mkdir()
    for block in blocks("yaml"):
        name = block.partition("\n")[0].removeprefix("# ")
        if name.startswith("budgets/"):
            (project / name).write_text(block, "utf-8")
    (project / "dist" / "app.js").write_text("console.log(1);")
    (project / "dist" / "site.css").write_text("body {margin: 0}")
    (project / ".gitignore").write_text(".gate/\n")
    env = {
        **{k: v for k, v in os.environ.items() if k not in {"CI", "GITHUB_ACTIONS"}},
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PERFGATE_CACHE": str(tmp_path / "cache"),
    }

    def shell(command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", command], cwd=project, env=env, capture_output=True, text=True, check=False
        )
        return done.stdout + (done.stderr if done.returncode else "")

    shell("git init -q -b main && git add -A")
    shell("git -c user.name=a -c user.email=a@example.org commit -qm start")
    asked = commands()
    assert len(asked) == 5
    for command, said in asked:
        assert masked(shell(command)) == masked(said), command
