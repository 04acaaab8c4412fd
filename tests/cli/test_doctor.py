"""`gate doctor` as it is printed, for people and for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GATE = Path(sys.executable).with_name("gate")


def doctor(folder: Path, *words: str) -> tuple[int, str]:
    env = {k: v for k, v in os.environ.items() if "TOKEN" not in k}
    env |= {"PERFGATE_K6": "/no/k6", "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(
        [GATE, "doctor", *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "budgets").mkdir()
    (tmp_path / "load.js").write_text("export default function () {}\n")
    (tmp_path / "budgets/api.yml").write_text(
        "runner: k6\nscript: load.js\nobjectives:\n  - sli: http_req_duration\n    limit: 1 s\n"
    )
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=tmp_path, check=True)
    return tmp_path


def test_each_line_has_a_mark_and_what_is_not_fine_a_remedy(project: Path) -> None:
    code, said = doctor(project)
    assert code == 3
    lines = said.splitlines()
    assert "✗ k6: /no/k6 (PERFGATE_K6): not found" in lines
    assert "! checkout: no commit yet" in lines
    assert any(line.startswith("✓ clock: ") for line in lines)
    marks = [index for index, line in enumerate(lines) if line[0] in "!✗"]
    assert all(lines[index + 1].startswith("  -> ") for index in marks)


def test_a_program_gets_the_same_lines(project: Path) -> None:
    code, said = doctor(project, "--json")
    found = {line["what"]: line for line in json.loads(said)}
    assert code == 3
    assert found["k6"]["status"] == "bad"
    assert found["k6"]["remedy"]
    assert set(found["python"]) == {"status", "what", "found", "remedy"}


def test_budgets_that_cannot_be_read_are_one_of_the_lines(project: Path) -> None:
    (project / "budgets/api.yml").write_text("runner: k7\n")
    code, said = doctor(project)
    assert code == 3
    assert "✗ budgets: budgets/api.yml:1:1: the key 'objectives' is missing" in said
