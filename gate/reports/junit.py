"""The JUnit report, for the test views of CI systems.

What closes the gate is red there: a broken promise is a failure; what was not measured or could
not be decided is an error. What does not close it is never red: it is skipped, with a message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter

from gate.core.verdict import Effect, Outcome, Status
from gate.reports.rows import RowView
from gate.reports.safe import harmless
from gate.reports.view import View, view_of
from gate.reports.xml import element, text_element


class JUnit:
    """One suite a budget, one case an objective. Well-formed XML 1.0 whatever the names are."""

    name = "junit"
    suffix = ".xml"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text."""
        view = view_of(outcome)
        rows = sorted(view.rows, key=attrgetter("budget"))
        grouped = groupby(rows, attrgetter("budget"))
        suites = [_suite(view, budget, list(group)) for budget, group in grouped]
        counted = _counts(map(_answer, rows)) if rows else _counts(["error"])
        inside = (*(suites or [_nothing(view)]), *_said(view))
        whole = element("testsuites", {"name": "perfgate", **counted}, *inside)
        return harmless(f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n')


REPORT = JUnit()


def _answer(row: RowView) -> str:
    """Which element a row becomes."""
    if row.effect is Effect.BLOCKS:
        return "failure" if row.status is Status.FAIL else "error"
    return "passed" if row.status in {Status.PASS, Status.WARN} else "skipped"


def _counts(answers: Iterable[str]) -> dict[str, str]:
    counted = Counter(answers)
    return {
        "tests": str(counted.total()),
        "failures": str(counted["failure"]),
        "errors": str(counted["error"]),
        "skipped": str(counted["skipped"]),
    }


def _suite(view: View, budget: str, rows: list[RowView]) -> str:
    counted = _counts(map(_answer, rows))
    told = _properties([("exit", view.exit_sentence), ("commit", view.commit)])
    return element("testsuite", {"name": budget, **counted}, told, *map(_case, rows))


def _nothing(view: View) -> str:
    """Nothing was checked: one error, because an empty suite would be green."""
    fault = element("error", {"message": view.headline.text, "type": "missing"})
    case = element("testcase", {"classname": "perfgate", "name": "budgets"}, fault)
    return element("testsuite", {"name": "perfgate", **_counts(["error"])}, case)


def _said(view: View) -> tuple[str, ...]:
    """What belongs to no case, as a suite without cases: only suites may hold output."""
    tried = (*view.failed_attempts, *view.disturbed)
    lines = (*view.warnings, *view.loosened, *tried, *view.notes)
    if not lines:
        return ()
    told = text_element("system-out", {}, "\n".join(lines))
    return (element("testsuite", {"name": "perfgate notes", **_counts([])}, told),)


def _case(row: RowView) -> str:
    where = {"file": row.file, "line": str(row.line)} if row.line else {}
    named = {"classname": row.budget, "name": row.title or row.id, **where}
    told = _properties(
        [
            ("objective", row.id),
            ("status", row.mark.word),
            ("value", row.value),
            ("bound", row.promise),
            ("baseline", row.shown_baseline),
            ("change", row.shown_change),
            ("owner", row.owner),
            ("reproduce", row.reproduce),
            ("explain", row.explain),
            *row.told,
        ]
    )
    return element("testcase", named, told, *_what(row))


def _what(row: RowView) -> tuple[str, ...]:
    answer, body = _answer(row), "\n".join((*row.sentences, *row.notes, *row.remedies))
    told = {"message": f"{row.mark.word}: {row.sentence}", "type": row.status.value}
    match answer:
        case "passed":
            return (text_element("system-out", {}, body),)
        case "skipped":
            why = "; ".join((row.mark.word, *row.sentences, *row.notes))
            return (element("skipped", {"message": why, "type": row.status.value}),)
        case _:
            return (text_element(answer, told, body),)


def _properties(pairs: Iterable[tuple[str, str]]) -> str:
    told = (element("property", {"name": name, "value": value}) for name, value in pairs if value)
    return element("properties", {}, *told)
