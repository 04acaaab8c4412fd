"""The committed reference pages are made from the models and name every key and metric."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.core.sli import STATISTICS
from gate.core.units import UNITS_OF
from gate.runners import registry
from gate.spec.docs import reference, runner_section, runners_reference
from gate.spec.models import BudgetFile, ObjectiveFile
from gate.spec.reserved import PolicyFile, ProfileFile, ServiceFile, WaiverFile
from gate.spec.translate import keys_of
from tests.spec.fakes import RUNNERS, BundleOptions

PAGES = Path(__file__).resolve().parents[2] / "docs" / "reference"
# Options under which a runner shows all its metrics.
SAMPLES = {
    "bundle": {"files": {"app": "dist/*.js"}},
    "command": {"command": ["python", "-V"]},
    "k6": {"script": "load.js"},
    "lighthouse": {
        "pages": {"home": "/"},
        "flows": {"buy": [{"goto": "/checkout"}, {"click": "#pay"}]},
    },
    "postgres": {"dsn": "postgresql:///shop"},
    "pytest-benchmark": {"paths": ["benchmarks"]},
}


def section(name: str) -> str:
    runner = registry.find(name)
    options = runner.options.model_validate_json(json.dumps(SAMPLES[name]))
    return runner_section(name, runner.options, runner.catalogue(options))


@pytest.mark.parametrize("name", ["budgets.md", "runners.md"])
def test_the_committed_page_is_the_made_one(name: str, request: pytest.FixtureRequest) -> None:
    made = reference() if name == "budgets.md" else runners_reference(map(section, sorted(SAMPLES)))
    page = PAGES / name
    if request.config.getoption("--update-golden"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(made, encoding="utf-8")
    assert page.read_text("utf-8") == made, "pytest --update-golden writes it anew"


def test_every_built_in_runner_has_its_section() -> None:
    assert sorted(SAMPLES) == sorted(registry.RUNNERS.builtin)


@pytest.mark.parametrize(
    "model", [BudgetFile, ObjectiveFile, PolicyFile, ProfileFile, ServiceFile, WaiverFile]
)
def test_every_key_is_on_the_page_with_its_meaning(model: type[BudgetFile]) -> None:
    page = reference()
    for key in keys_of(model):
        rows = [line for line in page.splitlines() if line.startswith(f"| `{key}` |")]
        assert rows
        assert all(row.split("|")[4].strip() for row in rows)


def test_every_unit_and_statistic_is_on_the_page() -> None:
    page = reference()
    for unit in (unit for units in UNITS_OF.values() for unit in units):
        assert f"`{unit}`" in page
    for statistic in STATISTICS:
        assert f'"{statistic}"' in page


def test_a_section_lists_keys_and_metrics_of_a_runner() -> None:
    runner = RUNNERS["bundle"]
    catalogue = runner.catalogue(BundleOptions(files={"app": "a.js"}))
    assert runner_section("bundle", runner.options, catalogue) == (
        "## bundle\n\n"
        "| key | type | default | meaning |\n"
        "| --- | --- | --- | --- |\n"
        "| `files` | mapping of names to text or list of text | required |  |\n\n"
        "| metric | unit | better | kind | statistics (default first) | tags | meaning |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| `size` | size | lower | exact | `sum`, `max` | `file`, `encoding`; each `file` |  |\n"
    )
