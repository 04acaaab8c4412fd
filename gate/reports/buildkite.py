"""An annotation for Buildkite: Markdown for `buildkite-agent annotate`.

The agent takes at most 1 MiB; `--context perfgate` replaces the annotation of an earlier try, and
`--style` is for the pipeline to choose by the exit code (docs/other-ci.md).
"""

from __future__ import annotations

from gate.core.verdict import Outcome
from gate.reports.markdown import Markdown


class Buildkite:
    """The comment without the marker by which GitHub's comments are found again."""

    name = "buildkite"
    suffix = ".md"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text, at most 60 000 characters."""
        marker, _, text = Markdown().render(outcome).partition("\n")
        return text.lstrip("\n") if marker.startswith("<!--") else f"{marker}\n{text}"


REPORT = Buildkite()
