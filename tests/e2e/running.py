"""A check that runs, all that it started, and what is left when it has ended."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.e2e.project import GATE, Project

_PATIENCE = 60.0
_LISTENS = re.compile(r"waiting for http://127\.0\.0\.1:(\d+)/")


@dataclass
class Running:
    """A check in the middle of a load. `family` are its processes, `temporary` its TMPDIR."""

    project: Project
    gate: subprocess.Popen[bytes]
    family: list[psutil.Process]
    temporary: Path
    port: int
    log: Path

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        return self.gate.wait(_PATIENCE)

    @property
    def said(self) -> str:
        """What it wrote to stderr."""
        return self.log.read_text(encoding="utf-8")

    def processes(self) -> list[str]:
        """Which of its processes still run a while after its end."""
        _, alive = psutil.wait_procs(self.family, timeout=20)
        return [" ".join(each.cmdline()) for each in alive]

    def left(self) -> list[str]:
        """Processes, an open port, and folders that are still there."""
        scratch = [*self.project.root.glob(".gate/work-*"), *self.temporary.iterdir()]
        return [*self.processes(), *([str(self.port)] if self._open() else []), *map(str, scratch)]

    def _open(self) -> bool:
        with socket.socket() as knocking:
            return knocking.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def running(project: Project, sign: str) -> Iterator[Running]:
    """A check until one of its processes has `sign` in its command line."""
    # Short, because Chrome puts sockets there.
    temporary = Path(tempfile.mkdtemp(prefix="e2e-"))
    log = project.root.with_name("stderr")
    with (
        log.open("wb") as told,
        subprocess.Popen(
            [GATE, "check"],
            cwd=project.root,
            env={**project.env, "TMPDIR": str(temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=told,
        ) as gate,
    ):
        try:
            family = _grown(gate, sign, temporary, log)
            port = _LISTENS.search(log.read_text(encoding="utf-8"))
            assert port
            yield Running(project, gate, family, temporary, int(port[1]), log)
        finally:
            gate.kill()
            shutil.rmtree(temporary, ignore_errors=True)


def _grown(
    gate: subprocess.Popen[bytes], sign: str, temporary: Path, log: Path
) -> list[psutil.Process]:
    ours = psutil.Process(gate.pid)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if any(sign in command(each) for each in ours.children(recursive=True)):
            time.sleep(0.5)
            return [*ours.children(recursive=True), *_detached(temporary)]
        assert gate.poll() is None, log.read_text(encoding="utf-8")
        time.sleep(0.02)
    pytest.fail(f"no process with {sign} in its command line")


def _detached(temporary: Path) -> list[psutil.Process]:
    """Chrome's crash handlers are nobody's children; they name their folder."""
    return [each for each in psutil.process_iter() if f"={temporary}" in command(each)]


def command(process: psutil.Process) -> str:
    """The command line of a process, nothing of one that is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
