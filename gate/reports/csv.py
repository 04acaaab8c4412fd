"""One row a bound, then one a loosening, for spreadsheets; no cell is read as a formula."""

from __future__ import annotations

import csv
import io
import math

from gate.core.loosening import Loosening
from gate.core.verdict import Outcome
from gate.reports.rows import BoundView, RowView
from gate.reports.safe import harmless
from gate.reports.view import view_of

COLUMNS = (
    "objective",
    "budget",
    "status",
    "effect",
    "bound",
    "bound status",
    "promise",
    "value",
    "units",
    "baseline",
    "change",
    "excluded",
    "said",
    "cause",
    "owner",
    "place",
    "reproduce",
)
_FORMULA = ("=", "+", "-", "@")


class Csv:
    """As text that people read; numbers for programs are in the JSON report."""

    name = "csv"
    suffix = ".csv"

    def render(self, outcome: Outcome) -> str:
        """The whole report as text, with a line of names first."""
        file = io.StringIO()
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow(COLUMNS)
        view = view_of(outcome)
        for row in view.rows:
            sheet.writerows(map(_cell, _line(row, bound)) for bound in row.bounds)
        sheet.writerows(map(_cell, _loosening(each)) for each in view.loosenings)
        return harmless(file.getvalue())


REPORT = Csv()


def _line(row: RowView, bound: BoundView) -> tuple[str, ...]:
    return (
        row.id,
        row.budget,
        row.status.value,
        row.effect.value,
        bound.name,
        bound.status.value,
        bound.promise,
        row.value,
        str(row.n),
        bound.baseline,
        bound.change,
        bound.excluded,
        bound.sentence,
        "; ".join(f"{word}: {place}" for word, place in row.causes),
        row.owner,
        row.place,
        row.reproduce,
    )


def _loosening(each: Loosening) -> tuple[str, ...]:
    """A budget that this change loosened or deleted: what it promises now, and what it did."""
    told = {
        "objective": each.subject,
        "budget": each.subject.partition("/")[0],
        "status": each.how.value,
        "effect": "warns",
        "bound": each.what,
        "promise": each.new,
        "baseline": each.old,
        "said": each.sentence,
        "owner": each.owner,
        "place": str(each.place) or str(each.was),
    }
    return tuple(told.get(column, "") for column in COLUMNS)


def _cell(text: str) -> str:
    """Text that a spreadsheet shows as it is: an apostrophe before what would be calculated."""
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
