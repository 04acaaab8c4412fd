"""The pull-request comment and step summary: the verdict, what closes the gate, the rest folded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from gate.core.verdict import Effect, Outcome
from gate.reports.escape import code, cut, text
from gate.reports.page import Page
from gate.reports.rows import RowView
from gate.reports.safe import harmless, visible
from gate.reports.view import Lists, View, view_of

LONGEST = 60_000
"""GitHub takes 65 536 characters in a comment."""
_OPEN_ROWS = 3
_OPEN_LINES = 4
_LONGEST_NAME = 200
_LONGEST_SENTENCE = 600
_LINKS = 3
_ADDRESS = re.compile(r"https?://[A-Za-z0-9/._~:?#@!$&*+,;=%-]{1,300}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_RULE = "|-|-|-:|-|-:|-|"


class Markdown:
    """GitHub-flavoured Markdown of at most 60 000 characters; `key` tells comments apart.

    `links` are names with addresses of ours (the full report, the run), for the last line; `before`
    says there what an earlier comment said, such as `open at 9c8b7a6`. An address that is none of
    http or https is left out.
    """

    name = "markdown"
    suffix = ".md"

    def __init__(
        self, *, key: str = "perfgate", links: tuple[tuple[str, str], ...] = (), before: str = ""
    ) -> None:
        self.key = re.sub(r"[^A-Za-z0-9._/]+", "-", key)[:100]
        self.links = tuple((visible(name), url) for name, url in links if _ADDRESS.fullmatch(url))
        self.before = visible(before)

    def render(self, outcome: Outcome) -> str:
        """The whole report as text; it begins with a marker by which a comment is found again."""
        view = view_of(outcome)
        page = Page(LONGEST, f"<sub>{self._last(view)}</sub>")
        page.add(f"<!-- perfgate:v1 key={self.key} -->")
        page.add(f"### {view.mark.icon} Performance: {text(view.headline.whole)}")
        _attention(page, view)
        _notes(page, view)
        _rest(page, view)
        _how(page, view)
        return harmless(page.finish())

    def _last(self, view: View) -> str:
        """Links, what it means for the build, of which commit, and what was said before."""
        linked = (f"[{text(cut(name, 40))}]({url})" for name, url in self.links[:_LINKS])
        sub = f"{view.exit_sentence}; {cut(view.commit, _LONGEST_SENTENCE)}"
        was = f" (was {cut(self.before, 80)})" if self.before else ""
        return " · ".join((*linked, text(f"{sub}{was}")))


REPORT = Markdown()


def _attention(page: Page, view: View) -> None:
    """What closes the gate, open to the eye: a table, then a sentence and commands for each."""
    shown, more = view.blocking[:_OPEN_ROWS], view.blocking[_OPEN_ROWS:]
    page.add_each(shown, _table_and_stories)
    _folded(
        page, f"{len(more)} more close{'s' * (len(more) == 1)} the gate", more, _table_and_stories
    )


def _rest(page: Page, view: View) -> None:
    noted, passed = view.noted, view.passed
    waived = sum(row.effect is Effect.WAIVED for row in noted)
    look = f"{len(noted)} to look at, none blocks" + (f" ({waived} waived)" if waived else "")
    better = sum(row.mark.word == "pass, improved" for row in passed)
    good = f"{len(passed)} passed" + (f" ({better} improved)" if better else "")
    _folded(page, look, noted, _table_and_stories)
    _folded(page, good, passed, _table)
    _folded(page, f"{len(view.skipped)} skipped, not counted as pass", view.skipped, _stories)


Layout = Callable[[tuple[RowView, ...]], str]


def _folded(page: Page, title: str, rows: tuple[RowView, ...], layout: Layout) -> None:
    def fold(taken: tuple[RowView, ...]) -> str:
        return f"<details><summary>{text(title)}</summary>\n\n{layout(taken)}\n\n</details>"

    page.add_each(rows, fold)


def _table_and_stories(rows: tuple[RowView, ...]) -> str:
    return f"{_table(rows)}\n\n{_stories(rows)}"


def _table(rows: tuple[RowView, ...]) -> str:
    return "\n".join((_header(rows), _RULE, *map(_line, rows)))


def _header(rows: tuple[RowView, ...]) -> str:
    """The names of the columns, with the baseline's commit where all rows have the same."""
    commits = {row.compared.source.partition(" ")[0] for row in rows if row.compared}
    one = len(commits) == 1 and all(map(_COMMIT.fullmatch, commits))
    named = f"Baseline {code(min(commits))}" if one else "Baseline"
    return _cells("", "Promise", "Value", "Bound", named, "Change").replace("|  |", "| |", 1)


