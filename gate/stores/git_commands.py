"""Asking git for the store: plumbing and the network, never the user's tree, index or HEAD.

Facts of git 2.39: `commit-tree` runs no hook and signs nothing unless asked; `fetch` without a
destination updates no branch of the user's; output under LC_ALL=C.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gate.errors import StoreError
from gate.process import Finished, NotStarted, run
from gate.stores.secrets import without_secrets

LIMIT = 1024 * 1024 * 1024
_LOCAL = 60.0
_NETWORK = 120.0
# What git sets around hooks and aliases leads elsewhere; the rest of GIT_… is the user's wish.
_OURS = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|NAMESPACE|COMMON_DIR|OBJECT_DIRECTORY"
    r"|ALTERNATE_OBJECT_DIRECTORIES|(AUTHOR|COMMITTER)_.*|TRACE.*)"
)
_WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "perfgate"), ("EMAIL", "perfgate@localhost"))
}
_QUIET = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "core.fsync=loose-object,reference"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What git answered: its code, output, and its complaint in one line without secrets."""

    code: int
    out: bytes
    why: str

    @property
    def text(self) -> str:
        """The output as text, without the last line's end."""
        return self.out.decode("utf-8", "surrogateescape").removesuffix("\n")


class Git:
    """git in one folder. Raises `StoreError` where it is not there or does not end."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def ask(self, *words: str, stdin: bytes = b"") -> bytes:
        """What git answers; raises `StoreError` where it fails."""
        said = self.tried(*words, stdin=stdin)
        if said.code != 0:
            raise StoreError(
                f"the store of baselines: `git {words[0]}` failed: {said.why}",
                hint="does `git status` work here, and is there space on the disk?",
            )
        return said.out

    def word(self, *words: str, stdin: bytes = b"") -> str:
        """As `ask`, as text without the end of the line."""
        return self.ask(*words, stdin=stdin).decode("utf-8", "surrogateescape").strip()

    def tried(self, *words: str, stdin: bytes = b"", network: bool = False) -> Said:
        """What git answers, also where it fails; a time-out is code -1."""
        env = {name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)}
        env |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", **_WHO}
        timeout = _NETWORK if network else _LOCAL
        argv = ("git", *_QUIET, *words)
        done = run(argv, timeout=timeout, cwd=self._root, env=env, stdin=stdin, limit=LIMIT)
        if isinstance(done, NotStarted):
            raise StoreError(f"git cannot be run: {done.why}", hint="install git")
        if done.cut:
            raise StoreError(f"`git {words[0]}` answered with more than {LIMIT} bytes")
        if done.timed_out:
            return Said(-1, b"", f"it did not end within {timeout:g} s")
        return Said(done.code, done.stdout, _complaint(done))


def _complaint(done: Finished) -> str:
    """The line that says why: a fatal one, else the first that is no talk of the remote."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
    return without_secrets(_worst([line for line in lines if line]) or f"code {done.code}")[:300]


def _worst(lines: Sequence[str]) -> str:
    for beginning in ("fatal:", "remote: error:", "error:", "! "):
        for line in lines:
            if line.startswith(beginning):
                return line
    return lines[0] if lines else ""
