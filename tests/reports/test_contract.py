"""Every built-in report keeps the contract that plugins are held to."""

from __future__ import annotations

from gate.core.verdict import Row, Status
from gate.reports import find
from gate.reports.github import _property
from gate.reports.markdown import LONGEST
from gate.testing.report_contract import ReportContract
from gate.testing.syntax import Syntax


class TestTerminal(ReportContract):
    report = find("terminal")
    syntax = Syntax.TEXT


class TestMarkdown(ReportContract):
    report = find("markdown")
    syntax = Syntax.MARKDOWN
    longest = LONGEST


class TestHtml(ReportContract):
    report = find("html")
    syntax = Syntax.HTML


class TestJson(ReportContract):
    report = find("json")
    syntax = Syntax.JSON

    def named(self, row: Row) -> str:
        return row.objective.id


class TestJUnit(ReportContract):
    report = find("junit")
    syntax = Syntax.XML


class TestGitHub(ReportContract):
    report = find("github")
    syntax = Syntax.TEXT
    hides = frozenset({Status.PASS, Status.SKIPPED})
    longest = 21 * 3 * 4096

    def named(self, row: Row) -> str:
        return _property(super().named(row))


class TestGitLab(ReportContract):
    report = find("gitlab")
    syntax = Syntax.JSON
    hides = frozenset({Status.PASS, Status.SKIPPED})


class TestGitLabLoad(ReportContract):
    report = find("gitlab-load")
    syntax = Syntax.JSON


class TestOpenMetrics(ReportContract):
    report = find("openmetrics")
    syntax = Syntax.TEXT

    def named(self, row: Row) -> str:
        return super().named(row).replace('"', '\\"')


class TestCsv(ReportContract):
    report = find("csv")
    syntax = Syntax.TEXT

    def named(self, row: Row) -> str:
        return super().named(row).replace('"', '""')
