"""Puts a measured table between its two marks in the README, so that no figure is typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def write(name: str, table: str) -> None:
    """Replace what stands between `<!-- NAME: …` and `<!-- end of NAME -->`."""
    text = README.read_text("utf-8")
    pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
    made, count = re.subn(pattern, lambda m: f"{m[1]}{table}\n{m[2]}", text, flags=re.DOTALL)
    if count != 1:
        msg = f"the README has no place for {name}"
        raise ValueError(msg)
    README.write_text(made, "utf-8")
