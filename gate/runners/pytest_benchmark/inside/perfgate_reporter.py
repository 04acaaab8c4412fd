"""A pytest plugin that tells which benchmarks there were and how each of them ended.

pytest-benchmark leaves a benchmark that raised out of its JSON, and keeps one whose result was
found wrong afterwards. Works with Python 3.9 and pytest 7 as well as with the newest.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from perfgate_trees import of_environment  # type: ignore[import-not-found]  # its folder is on that path

# Before anything of the project is imported: this plugin is the first one.
_TREES = of_environment()
_ORDER = ("", "passed", "skipped", "failed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file to write to."""
    parser.addoption("--perfgate-report", default="", help="where perfgate reads what happened")


def pytest_configure(config: pytest.Config) -> None:
    """Watch this session."""
    path = str(config.getoption("--perfgate-report"))
    if path:
        config.pluginmanager.register(Watch(path), "perfgate-watch")


class Watch:
    """Collects and writes `{"tests": {id: {outcome, why, group}}, "errors": [[id, why]]}`.

    On the base's tree also `foreign` and `own`: where the imported code came from.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.tests: dict[str, dict[str, str]] = {}
        self.errors: list[list[str]] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected, and modules that skip themselves."""
        if report.outcome != "passed":
            self.errors.append([report.nodeid, report.outcome, _why(report)])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep every benchmark that is about to run."""
        for item in session.items:
            if "benchmark" in getattr(item, "fixturenames", ()):
                mark = item.get_closest_marker("benchmark")
                group = mark.kwargs.get("group") if mark else None
                self.tests[item.nodeid] = {"outcome": "", "why": "", "group": str(group or "")}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst of set-up, call and tear-down."""
        test = self.tests.get(report.nodeid)
        if test is None or _ORDER.index(report.outcome) <= _ORDER.index(test["outcome"]):
            return
        test["outcome"] = report.outcome
        if report.outcome == "passed":
            return
        if hasattr(report, "wasxfail"):
            test["why"] = "it is marked as expected to fail"
        elif report.outcome == "skipped" or report.when == "call":
            test["why"] = _why(report)
        else:
            test["why"] = f"in its {report.when}: {_why(report)}"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write all at once: half a report is none."""
        content: dict[str, Any] = {"tests": self.tests, "errors": self.errors}
        if _TREES is not None:
            content.update(_TREES.told())
        draft = f"{self.path}.{os.getpid()}"
        with open(draft, "w", encoding="utf-8") as file:  # noqa: PTH123  # any Python, any pytest
            json.dump(content, file)
        os.replace(draft, self.path)  # noqa: PTH105  # the same


def _why(report: pytest.CollectReport | pytest.TestReport) -> str:
    """The last line of what happened, or the reason of a skip."""
    longrepr = report.longrepr
    crash = getattr(longrepr, "reprcrash", None)
    if isinstance(longrepr, tuple):
        text = str(longrepr[2]).removeprefix("Skipped: ")
    elif crash is not None:
        text = str(crash.message).strip().partition("\n")[0]
    else:
        lines = str(longrepr).strip().splitlines()
        text = lines[-1] if lines else ""
    return text[:500]
