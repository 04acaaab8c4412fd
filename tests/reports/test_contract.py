"""Every built-in report keeps the contract that plugins are held to."""

from __future__ import annotations

from gate.core.verdict import Row
from gate.reports import find
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
