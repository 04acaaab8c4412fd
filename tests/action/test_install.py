"""The action's installation: locked, apart from the job's own Python, and not to be misled."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "action" / "install"
_TOOLS = ("bash", "cat", "chmod", "cp", "dirname", "mkdir", "rm", "sha256sum")


def install(venv: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(INSTALL), str(venv)],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Installed once, as a job would that has set its own Python up."""
    made = tmp_path_factory.mktemp("runner") / "perfgate-venv"
    done = install(made, PYTHONPATH="/nowhere", VIRTUAL_ENV="/nowhere", PERFGATE_REF="v1.2.3")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(made / "bin" / "gate")
    return made


@pytest.mark.slow
@pytest.mark.xdist_group("action-install")
class TestInstalled:
    def test_it_is_the_version_of_the_tag(self, venv: Path, tmp_path: Path) -> None:
        assert said(venv, "--version", cwd=tmp_path) == "perfgate, version 1.2.3"

    def test_the_project_under_test_cannot_stand_in_for_it(
        self, venv: Path, tmp_path: Path
    ) -> None:
        for name in ("click", "requests", "yaml", "json", "sitecustomize"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')\n")
        (tmp_path / "gate").mkdir()
        (tmp_path / "gate" / "__init__.py").write_text("raise SystemExit('planted')\n")
        assert "version 1.2.3" in said(venv, "--version", cwd=tmp_path, PYTHONPATH=str(tmp_path))

    def test_only_what_is_locked_is_there(self, venv: Path) -> None:
        program = "import importlib.metadata as m; print(*(d.name for d in m.distributions()))"
        python = venv / "bin" / "python"
        done = subprocess.run(
            [python, "-I", "-c", program], capture_output=True, text=True, check=True
        )
        locked = (ROOT / "requirements" / "run.txt").read_text()
        names = {name.lower().replace("_", "-") for name in done.stdout.split()}
        loose = {name for name in names if f"{name}==" not in locked.lower()}
        assert loose <= {"perfgate", "pip", "setuptools"}

    def test_again_it_is_quick_and_takes_the_gate_anew(self, venv: Path) -> None:
        (gate,) = venv.glob("lib/python*/site-packages/gate")
        (gate / "stale.py").touch()
        before = (venv / "bin" / "python").lstat().st_mtime_ns
        done = install(venv, PERFGATE_REF="main")
        assert done.returncode == 0, done.stderr
        assert not (gate / "stale.py").exists()
        assert (venv / "bin" / "python").lstat().st_mtime_ns == before
        assert len(list(gate.parent.glob("perfgate-*.dist-info"))) == 1


def said(venv: Path, *words: str, cwd: Path, **more: str) -> str:
    done = subprocess.run(
        [venv / "bin" / "gate", *words],
        cwd=cwd,
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_runner_without_python_says_what_to_add(tmp_path: Path) -> None:
    for name in _TOOLS:
        found = shutil.which(name)
        assert found, name
        (tmp_path / name).symlink_to(found)
    done = install(tmp_path / "venv", PATH=str(tmp_path))
    assert done.returncode == 2
    assert "add actions/setup-python" in done.stderr
    assert done.stdout == ""
