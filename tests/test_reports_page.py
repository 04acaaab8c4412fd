"""The page of the reports names every format and every kind of place, and shows what is there."""

import re
from pathlib import Path

from gate.app.pdf import NAME as PDF
from gate.reports import names
from gate.reports.causes import WORDS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reports.md"


def rows_of(head: str) -> set[str]:
    """The first cells of the table that begins so."""
    table = PAGE.read_text("utf-8").split(f"| {head} |", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE))


def test_every_format_is_there() -> None:
    assert rows_of("format") == {*names(), PDF}


def test_every_kind_of_place_is_there() -> None:
    assert rows_of("word") == set(WORDS)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"\]\((pictures/[\w-]+\.png)\)", PAGE.read_text("utf-8"))
    assert len(pictures) == 4
    assert all((PAGE.parent / picture).is_file() for picture in pictures)
