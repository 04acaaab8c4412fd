from __future__ import annotations

import pytest

from gate.importers import Draft, Promise, written
from gate.importers.shape import Line
from gate.importers.text import comment, flow, quoted
from gate.spec.yaml_read import read_document


@pytest.mark.parametrize(
    ("text", "yaml"),
    [
        ("p95(x)", "p95(x)"),
        ("300 ms", "300 ms"),
        ("10%", "10%"),
        ("on", '"on"'),
        ("123", '"123"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ('size{file:"x y"}', "'size{file:\"x y\"}'"),
        ('it\'s "x"', '"it\'s \\"x\\""'),
        ("a\nb\u202e", '"a\\U0000000ab\\U0000202e"'),
        ("\ud800", '"?"'),
    ],
)
def test_a_text_is_quoted_where_it_has_to_be_and_reads_back(text: str, yaml: str) -> None:
    assert quoted(text) == yaml
    document = read_document(f"a: {yaml}\n".encode(), "x.yml")
    if text != "\ud800":
        assert document.data == {"a": text}


def test_values_are_written_on_one_line() -> None:
    assert flow({"a": ("b", 1), "c": True, "d": 0.5}) == "{a: [b, 1], c: true, d: 0.5}"


def test_a_comment_is_one_short_printable_line() -> None:
    assert comment("a\nb\x1b[2J") == "a b [2J"
    assert len(comment("x" * 999)) == 150


def test_each_promise_knows_its_line() -> None:
    head = (Line("runner", "k6", "a long reason " * 9), Line("script", "x.js", "why"))
    promises = tuple(
        Promise(f"line {n}", "theirs", f"p9{n}(t)", "1", name="n", why="w", differs="d" * n)
        for n in range(3)
    )
    text = written(Draft("b", head, promises), source="s", by="p")
    lines = text.text.splitlines()
    assert [lines[number - 1] for number in text.lines] == [
        f"  # line {n}: theirs" for n in range(3)
    ]
    assert text.promise_at(1) is None
    assert [text.promise_at(number + 2) for number in text.lines] == [0, 1, 2]
