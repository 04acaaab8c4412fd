"""Names from strangers stay text: on a terminal, in Markdown, in XML."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gate.reports.escape import code, cut, text
from gate.reports.safe import clean, harmless, visible
from gate.reports.xml import element, text_element
from gate.testing.sample_outcomes import HOSTILE
from gate.testing.samples import LCP

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(visible) | st.text(
    "`|\\*_[]()<>!#@&:~$^{}- a1/.", max_size=30
)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("plain p95 → 3 %, ≤ 5", "plain p95 → 3 %, ≤ 5", id="plain text stays"),
        pytest.param("a\nb\tc\rd", r"a\nb\tc\rd", id="one line"),
        pytest.param("\x1b[31m", r"\x1b[31m", id="escape"),
        pytest.param("\x9b31m\x7f\0", r"\x9b31m\x7f\x00", id="C1, delete, NUL"),
        pytest.param("\u202e\u2066\u200b\ufeff", r"\u202e\u2066\u200b\ufeff", id="direction"),
        pytest.param("\u2028\u2029", r"\u2028\u2029", id="line separators"),
        pytest.param("\ud800\udfff", r"\ud800\udfff", id="lone surrogates"),
        pytest.param("\U000e0041", r"\U000e0041", id="tags that nobody sees"),
        pytest.param("##[error]x ##vso[x]", "# #[error]x # #vso[x]", id="commands to a CI"),
    ],
)
def test_what_steers_or_hides_is_shown(words: str, shown: str) -> None:
    assert visible(words) == shown


def test_long_names_are_cut_with_a_sign() -> None:
    assert visible("x" * 5000) == "x" * 4000 + "…"
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcd", 4) == "abcd"


def test_no_line_begins_like_a_command() -> None:
    assert harmless("::error::x\n  ::set-env x\na::b") == ": :error::x\n  : :set-env x\na::b"


def test_cleaning_reaches_every_text_and_number() -> None:
    dirty = LCP.__class__(
        **{
            **{name: getattr(LCP, name) for name in LCP.__slots__},
            "id": "\x1b",
            "weight": 1.7e308,
            "sli": LCP.sli.with_tag("page", "\x07"),
        }
    )
    cleaned = clean(dirty)
    assert cleaned.id == r"\x1b"
    assert cleaned.weight == 1e300
    assert cleaned.sli.tag("page") == r"\x07"
    assert cleaned.kind is LCP.kind


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.bare = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.text += data
        if "code" not in self.tags:
            self.bare += data


def _read(markdown: str) -> _Reader:
    reader = _Reader()
    gfm = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.feed(gfm.render(markdown))
    reader.close()
    return reader


@given(_TEXTS)
def test_a_name_in_a_table_cell_is_a_code_span_with_its_own_text(name: str) -> None:
    read = _read(f"| {code(name)} | end |\n|-|-|\n")
    assert read.tags == ["table", "thead", "tr", "th", "code", "th"]
    assert "".join(read.text.split()) == "".join(f"{name}end".split())


@given(_TEXTS)
def test_words_in_a_sentence_are_text_or_code(words: str) -> None:
    read = _read(f"said {text(words)}.")
    assert set(read.tags) <= {"p", "code"}
    squeezed = "".join(read.text.replace("\u200b", "").split())
    assert squeezed.replace("`", "") == "".join(f"said{words}.".split()).replace("`", "")


@pytest.mark.parametrize("words", ["@everyone", "#1", "team @a/b #22", "x@y.example"])
def test_nobody_is_called_and_no_issue_is_linked(words: str) -> None:
    """GitHub links these in text, also where they are written as entities; not inside code."""
    bare = _read(f"said {text(words)}").bare
    assert all(bare[i + 1] == "\u200b" for i, char in enumerate(bare) if char in "@#")


@pytest.mark.parametrize("words", ["http://evil.example/", "www.evil.example", ":tada:", "$x$"])
def test_no_address_and_no_emoji_is_made(words: str) -> None:
    escaped = text(words)
    assert not any(mark in escaped for mark in ("://", "www.", ":t", "$"))
    assert _read(escaped).text.strip() == words


@pytest.mark.parametrize("name", [*HOSTILE, "a'b\"c", "<&>"])
def test_xml_reads_back_what_was_written(name: str) -> None:
    shown = visible(name)
    root = ET.fromstring(element("a", {"n": shown}, text_element("b", {"m": shown}, shown)))  # noqa: S314  # our own
    assert root.attrib["n"] == shown
    assert root[0].text == shown
