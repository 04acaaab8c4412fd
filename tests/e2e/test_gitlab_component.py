"""The GitLab component as gitlab-ci-local runs it: the job, its code, every report it promises."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from tests.conftest import ROOT, gitlab_ci_local

_COMPONENT = ROOT / "templates" / "perfgate.yml"
_GATE = Path(sys.executable).with_name("gate")
_REPORTS = {"junit.xml", "code-quality.json", "load-performance.json", "metrics.txt", "report.html"}
_BUDGET = """\
runner: bundle
files: {{app: dist/app.js}}
objectives:
  - sli: size{{file:app, encoding:raw}}
    limit: {limit}
"""
_PIPELINE = """\
stages: [test]
include:
  - local: templates/perfgate.yml
    inputs:
      gate: {gate}
      args: |
        --quiet
        --report=csv=perfgate-report/a b; touch pwned $(touch pwned).csv
"""


def _documents() -> tuple[Any, Any]:
    """The inputs, and the jobs with every input at its default."""
    head, _, body = _COMPONENT.read_text("utf-8").partition("\n---\n")
    inputs = yaml.safe_load(head)["spec"]["inputs"]
    defaults = {name: told["default"] for name, told in inputs.items()}
    filled = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda found: defaults[found[1]], body)
    return inputs, yaml.safe_load(filled)


def test_it_fits_the_schema_of_gitlab(tmp_path: Path) -> None:
    file = tmp_path / "gitlab-ci.yml"
    file.write_text(yaml.safe_dump(_documents()[1]), encoding="utf-8")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"]
    done = subprocess.run([*check, str(file)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_input_is_said_and_none_stands_in_the_script() -> None:
    inputs, jobs = _documents()
    body = _COMPONENT.read_text("utf-8").partition("\n---\n")[2]
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", body))
    assert used == set(inputs)
    assert all(told["description"].endswith(".") for told in inputs.values())
    script = body.partition("  script:")[2].partition("  artifacts:")[0]
    assert "$[[" not in script
    assert set(jobs) == {"perfgate"}


def test_every_report_for_gitlab_is_handed_over() -> None:
    job = _documents()[1]["perfgate"]
    handed = {path.rpartition("/")[2] for path in job["artifacts"]["reports"].values()}
    assert handed | {"report.html"} == _REPORTS
    assert job["artifacts"]["when"] == "always"


def _project(folder: Path, limit: str) -> None:
    (folder / "templates").mkdir(parents=True)
    shutil.copy(_COMPONENT, folder / "templates")
    for name, text in {
        ".gitlab-ci.yml": _PIPELINE.format(gate=_GATE),
        ".gitignore": ".gitlab-ci-local/\n.gate/\nperfgate-report/\n",
        "dist/app.js": "let hello = 1;\n" * 10,
        "budgets/bundle.yml": _BUDGET.format(limit=limit),
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for command in (
        ("init", "-q", "-b", "main"),
        ("remote", "add", "origin", "https://gitlab.invalid/group/project.git"),
        ("add", "-A"),
        ("-c", "user.name=n", "-c", "user.email=n@example.invalid", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)


@pytest.mark.needs_gitlab_ci_local
@pytest.mark.parametrize(("limit", "code"), [("1 kB", 0), ("100 B", 1)], ids=["kept", "broken"])
def test_the_job_ends_as_the_gate_says_and_leaves_every_report(
    tmp_path: Path, limit: str, code: int
) -> None:
    folder = tmp_path / "project"
    _project(folder, limit)
    node, program = gitlab_ci_local()
    path = os.pathsep.join((str(Path(node).parent), os.environ["PATH"]))
    env = {"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [node, program, "--force-shell-executor", "perfgate"],
        cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    said = done.stdout + done.stderr
    # Its own code is 1 for every job that fails; the job's stands beside it.
    assert (done.returncode, f"FAIL {code}" in said) == (code, code != 0), said
    left = folder / ".gitlab-ci-local" / "artifacts" / "perfgate"
    reports = left / "perfgate-report"
    strange = "a b; touch pwned $(touch pwned).csv"
    assert {path.name for path in reports.iterdir()} == {*_REPORTS, strange}, said
    assert json.loads((left / ".gate" / "outcome.json").read_text())["exit"] == code
    assert len(json.loads((reports / "code-quality.json").read_text())) == code
    root = ET.fromstring((reports / "junit.xml").read_text())  # noqa: S314  # our own
    assert root.attrib["failures"] == str(code)
    assert (reports / "metrics.txt").read_text().endswith("# EOF\n")
    assert not list(folder.rglob("pwned"))
