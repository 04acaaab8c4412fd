"""The README's console blocks are run; numbers, commits and folders are masked on both sides."""

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
BIN = Path(sys.executable).parent


def masked(text: str) -> str:
    """What may differ from machine to machine and run to run, and the wrapping that follows."""
    text = re.sub(r"(/[\w.-]+)+/\.gate", "STORE", text)
    text = re.sub(r"\b\d{8}T\d{6}-[0-9a-f]{8}-[0-9a-f]{6}\b", "RUN", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d(T[\d:.]+Z)?", "TIME", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "COMMIT", text)
    text = re.sub(r"\d+(\.\d+)?", "N", text)
    return " ".join(text.split())


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fence.findall(README.read_text("utf-8"))


def commands() -> list[tuple[str, str]]:
    """Every command of the console blocks with what the README says that it prints."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, said = part.partition("\n")
            found.append((command, said))
    return found


def test_the_console_blocks_say_what_the_commands_print(tmp_path: Path) -> None:
    env = {
        **{k: v for k, v in os.environ.items() if k not in {"CI", "GITHUB_ACTIONS"}},
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PERFGATE_CACHE": str(tmp_path / "cache"),
    }
    project = tmp_path / "project"

    def shell(command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", command], cwd=project, env=env, capture_output=True, text=True, check=False
        )
        return done.stdout + (done.stderr if done.returncode else "")

    (project / "budgets").mkdir(parents=True)
    (project / "dist").mkdir()
    (budget,) = blocks("yaml")
    (project / "budgets" / "bundle.yml").write_text(budget)
    values = ",".join(str(i * 7919 % 10007) for i in range(3000))
    (project / "dist" / "app.js").write_text(f"console.log({values});")
    (project / ".gitignore").write_text(".gate/\nreport.txt\n")
    shell("git init -q -b main && git add -A")
    shell("git -c user.name=a -c user.email=a@example.org commit -qm start")

    asked = commands()
    assert len(asked) >= 6
    for command, said in asked:
        assert masked(shell(command)) == masked(said), command
