"""Reports by name: the built-in ones, then plugins of the entry-point group `gate.reports`."""

from __future__ import annotations

from typing import cast

from gate.seams.plugins import Registry
from gate.seams.report import Report

REPORTS = Registry(
    "report",
    "gate.reports",
    {
        "azure": "gate.reports.azure:REPORT",
        "buildkite": "gate.reports.buildkite:REPORT",
        "csv": "gate.reports.csv:REPORT",
        "github": "gate.reports.github:REPORT",
        "gitlab": "gate.reports.gitlab:REPORT",
        "gitlab-load": "gate.reports.gitlab_load:REPORT",
        "html": "gate.reports.html:REPORT",
        "html-dir": "gate.reports.html_folder:REPORT",
        "json": "gate.reports.json:REPORT",
        "junit": "gate.reports.junit:REPORT",
        "markdown": "gate.reports.markdown:REPORT",
        "openmetrics": "gate.reports.openmetrics:REPORT",
        "terminal": "gate.reports.terminal:REPORT",
    },
)


def names() -> tuple[str, ...]:
    """Every name that `--report NAME=PATH` takes, in order."""
    return REPORTS.names()


def find(name: str) -> Report:
    """The report of that name; raises `UsageError` with the known names or the plugin's fault."""
    return cast("Report", REPORTS.get(name))
