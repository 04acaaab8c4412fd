"""What comes of a stranger's archive is bounded, whatever it says of itself."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest

from gate.github.errors import GitHubError
from gate.github.zipped import only_member
from tests.helpers.github_state import zipped_as

MIB = 1024 * 1024


def test_the_only_member_is_read_whole() -> None:
    assert only_member(zipped_as({"a.json": b"x" * 100}), "a.json", most=100) == b"x" * 100


def test_one_byte_more_is_refused() -> None:
    with pytest.raises(GitHubError, match="more than 99 bytes"):
        only_member(zipped_as({"a.json": b"x" * 100}), "a.json", most=99)


def test_a_stored_member_is_read_too() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.json", b"{}")
    assert only_member(buffer.getvalue(), "a.json", most=10) == b"{}"


def test_a_bomb_takes_no_more_memory_than_is_allowed() -> None:
    bomb = zipped_as({"a.json": bytes(64 * MIB)})
    tracemalloc.start()
    try:
        with pytest.raises(GitHubError, match="more than"):
            only_member(bomb, "a.json", most=MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB


def test_an_offset_beyond_all_files_is_no_bug_of_ours() -> None:
    made = zipped_as({"a.json": b"{}"})
    start, end = made.index(b"PK\x01\x02"), made.index(b"PK\x05\x06")
    listed, tail = bytearray(made[start:end]), bytearray(made[end:])
    wide = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    struct.pack_into("<H", listed, 30, len(wide))
    struct.pack_into("<L", listed, 42, 0xFFFFFFFF)
    struct.pack_into("<L", tail, 12, len(listed) + len(wide))
    with pytest.raises(GitHubError, match="no archive that can be read"):
        only_member(bytes(made[:start] + listed + wide + tail), "a.json", most=10)


def test_a_name_cannot_steer_the_log_that_shows_it() -> None:
    with pytest.raises(GitHubError) as caught:
        only_member(zipped_as({"\n::error::x\x1b[31m": b""}), "a.json", most=10)
    assert caught.value.message.isprintable()
