"""YAML with its 1.2 meaning, and the place of every key and value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.core.model import Place
from gate.spec.yaml_events import MOST_NODES
from gate.spec.yaml_marks import Data, Mark
from gate.spec.yaml_read import MOST_BYTES, read_document
from gate.spec.yaml_scalars import ScalarError, resolve_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("~", None, id="a tilde"),
        pytest.param("null", None, id="null"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false in capitals"),
        pytest.param("1e-3", 0.001, id="an exponent without a point is a number"),
        pytest.param("1E3", 1000.0, id="a large exponent letter"),
        pytest.param("-5", -5, id="a negative integer"),
        pytest.param("+5", 5, id="a plus sign"),
        pytest.param("0x1F", 31, id="hexadecimal"),
        pytest.param(".5", 0.5, id="no digit before the point"),
        pytest.param("0.1", 0.1, id="a float"),
        pytest.param("0", 0, id="zero"),
        pytest.param("2027-01-31", "2027-01-31", id="a day is text"),
        pytest.param("1.2.3", "1.2.3", id="a version is text"),
        pytest.param("8080:80", "8080:80", id="no sexagesimal: 80 is more than 59"),
        pytest.param("300 ms", "300 ms", id="a quantity is text"),
        pytest.param("-", "-", id="a dash"),
        pytest.param("y", "y", id="y is no word that a reader takes for true"),
        pytest.param("Online", "Online", id="a word that begins with on"),
    ],
)
def test_a_plain_scalar_has_its_1_2_meaning(text: str, value: object) -> None:
    found = resolve_plain(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("on", "Off", "YES", "no", "<<"),
        *("1:30", "190:20:30", "1:30.5", "0755", "1_000", "0b11", "0o17"),
        *("1e", "1.5e-", ".inf", "-.INF", ".nan", "1e999", "9" * 30, "0x" + "f" * 20),
    ],
)
def test_what_two_readers_could_take_differently_is_refused(text: str) -> None:
    with pytest.raises(ScalarError) as caught:
        resolve_plain(text)
    assert caught.value.hint


def test_every_key_and_value_has_its_mark() -> None:
    document = read_document(b"a: 1\nb:\n  - x: 'two'\n    \"y z\": [3, {w: v}]\n", "f.yml")
    assert document.problems == ()
    assert document.data == {"a": 1, "b": [{"x": "two", "y z": [3, {"w": "v"}]}]}
    assert document.keys == {
        ("a",): Mark(1, 1),
        ("b",): Mark(2, 1),
        ("b", 0, "x"): Mark(3, 5),
        ("b", 0, "y z"): Mark(4, 5, quoted=True),
        ("b", 0, "y z", 1, "w"): Mark(4, 17),
    }
    assert document.values == {
        (): Mark(1, 1),
        ("a",): Mark(1, 4),
        ("b",): Mark(3, 3),
        ("b", 0): Mark(3, 5),
        ("b", 0, "x"): Mark(3, 8, quoted=True),
        ("b", 0, "y z"): Mark(4, 12),
        ("b", 0, "y z", 0): Mark(4, 13),
        ("b", 0, "y z", 1): Mark(4, 16),
        ("b", 0, "y z", 1, "w"): Mark(4, 20),
    }


def test_a_column_inside_a_value_counts_where_the_value_stands_as_it_is() -> None:
    document = read_document(b"a: abc\nb: 'abc'\nc: \"a\\x62c\"\nd: |\n  abc\n", "f.yml")
    places = [document.problem((key,), "!", column=2).place for key in "abcd"]
    assert places == [
        Place("f.yml", 1, 6),
        Place("f.yml", 2, 7),
        Place("f.yml", 3, 4),
        Place("f.yml", 4, 4),
    ]


def test_what_is_not_there_is_placed_where_it_would_belong() -> None:
    document = read_document(b"a:\n  b: 1\n", "f.yml")
    assert document.place(("a", "c", 3)) == Place("f.yml", 2, 3)
    assert document.at(("a", "c", 3)) is None
    assert document.at(("a", "b")) == 1
    assert read_document(b"", "f.yml").place(("a",)) == Place("f.yml", 1, 1)


@pytest.mark.parametrize(
    ("raw", "data"),
    [
        pytest.param(b"\xef\xbb\xbfa: 1\n", {"a": 1}, id="a byte order mark"),
        pytest.param(b"a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}, id="carriage returns"),
        pytest.param(b"%YAML 1.2\n---\na: 1\n...\n", {"a": 1}, id="a directive of 1.2"),
        pytest.param(b"a: 1 # comment\n", {"a": 1}, id="a comment behind a value"),
        pytest.param(b"a: 1 #\n", {"a": 1}, id="an empty comment"),
        pytest.param(b"a: x#1.js\n", {"a": "x#1.js"}, id="a hash inside a word"),
        pytest.param(b"a: 'x #1.js'\n", {"a": "x #1.js"}, id="a hash inside quotes"),
        pytest.param(b"a: 'x' #1\n", {"a": "x"}, id="a hash behind quotes cuts nothing"),
        pytest.param(b"a: |\n  x #1\n  #y\n", {"a": "x #1\n#y\n"}, id="a hash in a block"),
        pytest.param(b"a: #later\n  b: 1\n", {"a": {"b": 1}}, id="a comment before a mapping"),
        pytest.param(b"a: '1e-3'\n", {"a": "1e-3"}, id="a quoted number is text"),
        pytest.param(b"'on': 'off'\n", {"on": "off"}, id="quoted words are text"),
        pytest.param(b"a:\tb\n", {"a": "b"}, id="a tab behind a colon"),
        pytest.param(b"? a\n: 1\n", {"a": 1}, id="an explicit key"),
        pytest.param("ä: 🚀\n".encode(), {"ä": "🚀"}, id="other letters"),
        pytest.param(b"a: {x: 1}\nb: {x: 1}\n", {"a": {"x": 1}, "b": {"x": 1}}, id="equal keys"),
        pytest.param(b"# nothing\n", None, id="only a comment"),
    ],
)
def test_good_yaml_is_read(raw: bytes, data: Data) -> None:
    document = read_document(raw, "f.yml")
    assert document.problems == ()
    assert document.data == data


def test_the_second_of_a_duplicate_is_told_once_even_when_both_hold_the_same_keys() -> None:
    document = read_document(b"a: {x: 1}\na: {x: 2}\n", "f.yml")
    assert [problem.place.line for problem in document.problems] == [2]


def test_what_is_wrong_with_the_yaml_is_told_all_at_once() -> None:
    document = read_document(b"a: on\nb: &x 1:30\nc: !!str 5\nd: e #f\n", "f.yml")
    assert [(p.place.line, p.message) for p in document.problems] == [
        (1, "a bare on is true in YAML 1.1 and text in YAML 1.2"),
        (2, "anchors (&x) are refused"),
        (2, "1:30 is a number to base 60 in YAML 1.1 and text in YAML 1.2"),
        (3, "the tag tag:yaml.org,2002:str is refused"),
        (4, "a value cut by ' #'"),
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        pytest.param(b" " * (MOST_BYTES + 1), "larger than 1024 KiB", id="a large file"),
        pytest.param(b"[" * 100_000, "nested more than 32 deep", id="deep brackets"),
        pytest.param(b"- " * 100_000, "nested more than 32 deep", id="deep lists"),
        pytest.param(b"{a: " * 100_000, "nested more than 32 deep", id="deep mappings"),
        pytest.param(
            b"[" + b"1," * (MOST_NODES + 1) + b"]", "more than 50000 keys and values", id="many"
        ),
        pytest.param(
            b"a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "aliases (*) are refused", id="a bomb"
        ),
        pytest.param(b"a: &a [*a]\n", "aliases (*) are refused", id="a circle"),
        pytest.param(b"\xff\xfea\x00:\x00 \x001\x00", "the byte 0xFF is not UTF-8", id="UTF-16"),
        pytest.param(b"a: \x00\n", "the character U+0000 is not allowed", id="a NUL"),
    ],
)
def test_hostile_files_are_refused_quickly(raw: bytes, said: str) -> None:
    assert said in read_document(raw, "f.yml").problems[-1].message


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place(raw: bytes) -> None:
    document = read_document(raw, "f.yml")
    for problem in document.problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.text.startswith("f.yml:")


@given(st.text(alphabet="abc:-#&*!|>'\"[]{}, \n\t10e.~?%@`", max_size=60))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    document = read_document(text.encode(), "f.yml")
    assert all(problem.place.line >= 1 for problem in document.problems)