def _line(row: RowView) -> str:
    loud = "**" if row.effect is Effect.BLOCKS else ""
    return _cells(
        f"{row.mark.icon} {row.mark.word}",
        code(cut(row.id, _LONGEST_NAME)),
        f"{loud}{text(row.shown_value)}{loud}" if row.shown_value else "",
        text(cut(row.promise, _LONGEST_NAME)),
        text(row.shown_baseline),
        f"{loud}{text(row.shown_change)}{loud}" if row.shown_change else "",
    )


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _stories(rows: tuple[RowView, ...]) -> str:
    return "\n".join(map(_story, rows))


def _story(row: RowView) -> str:
    """What happened and why, then what to do and the two commands: a list item of two lines."""
    said = "; ".join((*row.sentences, *row.notes))
    facts = ", ".join(f"{label}: {fact}" for label, fact in row.told)
    first = f"- {row.mark.icon} {code(cut(row.id, _LONGEST_NAME))} {_prose(said)}"
    first += f" ({_prose(facts)})" if facts else ""
    second = [
        _prose("; ".join(row.remedies)),
        code(cut(row.place, _LONGEST_NAME)) if row.place else "",
        text(cut(row.owner, _LONGEST_NAME)),
    ]
    if row.effect is Effect.BLOCKS:
        second += [f"reproduce: {_command(row.reproduce)}", f"explain: {_command(row.explain)}"]
    return f"{first}<br>{' · '.join(part for part in second if part)}".removesuffix("<br>")


def _prose(words: str) -> str:
    return text(cut(words, _LONGEST_SENTENCE))


def _command(command: str) -> str:
    return code(command) if len(command) <= _LONGEST_SENTENCE else "see the full report"


def _notes(page: Page, view: View) -> None:
    """A few lines open to the eye, the rest folded with what happened while it was measured."""
    lines = _lines(view.attention)
    page.add_each(lines[:_OPEN_LINES], lambda taken: "\n".join(f"- ⚠️ {_named(*t)}" for t in taken))
    folded = (*lines[_OPEN_LINES:], *_lines(view.circumstances))
    title = f"{len(folded)} more: {', '.join(dict.fromkeys(_short(name) for name, _ in folded))}"

    def fold(taken: tuple[tuple[str, str], ...]) -> str:
        groups = groupby(taken, key=lambda each: each[0])
        parts = "\n\n".join(_list(name, (line for _, line in each)) for name, each in groups)
        return f"<details><summary>{text(title)}</summary>\n\n{parts}\n\n</details>"

    page.add_each(folded, fold)


def _lines(lists: Lists) -> tuple[tuple[str, str], ...]:
    """Each line with the name of its list."""
    return tuple((name, line) for name, lines in lists for line in lines)


def _named(name: str, line: str) -> str:
    return f"{_prose(name.removesuffix('s'))}: {_prose(line)}"


def _short(name: str) -> str:
    """The name of a list without what explains it."""
    return name.partition(",")[0]


def _list(name: str, lines: Iterable[str]) -> str:
    return "\n".join((f"**{text(name)}**\n", *(f"- {_prose(line)}" for line in lines)))


def _how(page: Page, view: View) -> None:
    def fold(lines: tuple[tuple[str, str], ...]) -> str:
        listed = "\n".join(f"- {_prose(label)}: {_prose(words)}" for label, words in lines)
        return f"<details><summary>How it was measured</summary>\n\n{listed}\n\n</details>"

    page.add_each((*_joined("tools", view.tools, " "), *view.how, *view.environment), fold)


def _joined(label: str, pairs: Iterable[tuple[str, str]], by: str) -> list[tuple[str, str]]:
    words = ", ".join(f"{name}{by}{value}" for name, value in pairs)
    return [(label, words)] if words else []
