"""Every way to end leaves no Chrome and no profile.

Chrome detaches, and its children carry no mark: they write their titles over their environment.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from gate.runners.lighthouse.scratch import sweep
from tests.runners.lighthouse.site import serving

pytestmark = [
    pytest.mark.needs_chrome,
    pytest.mark.needs_node,
    pytest.mark.xdist_group("chrome"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]

ROOT = Path(__file__).resolve().parents[3]
_PATIENCE = 120.0


@dataclass
class Gate:
    """A gate whose Chrome hangs on a page that never answers, and all that it started."""

    process: subprocess.Popen[str]
    harness: psutil.Process
    family: list[psutil.Process]
    folder: Path

    def end(self) -> tuple[int, str]:
        """Wait for the gate's end; its code and what it said."""
        said, _ = self.process.communicate(timeout=_PATIENCE)
        return self.process.returncode, said

    def left(self) -> list[str]:
        """What is there after the end: processes, and folders in its TMPDIR."""
        return [*self.alive(), *(entry.name for entry in self.folder.iterdir())]

    def alive(self) -> list[str]:
        """Which of its processes still run a while after the end."""
        gone, alive = psutil.wait_procs(self.family, timeout=20)
        assert len(gone) > 5
        return [str(each) for each in alive]


@pytest.fixture
def hanging() -> Iterator[str]:
    with serving() as site:
        yield f"{site.url}/hang"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A short TMPDIR: Chrome's sockets are in it."""
    folder = Path(tempfile.mkdtemp(prefix="kill-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def start(url: str, temporary: Path, out: Path, *, seconds: float = 300) -> Gate:
    """Start a gate and wait until its Chrome has all its processes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.runners.lighthouse.one_unit", url, str(out), str(seconds)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
    )
    ours = psutil.Process(process.pid)
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        family = ours.children(recursive=True)
        lines = {child: _command(child) for child in family}
        if any("--type=renderer" in line for line in lines.values()):
            time.sleep(1)
            (harness,) = [child for child, line in lines.items() if "main.mjs" in line]
            family = [*harness.children(recursive=True), harness, *_crash_handlers(temporary)]
            return Gate(process, harness, family, temporary)
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.05)
    process.kill()
    pytest.fail("Chrome did not start")


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _crash_handlers(temporary: Path) -> list[psutil.Process]:
    """Chrome's crash handlers, which are nobody's children; they name the profile."""
    return [p for p in psutil.process_iter() if f"={temporary}" in _command(p)]


def test_a_time_out_leaves_nothing(hanging: str, temporary: Path, tmp_path: Path) -> None:
    gate = start(hanging, temporary, tmp_path, seconds=60)
    code, said = gate.end()
    assert (code, "did not end within" in said) == (0, True), said
    assert gate.left() == []


def test_sigterm_leaves_nothing(hanging: str, temporary: Path, tmp_path: Path) -> None:
    gate = start(hanging, temporary, tmp_path)
    gate.process.send_signal(signal.SIGTERM)
    assert gate.end()[0] == 143
    assert gate.left() == []


def test_ctrl_c_leaves_nothing(hanging: str, temporary: Path, tmp_path: Path) -> None:
    gate = start(hanging, temporary, tmp_path)
    gate.process.send_signal(signal.SIGINT)
    assert gate.end()[0] == 130
    assert gate.left() == []


def test_a_killed_harness_leaves_nothing(hanging: str, temporary: Path, tmp_path: Path) -> None:
    gate = start(hanging, temporary, tmp_path)
    gate.harness.kill()
    code, said = gate.end()
    assert (code, "lighthouse ended with code -9" in said) == (0, True), said
    assert gate.left() == []


def test_a_killed_gate_leaves_nothing(
    hanging: str, temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = start(hanging, temporary, tmp_path)
    gate.process.kill()
    assert gate.end()[0] == -signal.SIGKILL
    assert gate.alive() == []
    # The harness sees to the folder, unless it had no time to; then the next session does.
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    deadline = time.monotonic() + 5
    while any(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    sweep()
    assert list(temporary.iterdir()) == []
