from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.runners.bundle import memory
from gate.runners.bundle.encode import Encoding, encoder, sizes
from gate.runners.bundle.files import Piece
from gate.runners.bundle.memory import Memory
from gate.runners.bundle.options import Levels

_PIECES = [(Piece("a.js", b"let a = 1\n" * 500), Encoding.BR), (Piece("b.js", b"b"), Encoding.BR)]


def test_what_was_compressed_is_known_the_next_time(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "sizes.json"
    first = Memory(file)
    found = sizes(encoder(Levels()), _PIECES, first, timeout=20)
    first.save()
    second = Memory(file)
    assert sizes(encoder(Levels()), _PIECES, second, timeout=20) == found
    written = file.stat().st_mtime_ns
    second.save()
    assert file.stat().st_mtime_ns == written


def test_another_level_is_another_number(tmp_path: Path) -> None:
    known = Memory(tmp_path / "sizes.json")
    best = sizes(encoder(Levels()), _PIECES, known, timeout=20)
    quick = sizes(encoder(Levels(brotli=1)), _PIECES, known, timeout=20)
    assert best != quick


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b'{"a": 1', id="truncated"),
        pytest.param(b"\xff\x00", id="no text"),
        pytest.param(b"[1, 2]", id="no object"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(b'{"k": 0, "l": -1, "m": 1.5, "n": "7", "o": true, "p": null}', id="no sizes"),
    ],
)
def test_a_damaged_cache_is_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sizes.json"
    file.write_bytes(content)
    known = Memory(file)
    assert [known.get(key) for key in "klmnop"] == [None] * 6
    known.put("k", 7)
    known.save()
    assert Memory(file).get("k") == 7


def test_a_cache_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    known = Memory(tmp_path / "file" / "sizes.json")
    known.put("k", 7)
    known.save()
    assert Memory(tmp_path / "file" / "sizes.json").get("k") is None


def test_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_MOST", 2)
    file = tmp_path / "sizes.json"
    for key in ("a", "b", "c"):
        known = Memory(file)
        known.get("a")
        known.put(key, 1)
        known.save()
    assert [Memory(file).get(key) for key in ("a", "b", "c")] == [1, None, 1]


def test_random_bytes_do_not_shrink(tmp_path: Path) -> None:
    content = os.urandom(5000)
    found = sizes(
        encoder(Levels()),
        [(Piece("x", content), encoding) for encoding in Encoding],
        Memory(tmp_path / "sizes.json"),
        timeout=20,
    )
    assert found is not None
    assert min(found.values()) == found["x", Encoding.RAW] == len(content)
