"""What a step of GitHub Actions hands on: outputs, a summary, and a fence around others' words.

Source: docs.github.com, "Workflow commands for GitHub Actions"; actions/runner
FileCommandManager.cs (a summary above 1 MiB is dropped whole; an output ends at its delimiter).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

SUMMARY_BYTES = 1024 * 1024
OUTPUT_BYTES = 100_000


class Step:
    """The files that the runner reads after the step; where it named none, nothing is written."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._outputs = environ.get("GITHUB_OUTPUT", "")
        self._summary = environ.get("GITHUB_STEP_SUMMARY", "")

    def outputs(self, values: Mapping[str, str]) -> None:
        """Set outputs; a later value of the same name counts. Raises `OSError`."""
        if not self._outputs:
            return
        with Path(self._outputs).open("a", encoding="utf-8") as file:
            for name, value in values.items():
                # Nobody can close it early: the delimiter is drawn when the value is known.
                end = f"perfgate-{secrets.token_hex(16)}"
                file.write(f"{name}<<{end}\n{value[:OUTPUT_BYTES]}\n{end}\n")

    def summary(self, text: str) -> bool:
        """Add to the step's summary; whether there was room for all of it. Raises `OSError`."""
        if not self._summary:
            return True
        path, added = Path(self._summary), f"{text}\n".encode()
        used = path.stat().st_size if path.exists() else 0
        if used + len(added) > SUMMARY_BYTES:
            return False
        with path.open("ab") as file:
            file.write(added)
        return True


def fence() -> tuple[str, str]:
    """The line after which the runner takes no commands from the log, and the one that ends it."""
    token = f"perfgate-{secrets.token_hex(16)}"
    return f"::stop-commands::{token}\n", f"::{token}::\n"
