from __future__ import annotations

import math
import unicodedata

import pytest

from gate.errors import RecordError
from gate.record import canonical
from gate.record.canonical import dump, load


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        pytest.param({"b": 1, "a": 2}, '{"a":2,"b":1}', id="keys are sorted"),
        pytest.param(0.1 + 0.2, "0.3", id="floats have nine significant digits"),
        pytest.param(123456789.4, "123456789", id="large floats too"),
        pytest.param(1.23456789012e-7, "1.23456789e-07", id="and small ones"),
        pytest.param(-0.0, "0", id="minus zero is zero"),
        pytest.param([-0.0, 1.0], "[0,1]", id="in a list too"),
        pytest.param([1.0, 2], "[1,2]", id="a whole float is written as a whole number"),
        pytest.param(1.5e300, "1.5e+300", id="an exponent"),
        pytest.param({"b": {"d": 1.0, "c": []}}, '{"b":{"c":[],"d":1}}', id="inside too"),
        pytest.param([True, None], "[true,null]", id="truth and absence"),
        pytest.param("é\n\x1b", '"é\\n\\u001b"', id="text is UTF-8, controls are escaped"),
        pytest.param(["###[x]"], '["##\\u0023[x]"]', id="no command to a CI"),
        pytest.param("a\ud800b", '"a\ufffdb"', id="half a character becomes U+FFFD"),
        pytest.param("\ud83d\ude00", '"😀"', id="two halves become the whole"),
        pytest.param((), "[]", id="a tuple is a list"),
    ],
)
def test_equal_values_are_equal_bytes(tree: canonical.Tree, text: str) -> None:
    assert dump(tree) == text.encode() + b"\n"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, [1.0, math.nan]])
def test_what_is_not_finite_is_our_bug(value: canonical.Tree) -> None:
    with pytest.raises(ValueError, match="finite"):
        dump(value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"", "line 1 column 1: not JSON", id="empty"),
        pytest.param(b'{"a": 1', "line 1 column 8: not JSON", id="truncated"),
        pytest.param(b'{"a":1,"a":2}', "the key 'a' is there twice", id="a duplicate key"),
        pytest.param(b"[NaN]", "NaN is not a finite number", id="NaN"),
        pytest.param(b"[-Infinity]", "-Infinity is not a finite number", id="infinity"),
        pytest.param(b"\xff", "byte 0: not UTF-8", id="not UTF-8"),
        pytest.param("{}".encode("utf-16"), "byte 0: not UTF-8", id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", "not JSON", id="a byte order mark"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="deep"),
        pytest.param(b'{"a":' * 100_000, "nested too deeply", id="deep objects"),
        pytest.param(b"9" * 5000, "integer", id="a number of thousands of digits"),
        pytest.param(b"[" + b"[]," * 2_000_001, "too many values", id="too many lists"),
        pytest.param(b"1," * 20_000_001, "too many values", id="too many numbers"),
    ],
)
def test_what_is_not_a_document_is_a_record_error(data: bytes, says: str) -> None:
    with pytest.raises(RecordError, match=rf"^x\.json: .*{says}"):
        load(data, "x.json")


def test_a_document_larger_than_the_bound_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "MAX_BYTES", 3)
    with pytest.raises(RecordError, match="larger than 3 bytes"):
        load(b"[1,2]", "x.json")


def test_every_control_and_format_character_is_escaped() -> None:
    steering = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in {"Cc", "Cf"}]
    written = dump("".join(steering)).decode()
    assert {c for c in written if unicodedata.category(c) in {"Cc", "Cf"}} == {"\n"}
    assert load(written.encode(), "x") == "".join(steering)
