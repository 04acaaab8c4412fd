"""Names from strangers stay text in every format, whatever the names are made of."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.reports import find, names
from gate.reports.csv import COLUMNS
from gate.reports.explain import explain
from gate.reports.safe import visible
from gate.reports.terminal import Terminal
from gate.testing.sample_outcomes import HOSTILE, hostile_outcome
from gate.testing.syntax import Syntax, elements
from tests.reports.reading import commands, logged, samples

SYNTAX = {
    "azure": Syntax.TEXT,
    "buildkite": Syntax.MARKDOWN,
    "csv": Syntax.TEXT,
    "github": Syntax.TEXT,
    "gitlab": Syntax.JSON,
    "gitlab-load": Syntax.JSON,
    "html": Syntax.HTML,
    "html-dir": Syntax.HTML,
    "json": Syntax.JSON,
    "junit": Syntax.XML,
    "markdown": Syntax.MARKDOWN,
    "openmetrics": Syntax.TEXT,
    "terminal": Syntax.TEXT,
}
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
# What steers somebody: a terminal (C0, C1), the reading direction, a parser, a CI, a spreadsheet.
_PIECES = st.sampled_from(
    [
        *("\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\x9d8;;http://e.example\x9c", "\x90q\x9c", "\x85"),
        *("\u202e", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\ufeff", "\u2028", "\0"),
        *("\r", "\n", "\r\n", "\t", "\v", "\f", "\x7f", "\ue000", "\U000e0041", "\ufffe"),
        *("<script>", "</script>", "<!--", "-->", "]]>", "</code>", "<b>", "&lt;", "&#60;", "&"),
        *(
            "`",
            "``",
            "|",
            "\\",
            "\\|",
            "*",
            "_",
            "~~",
            "[x](y)",
            "![x](y)",
            "#1",
            "@a",
            "<http://x>",
        ),
        *("::error::x", "\n::set-env name=a::b", "##[error]x", "##vso[task.x]y", "%0A::warning::"),
        *(
            "%",
            "%25",
            ",",
            ":",
            "=",
            "file=x,line=1",
            '"',
            "'",
            '\\"',
            '"} 1\n',
            "# EOF",
            "\n# EOF",
        ),
        *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", ";", "{{ 7*7 }}", "{% raw %}", "${x}", "$(x)"),
        *(
            "../",
            "..\\",
            "/etc/passwd",
            "http://e.example",
            "www.e.example",
            ":tada:",
            "a",
            " ",
            "é",
        ),
    ]
)
_ANY = st.characters(exclude_categories=["Cs"])
NAMES = st.lists(
    st.lists(_PIECES | st.text(_ANY, max_size=4), max_size=6).map("".join), min_size=1, max_size=4
).map(tuple)


def _is_hidden(char: str) -> bool:
    return not char.isprintable()


def _steers(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}


@cache
def _friendly(name: str) -> set[str]:
    return elements(find(name).render(hostile_outcome(("x",))), SYNTAX[name])


def test_every_format_is_held_to_this() -> None:
    assert set(names()) == SYNTAX.keys()


@pytest.mark.parametrize("name", SYNTAX)
@given(strange=NAMES)
@settings(max_examples=25)
def test_no_name_steers_or_becomes_markup(name: str, strange: tuple[str, ...]) -> None:
    text = find(name).render(hostile_outcome(strange))
    # The record holds what was given; of that it escapes what steers.
    hidden = _steers if name == "json" else _is_hidden
    assert {char for char in text if hidden(char)} <= {"\n"}
    assert elements(text, SYNTAX[name]) - _friendly(name) == set()
    if name != "github":
        assert re.search(r"^[ \t]*::", text, re.MULTILINE) is None
    if name != "azure":
        assert re.search(r"##(\[|vso\[)", text, re.IGNORECASE) is None


@given(strange=NAMES)
@settings(max_examples=40)
def test_azure_reads_back_the_names_and_no_command_of_theirs(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    found = logged(find("azure").render(whole))
    *issues, last = found
    assert last.command == "task.complete"
    assert {each.command for each in issues} == {"task.logissue"}
    known = {"type", "sourcepath", "linenumber", "code"}
    assert all(set(each.properties) <= known for each in issues)
    assert {each.properties["type"] for each in issues} <= {"error", "warning"}
    placed = {each.properties["sourcepath"] for each in issues if "sourcepath" in each.properties}
    assert placed <= {visible(row.objective.place.file) for row in whole.rows}


@given(strange=NAMES)
@settings(max_examples=25)
def test_a_coloured_terminal_has_no_style_but_ours(strange: tuple[str, ...]) -> None:
    text = Terminal(colour=True).render(hostile_outcome(strange))
    assert {char for char in _STYLE.sub("", text) if not char.isprintable()} <= {"\n"}
    ours = set(_STYLE.findall(Terminal(colour=True).render(hostile_outcome(("x",)))))
    assert set(_STYLE.findall(text)) <= ours


@given(strange=NAMES)
@settings(max_examples=25)
def test_an_explanation_is_text(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    text = explain(whole, whole.rows[0].objective.id)
    assert {char for char in text if not char.isprintable()} <= {"\n"}
    assert re.search(r"^[ \t]*::", text, re.MULTILINE) is None


@given(strange=NAMES)
@settings(max_examples=40)
def test_github_reads_back_the_names_and_no_command_of_theirs(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    found = commands(find("github").render(whole))
    assert {each.command for each in found} <= {"error", "warning", "notice"}
    assert all(set(each.properties) <= {"file", "line", "title"} for each in found)
    placed = {each.properties["file"] for each in found if "file" in each.properties}
    assert placed <= {visible(row.objective.place.file) for row in whole.rows}


@given(strange=NAMES)
@settings(max_examples=40)
def test_openmetrics_reads_back_the_names(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    found = samples(find("openmetrics").render(whole))
    named = {value for _, labels in found for label, value in labels if label == "objective"}
    assert named == {visible(row.objective.id) for row in whole.rows}


@given(strange=NAMES)
@settings(max_examples=40)
def test_a_sheet_calculates_nothing_and_keeps_its_columns(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    lines = list(csv.reader(io.StringIO(find("csv").render(whole)), strict=True))
    assert {len(line) for line in lines} == {len(COLUMNS)}
    bounds = sum(len(row.verdicts) for row in whole.rows)
    assert len(lines) == 1 + bounds + len(whole.loosened)
    formulas = [cell for line in lines for cell in line if cell.lstrip()[:1] in {*"=+-@"} and cell]
    assert [cell for cell in formulas if not re.fullmatch(r"[+-]?[\d.]+", cell.strip())] == []


@given(strange=NAMES)
@settings(max_examples=25)
def test_code_quality_reads_back_the_paths(strange: tuple[str, ...]) -> None:
    whole = hostile_outcome(strange)
    found = {each["location"]["path"] for each in json.loads(find("gitlab").render(whole))}
    files = {visible(row.objective.place.file) for row in whole.rows}
    assert found <= {*files, "budgets"}


@pytest.mark.parametrize("name", SYNTAX)
def test_the_known_tricks_change_nothing_one_by_one(name: str) -> None:
    for trick in HOSTILE:
        text = find(name).render(hostile_outcome((trick,)))
        assert elements(text, SYNTAX[name]) - _friendly(name) == set()
