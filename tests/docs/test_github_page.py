"""The page about GitHub Actions: its tables are those of the action, its files are valid.

Its whole workflows are linted with our own (tests/workflows).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.helpers.pages import DOCS, ROOT, blocks

PAGE = DOCS / "github.md"
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def table(section: str) -> dict[str, list[str]]:
    """The rows of a section's table by their first cell, without its code marks."""
    text = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    (found,) = (part for part in text if part.startswith(f"{section}\n"))
    rows = [line.strip("|").split("|") for line in found.splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): [cell.strip(" `") for cell in row[1:]] for row in rows}


def test_every_input_stands_there_with_its_default() -> None:
    told = {name: cells[0] for name, cells in table("Inputs").items()}
    known = {name: each["default"] for name, each in ACTION["inputs"].items()}
    known["github-token"] = "the job's"
    assert told == known


def test_every_output_stands_there() -> None:
    assert list(table("Outputs")) == list(ACTION["outputs"])


def test_every_input_of_an_example_is_one() -> None:
    for block in blocks(PAGE, "yaml"):
        loaded = yaml.safe_load(block.text)
        steps = [s for job in loaded.get("jobs", {}).values() for s in job["steps"]]
        for step in steps:
            if step["uses"].startswith("perfgate/perfgate@"):
                assert set(step.get("with", {})) <= set(ACTION["inputs"])


def test_inputs_reach_the_gate_through_the_environment_alone() -> None:
    steps = {step.get("id"): step for step in ACTION["runs"]["steps"]}
    handed = set(steps["gate"]["env"]) - {"PERFGATE_INSTALLED"}
    named = {
        f"PERFGATE_{name.upper().replace('-', '_')}"
        for name in ACTION["inputs"]
        if name not in {"artifact", "working-directory", "gate"}
    }
    assert handed == named
