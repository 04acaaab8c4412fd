"""What the budgets need is looked for where their runners will look for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.app.doctor import examine
from gate.tools import Level, Line

COMMAND = "runner: command\ncommand: [{}]\nobjectives:\n  - {{sli: time, limit: 9 s}}\n"
K6 = (
    "runner: k6\nscript: load.js\nk6: {}\nobjectives:\n  - {{sli: http_req_duration, limit: 1 s}}\n"
)
BENCH = (
    "runner: pytest-benchmark\npaths: [bench]\npython: {}\n"
    'objectives:\n  - {{sli: "time{{test:a}}", limit: 1 s}}\n'
)
LIGHTHOUSE = (
    "runner: lighthouse\npages: {{home: 'http://127.0.0.1:1/'}}\nchrome: {}\n"
    'objectives:\n  - {{sli: "lcp{{page:home}}", limit: 1 s}}\n'
)
BUILT = "shop:\n  prepare: [[make]]\n  command: [./shop]\n  ready: http://127.0.0.1:{port}/\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in tuple(os.environ):
        if name.startswith("PERFGATE_") or name.endswith("_TOKEN"):
            monkeypatch.delenv(name)
    (tmp_path / "budgets").mkdir()
    (tmp_path / "bench").mkdir()
    (tmp_path / "load.js").write_text("export default function () {}\n")
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "notes.txt").write_text("no program\n")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    return tmp_path


def said(project: Path, budget: str, what: str, services: str = "") -> Line:
    if services:
        (project / "budgets" / "services.yml").write_text(services)
        budget += "service: shop\n"
    (project / "budgets" / "it.yml").write_text(budget)
    (line,) = [line for line in examine(project) if line.what == what]
    return line


@pytest.mark.parametrize(
    ("budget", "what", "found"),
    [
        pytest.param(COMMAND.format("./run.sh"), "it: command", "run.sh", id="of the tree"),
        pytest.param(COMMAND.format("sh"), "it: command", "/sh", id="on PATH"),
        pytest.param(COMMAND.format(sys.executable), "it: command", "python", id="anywhere"),
        pytest.param(
            BENCH.format(sys.executable), "it: python", "with pytest-benchmark ", id="a Python"
        ),
    ],
)
def test_a_program_that_is_there_is_named(
    project: Path, budget: str, what: str, found: str
) -> None:
    line = said(project, budget, what)
    assert (line.status, line.remedy) == (Level.OK, "")
    assert found in line.found


@pytest.mark.parametrize(
    ("budget", "what", "found"),
    [
        pytest.param(COMMAND.format("./no.sh"), "it: command", "./no.sh: no such", id="a script"),
        pytest.param(COMMAND.format("nowt-of-it"), "it: command", "nowt-of-it: no", id="a name"),
        pytest.param(COMMAND.format("./notes.txt"), "it: command", "no such", id="no program"),
        pytest.param(
            COMMAND.format("sh") + "cwd: nowhere\n", "it: command", "no folder nowhere", id="folder"
        ),
        pytest.param(BENCH.format("env/bin/python"), "it: python", "env/bin/python", id="a Python"),
        pytest.param(K6.format("tools/k6"), "k6", "tools/k6", id="a k6 of the tree"),
        pytest.param(K6.format("/no/k6"), "k6", "/no/k6", id="a k6 elsewhere"),
        pytest.param(LIGHTHOUSE.format("/no/chrome"), "chrome", "/no/chrome", id="a browser"),
    ],
)
def test_a_program_that_is_absent_would_be_missing(
    project: Path, budget: str, what: str, found: str
) -> None:
    line = said(project, budget, what)
    assert line.status is Level.BAD
    assert found in line.found
    assert line.remedy


@pytest.mark.parametrize(
    ("budget", "what", "status"),
    [
        pytest.param(COMMAND.format("./no.sh"), "it: command", Level.WARN, id="a script"),
        pytest.param(COMMAND.format("/no/where"), "it: command", Level.BAD, id="not in the tree"),
        pytest.param(BENCH.format("env/bin/python"), "it: python", Level.WARN, id="a Python"),
        pytest.param(K6.format("tools/k6"), "k6", Level.WARN, id="a k6 of the tree"),
        pytest.param(K6.format("/no/k6"), "k6", Level.BAD, id="a k6 elsewhere"),
    ],
)
def test_what_prepare_can_still_make_is_a_warning(
    project: Path, budget: str, what: str, status: Level
) -> None:
    line = said(project, budget, what, BUILT)
    assert line.status is status
    assert ("`prepare:` of shop may still make it" in line.found) == (status is Level.WARN)


@pytest.mark.parametrize(("budget", "status"), [("collect: lhci\n", Level.BAD), ("", Level.WARN)])
def test_lighthouse_ci_is_needed_where_a_budget_collects_with_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, budget: str, status: Level
) -> None:
    home = project / "home" / "node_modules" / "lighthouse"
    home.mkdir(parents=True)
    (home / "package.json").write_text('{"name": "lighthouse", "version": "13.5.0"}')
    monkeypatch.setenv("PERFGATE_NODE_HOME", str(project / "home"))
    line = said(project, LIGHTHOUSE.format("/no/chrome") + budget, "lhci")
    assert line.status is status
    assert line.found.endswith("not installed beside Lighthouse")
