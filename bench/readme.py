"""Puts a measured table between its two marks in the README, so that no figure is typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def write(name: str, table: str, page: Path = README) -> None:
    """Replace what stands between `<!-- NAME: …` and `<!-- end of NAME -->` in a page."""
    text = page.read_text("utf-8")
    pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
    made, count = re.subn(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    if count != 1:
        msg = f"{page.name} has no place for {name}"
        raise ValueError(msg)
    page.write_text(made, "utf-8")
