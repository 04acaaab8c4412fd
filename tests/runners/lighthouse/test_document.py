from __future__ import annotations

import pytest

from gate.runners.lighthouse.document import (
    UnreadableError,
    at,
    entries,
    number,
    read_object,
    text,
)

WHOLE = {"a": [{"b": 1.5}, 7, {"b": "two"}], "yes": True, "huge": 10**400, "nan": float("nan")}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "Expecting value", id="nothing"),
        pytest.param(b'{"a": [1, 2', "Expecting", id="cut off"),
        pytest.param(b"[1]", "no JSON object", id="a list"),
        pytest.param(b"\xff\xfe\x00", "decode", id="bytes that are no text"),
        pytest.param(b"[" * 200_000, "recursion", id="nested without end"),
    ],
)
def test_it_is_unreadable(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read_object(content)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param(("a", 0, "b"), 1.5, id="a path through a list"),
        pytest.param(("a", 1, "b"), None, id="a number has no keys"),
        pytest.param(("a", 9), None, id="beyond the end of a list"),
        pytest.param(("a", "b"), None, id="a key of a list"),
        pytest.param((0,), None, id="an index of an object"),
        pytest.param(("no", "such", "path"), None, id="nothing there"),
    ],
)
def test_a_path_finds_or_finds_nothing(path: tuple[str | int, ...], found: object) -> None:
    assert at(WHOLE, *path) == found


@pytest.mark.parametrize("key", ["yes", "huge", "nan", "a", "none"])
def test_what_is_no_finite_number_is_none(key: str) -> None:
    assert number(WHOLE, key) is None


def test_text_and_entries_leave_out_what_they_are_not() -> None:
    assert text(WHOLE, "a", 0, "b") == ""
    assert text(WHOLE, "a", 2, "b") == "two"
    assert entries(WHOLE, "a") == [{"b": 1.5}, {"b": "two"}]
    assert entries(WHOLE, "yes") == []
