"""plugins.md: its package is installed, passes the suite that it shows, and measures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.reports.registry import REPORTS
from gate.runners.registry import RUNNERS
from gate.stores.registry import STORES
from tests.helpers.pages import DOCS, blocks, environment, says, shell

PAGE = DOCS / "plugins.md"
FILES = {block.file: block.text for block in blocks(PAGE) if block.file}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder that the example is installed into; its tests lie beside it."""
    source, site = tmp_path / "source", tmp_path / "site"
    source.mkdir()
    for name in ("perfgate_imports.py", "pyproject.toml", "test_perfgate_imports.py"):
        (source / name).write_text(FILES[name], "utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*pip, "--target", str(site), str(source)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (source / "perfgate_imports.py").unlink()
    return site


def test_the_groups_are_those_of_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert all(f"| `{kind.group}` |" in text for kind in (RUNNERS, STORES, REPORTS))


def test_the_example_passes_the_contract(package: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=package.parent / "source",
        env={**os.environ, "PYTHONPATH": str(package), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout


def test_the_budget_is_checked_as_the_page_says(package: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "budgets").mkdir(parents=True)
    for file in ("budgets/start.yml", "budgets/policy.yml"):
        (project / file).write_text(FILES[file], "utf-8")
    (project / "shop.py").write_text("import bisect\n")
    env = {**environment(tmp_path / "cache"), "PYTHONPATH": str(package)}
    shell("git init -q -b main && git add -A && git commit -q -m x", project, env)
    for block in blocks(PAGE, "console"):
        for command, said in block.commands():
            printed = shell(command, project, env)
            assert says(printed, said), f"{command}\n{printed}"
    report = (project / "report.txt").read_text("utf-8")
    assert "start/max(modules)" in report


def test_the_doctor_looks_for_what_the_example_needs(package: Path, tmp_path: Path) -> None:
    budget = FILES["budgets/start.yml"]
    (tmp_path / "budgets").mkdir()
    (tmp_path / "budgets/start.yml").write_text(
        budget.replace("package: shop", "package: x\npython: /no/python")
    )
    env = {**environment(tmp_path / "cache"), "PYTHONPATH": str(package)}
    done = subprocess.run(
        ["gate", "doctor"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "✗ start: python: /no/python was not found" in done.stdout
