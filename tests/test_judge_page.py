"""The page about the judge: its example runs, and prints what the page says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "judge.md"


def test_the_example_prints_what_the_page_says() -> None:
    blocks = dict(re.findall(r"```(python|text)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    done = subprocess.run(
        [sys.executable, "-c", blocks["python"]], capture_output=True, text=True, check=True
    )
    assert done.stdout == blocks["text"]
