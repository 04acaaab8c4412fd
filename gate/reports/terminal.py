"""The terminal report: what closes the gate first, then every promise in one table."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gate.core.verdict import Outcome, Status
from gate.reports.marks import Mark
from gate.reports.rows import RowView
from gate.reports.safe import harmless
from gate.reports.view import Lists, View, view_of

_STYLES = {
    "fail": "bold red",
    "missing": "bold magenta",
    "undecided": "bold blue",
    "warn": "bold yellow",
    "waived": "cyan",
    "pass": "green",
    "skipped": "dim",
}
_NARROWEST = 60
_CARDS = 30


class Terminal:
    """Rendered by rich to text of `width` columns; colours only where `colour` is asked for."""

    name = "terminal"
    suffix = ".txt"

    def __init__(self, *, width: int = 100, colour: bool = False) -> None:
        self.width = max(_NARROWEST, width)
        self.colour = colour

    def render(self, outcome: Outcome) -> str:
        """The whole report as text; names from strangers are plain text, never markup."""
        file = io.StringIO()
        console = Console(
            file=file,
            width=self.width,
            height=100,
            color_system="standard" if self.colour else None,
            force_terminal=self.colour,
            no_color=not self.colour,
            legacy_windows=False,
            emoji=False,
            markup=False,
            highlight=False,
            _environ={},  # nothing of the machine changes a report
        )
        console.print(_body(view_of(outcome)))
        lines = file.getvalue().splitlines()
        return harmless("\n".join(line.rstrip() for line in lines) + "\n")


REPORT = Terminal()


def render(outcome: Outcome, *, colour: bool, width: int) -> str:
    """The report for a terminal of this width."""
    return Terminal(width=width, colour=colour).render(outcome)


def _body(view: View) -> Group:
    parts: list[RenderableType] = [*_head(view)]
    closing, noted = view.blocking[:_CARDS], view.noted
    noted = noted[: _CARDS - len(closing)]
    parts += [_card(row, whole=True) for row in closing]
    parts += _lists(view.attention)
    parts += [_card(row, whole=False) for row in noted]
    more = len(view.blocking) + len(view.noted) - len(closing) - len(noted)
    if more:
        parts += [Text(), Text(f"{more} more are in the table below", "bold")]
    if view.rows:
        parts += [Text(), _table(view.rows)]
    parts += _lists(view.circumstances)
    parts += [Text(), *_foot(view)]
    return Group(*parts)


def _head(view: View) -> list[Text]:
    style = _STYLES[view.mark.tone]
    counts = ", ".join(f"{count.n} {count.word}" for count in view.headline.counts)
    title = Text.assemble(
        (f"{view.mark.glyph} {view.mark.word.upper()}", style), "  ", (view.headline.whole, "bold")
    )
    return [title, Text(f"  {view.commit}", "dim"), Text(f"  {counts}", "dim")]


def _marked(mark: Mark) -> Text:
    return Text(f"{mark.glyph} {mark.word}", _STYLES[mark.tone])


def _card(row: RowView, *, whole: bool) -> Group:
    title = Text.assemble(_marked(row.mark), "  ", (row.id, "bold"))
    said = [Padding(Text(line), (0, 0, 0, 2)) for line in (*row.sentences, *row.notes)]
    return Group(Text(), title, *said, _grid(_details(row, whole=whole), "dim", ""))


def _details(row: RowView, *, whole: bool) -> list[tuple[str, str]]:
    lines = [*row.told, *(("do", remedy) for remedy in row.remedies)]
    if whole:
        lines += [
            ("promised in", f"{row.place}{f' by {row.owner}' if row.owner else ''}"),
            ("why", row.why),
            ("reproduce", row.reproduce),
            ("explain", row.explain),
        ]
    return lines


def _grid(lines: Iterable[tuple[str, str]], label_style: str, style: str) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style=label_style, max_width=24, overflow="fold")
    grid.add_column(style=style, overflow="fold")
    for label, text in lines:
        if text:
            grid.add_row(Text(label), Text(text))
    return Padding(grid, (0, 0, 0, 2))


def _table(rows: tuple[RowView, ...]) -> Group:
    """All rows under the words of their status: the name on a line of its own, then columns."""
    parts: list[RenderableType] = [_columns(("value", "bound", "baseline", "change"), "dim")]
    for _, group in groupby(rows, key=lambda row: row.mark.word):
        listed = list(group)
        parts.append(_marked(listed[0].mark))
        for row in listed:
            bounds = "\n".join(bound.promise for bound in row.bounds)
            why = row.sentence.removeprefix("skipped: ") if row.status is Status.SKIPPED else ""
            cells = (row.shown_value, bounds, row.shown_baseline, why or row.shown_change)
            parts += [Text(f"  {row.id}"), _columns(cells, "")]
    return Group(*parts)


def _columns(cells: tuple[str, ...], style: str) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(justify="right", width=12, overflow="fold", style=style)
    grid.add_column(ratio=4, overflow="fold", style=style)
    grid.add_column(justify="right", width=9, overflow="fold", style=style)
    grid.add_column(ratio=5, overflow="fold", style=style)
    grid.add_row(*map(Text, cells))
    return Padding(grid, (0, 0, 0, 2))


def _lists(lists: Lists) -> list[RenderableType]:
    """Lines, each list under its name."""
    parts: list[RenderableType] = []
    for name, lines in lists:
        parts += [Text(), Text(name, "bold"), *(Text(f"  {line}") for line in lines)]
    return parts


def _foot(view: View) -> list[RenderableType]:
    style = _STYLES[view.mark.tone]
    lines = (
        ("tools", ", ".join(f"{name} {version}" for name, version in view.tools)),
        ("machine", ", ".join(f"{name}: {fact}" for name, fact in view.environment)),
        *view.how,
    )
    return [
        Text("how it was measured", "bold"),
        _grid(lines, "dim", "dim"),
        Text(),
        Text(f"{view.mark.glyph} {view.headline.text}", style),
        Text(f"{view.exit_sentence}", style),
    ]
