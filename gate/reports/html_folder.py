"""The HTML report as a folder: index.html and style.css, for servers that allow nothing inline.

Jenkins serves archived files with `sandbox; default-src 'none'; img-src 'self'; style-src 'self'`
(jenkins.io, Configuring Content Security Policy): no script runs and no inline style counts.
"""

from __future__ import annotations

from gate.core.verdict import Outcome
from gate.reports.html import packaged, page

_STYLE = "style.css"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"


class HtmlFolder:
    """The page without a script, its style beside it; it reads as bare HTML without the style."""

    name = "html-dir"
    suffix = ""

    def render(self, outcome: Outcome) -> str:
        """The page alone."""
        return page(outcome, csp=_POLICY, linked=_STYLE)

    def files(self, outcome: Outcome) -> dict[str, str]:
        """Every file of the folder, by its name."""
        return {"index.html": self.render(outcome), _STYLE: packaged("report.css")}


REPORT = HtmlFolder()
