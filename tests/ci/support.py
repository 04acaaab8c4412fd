"""Repositories for tests, made by git itself, with nobody's configuration."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass
class Tree:
    """A work tree; its commits are a minute apart."""

    root: Path
    minutes: int = 0

    def git(self, *words: str) -> str:
        """Run git in it; its answer."""
        day = f"2026-11-20T{9 + self.minutes // 60:02d}:{self.minutes % 60:02d}:00Z"
        dates = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day}
        plain = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        done = subprocess.run(
            ["git", "-C", str(self.root), *words],
            env={**plain, **IDENTITY, **dates},
            check=True,
            capture_output=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def init(self, branch: str = "main") -> Tree:
        """Make it a repository."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", branch)
        return self

    def write(self, name: str, text: str = "x\n") -> Path:
        """Write a file without committing it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def commit(self, name: str = "", text: str = "") -> str:
        """Commit a file, by default a new one; the commit's sha."""
        self.minutes += 1
        self.write(name or f"file-{self.minutes}", text or f"{self.minutes}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"commit {self.minutes}")
        return self.head

    def merge(self, branch: str) -> str:
        """Merge a branch with a commit of its own; that commit's sha."""
        self.minutes += 1
        self.git("merge", "-q", "--no-ff", "-m", f"merge {self.minutes}", branch)
        return self.head

    @property
    def head(self) -> str:
        """The sha of HEAD."""
        return self.git("rev-parse", "HEAD")

    def clone(self, root: Path, *words: str) -> Tree:
        """A clone of it, as CI makes one."""
        url = f"file://{self.root}"
        other = Tree(root, self.minutes)
        root.parent.mkdir(parents=True, exist_ok=True)
        self.git("clone", "-q", *words, url, str(root))
        return other
