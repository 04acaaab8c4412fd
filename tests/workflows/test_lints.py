"""Workflows and actions, ours and those of the documentation: clean, pinned, bounded."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = (ROOT / "action.yml", ROOT / "comment" / "action.yml")
_FENCE = re.compile(r"^( *)```ya?ml\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*")


def examples() -> Iterator[tuple[str, str]]:
    """The whole workflows in the documentation, with a name for each."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for number, found in enumerate(_FENCE.finditer(page.read_text(encoding="utf-8"))):
            indent, text = found.groups()
            text = re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
            if re.search(r"^on:", text, re.MULTILINE) and "\njobs:" in f"\n{text}":
                yield f"{page.stem}-{number}.yml", text


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with our workflows and actions, and the examples beside them."""
    root = tmp_path_factory.mktemp("laid-out")
    folder = root / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path in (*WORKFLOWS, *ACTIONS):
        to = root / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(path.read_bytes())
    for name, text in examples():
        (folder / name).write_text(text, encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def said(root: Path, *argv: str) -> None:
    """A linter has nothing to say."""
    program = BIN / argv[0]
    done = subprocess.run(
        [program, *argv[1:]], cwd=root, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def workflows(root: Path) -> list[str]:
    return [str(path) for path in sorted((root / ".github" / "workflows").glob("*.yml"))]


def test_there_are_workflows_actions_and_an_example() -> None:
    assert {path.stem for path in WORKFLOWS} >= {"ci", "self-test", "release"}
    assert all(path.exists() for path in ACTIONS)
    named = {name.partition("-")[0] for name, _ in examples()}
    assert named >= {"README", "forks", "github"}


def test_actionlint_has_nothing_to_say(laid_out: Path) -> None:
    said(laid_out, "actionlint", "-no-color", *workflows(laid_out))


def test_zizmor_has_nothing_to_say_even_pedantically(laid_out: Path) -> None:
    actions = [str(path.relative_to(ROOT)) for path in ACTIONS]
    said(laid_out, "zizmor", "--offline", "--persona=pedantic", ".github", *actions)


def test_workflows_are_what_githubs_schema_says(laid_out: Path) -> None:
    schema = ("--builtin-schema", "vendor.github-workflows")
    said(laid_out, "check-jsonschema", *schema, *workflows(laid_out))


def test_actions_are_what_githubs_schema_says(laid_out: Path) -> None:
    schema = ("--builtin-schema", "vendor.github-actions")
    said(laid_out, "check-jsonschema", *schema, *(str(p.relative_to(ROOT)) for p in ACTIONS))


def test_what_keeps_the_pins_fresh_is_what_its_schema_says() -> None:
    schema = ("--builtin-schema", "vendor.dependabot")
    said(ROOT, "check-jsonschema", *schema, ".github/dependabot.yml")
    said(ROOT, "zizmor", "--offline", "--persona=pedantic", ".github/dependabot.yml")


@pytest.mark.parametrize("path", [*WORKFLOWS, *ACTIONS], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_action_is_pinned_to_a_commit_with_its_version(path: Path) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    loose = [each for each in used if not each.startswith("./") and not _PINNED.fullmatch(each)]
    assert loose == []


def test_the_documentation_names_no_release_that_is_not_there() -> None:
    """Which commit a reader pins, he looks up: a tag in a page is out of date or not yet made."""
    pages = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    used = re.findall(r"perfgate/perfgate(?:/comment)?@(\S+)|^ *rev: (\S+)", text, re.MULTILINE)
    assert {"".join(each) for each in used} == {"0" * 40}


def test_one_action_has_one_commit_everywhere() -> None:
    used: dict[str, set[str]] = {}
    for path in (*WORKFLOWS, *ACTIONS):
        for name, pin in re.findall(r"uses: ([\w./-]+)@(.+)", path.read_text(encoding="utf-8")):
            used.setdefault(name, set()).add(pin)
    assert {name: pins for name, pins in used.items() if len(pins) > 1} == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_a_workflow_is_bounded_and_starts_with_no_rights(path: Path) -> None:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert loaded["permissions"] == {}
    assert "group" in loaded["concurrency"]
    for name, job in loaded["jobs"].items():
        assert 0 < job["timeout-minutes"] <= 60, name
        assert "permissions" in job, name
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False, name


def test_only_a_part_that_cannot_be_joined_makes_an_upload_red() -> None:
    """An upload that fails changes no verdict; without its part the job that joins has none."""
    loaded: dict[str, Any] = yaml.safe_load(ACTIONS[0].read_text(encoding="utf-8"))
    uploads = [s for s in loaded["runs"]["steps"] if "upload-artifact" in s.get("uses", "")]
    red = [step["name"] for step in uploads if not step.get("continue-on-error")]
    assert red == ["Upload the measured part"]


@pytest.mark.parametrize("path", ACTIONS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_nothing_is_expanded_in_a_script_of_an_action(path: Path) -> None:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    scripts = [step["run"] for step in loaded["runs"]["steps"] if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []
