"""A page of the documentation as a test reads it: its files are written, its commands are run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
BIN = Path(sys.executable).parent
_FENCE = re.compile(r"^```([\w-]+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"(?:#|//) ([\w./-]+\.\w+)")
_ANYTHING = "…"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and what is in it."""

    language: str
    text: str

    @property
    def file(self) -> str:
        """The file that its first line names in a comment, "" for none."""
        found = _FILE.match(self.text.partition("\n")[0])
        return found[1] if found else ""

    def commands(self) -> Iterator[tuple[str, str]]:
        """Every command with what the page says that it prints."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, said = part.partition("\n")
            yield command, said


def blocks(page: Path, language: str = "") -> list[Block]:
    """The fenced blocks of a page in order, all or those of one language."""
    found = [Block(*each) for each in _FENCE.findall(page.read_text("utf-8"))]
    return [each for each in found if not language or each.language == language]


def masked(text: str) -> str:
    """What may differ from machine to machine and run to run, and the wrapping that follows."""
    text = re.sub(r"(/[\w.-]+)+/\.gate", "STORE", text)
    text = re.sub(r"\b\d{8}T\d{6}-[0-9a-f]{8}-[0-9a-f]{6}\b", "RUN", text)
    text = re.sub(r"\b\d{4}-\d\d-\d\d(T[\d:.]+Z)?", "TIME", text)
    text = re.sub(r"\b[0-9a-f]{12}\b", "COMMIT", text)
    text = re.sub(r"\d+(\.\d+)?", "N", text)
    return " ".join(text.split())


def says(printed: str, said: str) -> bool:
    """Whether a command prints what the page says; `…` stands for anything."""
    parts = (re.escape(part) for part in masked(said).split(_ANYTHING))
    return re.fullmatch(".*".join(parts), masked(printed)) is not None


def environment(cache: Path) -> dict[str, str]:
    """What the commands of a page see: no CI, the installed gate, and a cache of its own."""
    env = {k: v for k, v in os.environ.items() if k not in {"CI", "GITHUB_ACTIONS"}}
    return {
        **env,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PERFGATE_CACHE": str(cache),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "PIP_RETRIES": "10",
        "npm_config_fetch_retries": "5",
        **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ada@example.org" for who in ("AUTHOR", "COMMITTER")},
    }


def shell(command: str, project: Path, env: Mapping[str, str]) -> str:
    """What a command prints; what it says to stderr too, where it fails."""
    done = subprocess.run(
        ["sh", "-c", command], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    return done.stdout + (done.stderr if done.returncode else "")


def follow(page: Path, project: Path, env: Mapping[str, str]) -> int:
    """Do what a page says, from top to bottom; the number of commands, each of which was right."""
    count = 0
    for block in blocks(page):
        if block.language == "console":
            for command, said in block.commands():
                printed = shell(command, project, env)
                assert says(printed, said), f"$ {command}\n{printed}\nthe page says:\n{said}"
                count += 1
        elif block.file:
            place = project / block.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, "utf-8")
    return count
