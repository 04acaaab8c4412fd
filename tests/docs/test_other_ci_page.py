"""The page about other CI systems: its configurations fit their schemas, its scripts run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gate.reports import names
from tests.helpers.pages import DOCS, ROOT, blocks, environment

_PAGE = DOCS / "other-ci.md"
_FILES = {block.file or block.text.partition("\n")[0]: block.text for block in blocks(_PAGE)}
_BUDGET = "runner: bundle\nfiles: {app: app.js}\nobjectives:\n  - {sli: size, limit: LIMIT}\n"
_AGENT = '#!/bin/sh\nprintf "%s\\n" "$*" > "$AGENT_LOG"\ncat > "$AGENT_LOG.body"\n'


def _file(name: str) -> str:
    return next(text for file, text in _FILES.items() if file.endswith(name))


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
        (".buildkite/pipeline.yml", "vendor.buildkite"),
        ("azure-pipelines.yml", "vendor.azure-pipelines"),
    ],
)
def test_a_configuration_fits_its_schema(tmp_path: Path, name: str, schema: str) -> None:
    file = tmp_path / "it.yml"
    file.write_text(_file(name), "utf-8")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(check, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_inputs_of_the_component_are_those_of_the_page() -> None:
    head = (ROOT / "templates" / "perfgate.yml").read_text("utf-8").partition("\n---\n")[0]
    inputs = yaml.safe_load(head)["spec"]["inputs"]
    text = _PAGE.read_text("utf-8")
    for name, told in inputs.items():
        default = f"`{told['default']}`" if told["default"] else ""
        assert f"| `{name}` | {default} |".replace("  ", " ") in text
    assert set(yaml.safe_load(_file(".gitlab-ci.yml"))["include"][0]["inputs"]) <= set(inputs)


def test_every_report_that_is_named_is_there() -> None:
    text = _PAGE.read_text("utf-8")
    named = {"junit", "gitlab", "html", "gitlab-load", "openmetrics", "html-dir", "buildkite"}
    assert named | {"azure", "markdown"} <= set(names())
    assert all(f"`{name}" in text or f"{name}=" in text for name in named)


def _project(folder: Path, limit: str) -> dict[str, str]:
    (folder / "budgets").mkdir(parents=True)
    (folder / "budgets" / "b.yml").write_text(_BUDGET.replace("LIMIT", limit), "utf-8")
    (folder / "app.js").write_text("let a = 1;\n" * 50, "utf-8")
    return environment(folder.parent / "cache")


@pytest.mark.parametrize(
    ("limit", "code", "style"),
    [("1 kB", 0, "success"), ("1 B", 1, "error"), ("1 parsec", 2, "")],
)
def test_the_script_for_buildkite_annotates_as_the_gate_says(
    tmp_path: Path, limit: str, code: int, style: str
) -> None:
    """The agent is one of ours, that writes down its call: Buildkite's needs its server."""
    env = _project(tmp_path / "project", limit)
    (tmp_path / "bin").mkdir()
    agent = tmp_path / "bin" / "buildkite-agent"
    agent.write_text(_AGENT, "utf-8")
    agent.chmod(0o755)
    log = tmp_path / "log"
    env = {**env, "AGENT_LOG": str(log), "PATH": f"{agent.parent}{os.pathsep}{env['PATH']}"}
    script = ["sh", "-c", _file("ci/perfgate.sh")]
    done = subprocess.run(
        script, cwd=tmp_path / "project", env=env, capture_output=True, check=False
    )
    assert done.returncode == code
    if not style:
        assert not log.exists()
        return
    assert log.read_text("utf-8") == f"annotate --style {style} --context perfgate\n"
    assert log.with_name("log.body").read_text("utf-8").startswith("### ")


@pytest.mark.parametrize(
    ("limit", "code", "result"), [("1 kB", 0, "Succeeded"), ("1 B", 1, "Failed")]
)
def test_the_script_for_azure_says_how_the_task_ended(
    tmp_path: Path, limit: str, code: int, result: str
) -> None:
    env = _project(tmp_path / "project", limit)
    steps = yaml.safe_load(_file("azure-pipelines.yml"))["steps"]
    script = next(each["script"] for each in steps if each.get("displayName") == "Performance")
    here = script.replace('"$(Agent.TempDirectory)/perfgate/bin/gate"', "gate")
    done = subprocess.run(
        ["bash", "-c", here], cwd=tmp_path / "project", env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == code
    *_, ended, uploaded = done.stdout.splitlines()
    assert ended.startswith(f"##vso[task.complete result={result};]")
    assert Path(uploaded.removeprefix("##vso[task.uploadsummary]")).read_text("utf-8")
