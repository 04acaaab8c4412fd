"""The report contract passes careful reports and catches careless ones, syntax by syntax."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest

from gate.core.verdict import Outcome, Row
from gate.seams.report import Report
from gate.testing.report_contract import OUTCOMES, ReportContract
from gate.testing.syntax import Syntax, elements, plain

Escape = Callable[[str], str]


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _escaped(text: str) -> str:
    return html.escape(_visible(text))


def _escaped_for_markdown(text: str) -> str:
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", _visible(text))


class Page:
    """A list of objectives as HTML, each text through `escape`."""

    name = "page"
    suffix = ".html"
    item = "<li>{}</li>\n"

    def __init__(self, escape: Escape) -> None:
        self.escape = escape

    def render(self, outcome: Outcome) -> str:
        if not outcome.rows:
            return self.item.format("nothing was asked for")
        return "".join(self.item.format(self.escape(_line(row))) for row in outcome.rows)


class Lines(Page):
    name = "lines"
    suffix = ".txt"
    item = "{}\n"


class Listed(Page):
    name = "listed"
    suffix = ".md"
    item = "- {}\n"


class Quoted(Page):
    name = "quoted"
    suffix = ".xml"

    def render(self, outcome: Outcome) -> str:
        return f"<all>{super().render(outcome)}</all>"


class Keyed:
    name = "keyed"
    suffix = ".json"

    def render(self, outcome: Outcome) -> str:
        return json.dumps([{"row": _line(row)} for row in outcome.rows])


def _line(row: Row) -> str:
    return f"{row.objective.sli.selector}: {row.status} {row.reason and row.reason.sentence}"


class TestAPage(ReportContract):
    report = Page(_escaped)
    syntax = Syntax.HTML


class TestText(ReportContract):
    report = Lines(_visible)
    syntax = Syntax.TEXT


class TestAList(ReportContract):
    report = Listed(_escaped_for_markdown)
    syntax = Syntax.MARKDOWN


class TestXml(ReportContract):
    report = Quoted(_escaped)
    syntax = Syntax.XML


class TestJson(ReportContract):
    report = Keyed()
    syntax = Syntax.JSON


@pytest.mark.parametrize(
    ("careless", "language"),
    [
        pytest.param(Page(_visible), Syntax.HTML, id="a page that escapes nothing"),
        pytest.param(Listed(_visible), Syntax.MARKDOWN, id="a list that escapes nothing"),
        pytest.param(
            Listed(lambda text: _visible(text).replace("<", "&lt;")),
            Syntax.MARKDOWN,
            id="a list that escapes tags and leaves links",
        ),
    ],
)
def test_the_contract_catches_markup_in(careless: Report, language: Syntax) -> None:
    class Careless(ReportContract):
        report = careless
        syntax = language

    with pytest.raises(AssertionError):
        Careless().test_names_from_strangers_become_no_markup()


def test_the_contract_catches_control_characters_and_commands() -> None:
    class Careless(ReportContract):
        report = Lines(lambda text: text)
        syntax = Syntax.TEXT

    with pytest.raises(AssertionError):
        Careless().test_names_from_strangers_carry_no_control_characters()
    with pytest.raises(AssertionError):
        Careless().test_names_from_strangers_become_no_command_of_the_ci()


def test_the_contract_catches_a_row_that_is_left_out() -> None:
    class Short(Page):
        def render(self, outcome: Outcome) -> str:
            return "\n".join(super().render(outcome).splitlines()[:-1]) or "nothing"

    class Careless(ReportContract):
        report = Short(_escaped)
        syntax = Syntax.HTML

    with pytest.raises(AssertionError):
        Careless().test_it_shows_every_objective()


@pytest.mark.parametrize(
    ("text", "syntax", "expected"),
    [
        pytest.param("<b class='x'>a &lt; b</b>", Syntax.HTML, "a < b", id="html"),
        pytest.param("**a** `b`", Syntax.MARKDOWN, "a b", id="markdown"),
        pytest.param("<a n='x'><b>y</b></a>", Syntax.XML, "x\ny", id="xml"),
        pytest.param('{"k": ["v", 1]}', Syntax.JSON, "v\n1", id="json"),
        pytest.param("a <b>", Syntax.TEXT, "a <b>", id="text"),
    ],
)
def test_plain_is_what_a_reader_sees(text: str, syntax: Syntax, expected: str) -> None:
    assert plain(text, syntax).strip() == expected


def test_elements_name_where_a_link_leads() -> None:
    found = elements("[x](javascript:y) <a href='https://a.example/b'>z</a>", Syntax.MARKDOWN)
    assert found == {"p []", "a ['href']", "a href=https://a.e"}


def test_every_outcome_is_used() -> None:
    assert len(OUTCOMES) == 5
