"""The committed page of commands is made from them and names every one."""

from __future__ import annotations

import click
import pytest

from gate.cli.main import group
from gate.cli.reference import reference
from tests.helpers.pages import DOCS

PAGE = DOCS / "reference" / "commands.md"


def test_the_committed_page_is_the_made_one(request: pytest.FixtureRequest) -> None:
    made = reference()
    if request.config.getoption("--update-golden"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text("utf-8") == made, "pytest --update-golden writes it anew"


def test_every_command_has_its_section_and_says_what_it_does() -> None:
    page = reference()
    for name in group.list_commands(click.Context(group)):
        section = page.split(f"\n## gate {name}\n")[1].split("\n## ")[0]
        assert len(section.split()) > 8, name
