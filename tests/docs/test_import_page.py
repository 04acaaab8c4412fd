"""The page about importing: followed, and every format stands in it."""

from __future__ import annotations

from pathlib import Path

from gate.importers import FORMATS
from tests.helpers.pages import DOCS, environment, follow

_PAGE = DOCS / "import.md"


def test_import_md_says_what_happens(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    assert follow(_PAGE, project, environment(tmp_path / "cache")) == 3


def test_every_format_is_there() -> None:
    text = _PAGE.read_text("utf-8")
    assert [each.name for each in FORMATS if f"`{each.name}`" not in text] == []
