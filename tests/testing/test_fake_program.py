from __future__ import annotations

from pathlib import Path

import pytest

from gate import process
from gate.testing.fake_program import SENTENCES, Behaviour, Fake, write_fake

_FAKE = Fake(
    output=b"0123456789",
    partial=b"01",
    flag="--out",
    replies={"--version": "tool 7.1"},
    foreign=b"hello",
    code=99,
    partial_code=1,
    beside={"--more=": (b"part", b"whole")},
)


def _run(program: Path, *argv: str) -> process.Finished:
    done = process.run([str(program), *argv], timeout=20)
    assert isinstance(done, process.Finished)
    return done


@pytest.mark.parametrize(
    ("behaviour", "code", "written", "beside"),
    [
        (Behaviour.OK, 99, b"0123456789", b"whole"),
        (Behaviour.PARTIAL, 1, b"01", b"part"),
        (Behaviour.CRASHES, 3, b"01234", b"whole"),
        (Behaviour.FAILS, 3, b"0123456789", b"whole"),
        (Behaviour.KILLED, -9, b"01234", b"whole"),
        (Behaviour.SILENT, 99, None, None),
        (Behaviour.EMPTY, 99, b"", b"whole"),
        (Behaviour.TRUNCATED, 99, b"01234", b"whole"),
        (Behaviour.GARBAGE, 99, bytes(range(256)) * 4, b"whole"),
        (Behaviour.FOREIGN, 99, b"hello", b"whole"),
        (Behaviour.STALE, 99, b"0123456789", b"whole"),
    ],
)
def test_a_fake_tool(
    behaviour: Behaviour, code: int, written: bytes | None, beside: bytes | None, tmp_path: Path
) -> None:
    tool = write_fake(tmp_path / "bin" / "tool", _FAKE, behaviour)
    out, more = tmp_path / "out", tmp_path / "more"
    assert _run(tool, "--out", str(out), f"--more={more}").code == code
    assert (out.read_bytes() if out.exists() else None) == written
    assert (more.read_bytes() if more.exists() else None) == beside


def test_a_stale_tool_writes_once(tmp_path: Path) -> None:
    tool = write_fake(tmp_path / "tool", _FAKE, Behaviour.STALE)
    for name, there in (("first", True), ("second", False)):
        _run(tool, "--out", str(tmp_path / name), f"--more={tmp_path / 'more'}")
        assert (tmp_path / name).exists() == there


def test_a_misbehaving_tool_still_tells_its_version(tmp_path: Path) -> None:
    tool = write_fake(tmp_path / "tool", _FAKE, Behaviour.CRASHES)
    done = _run(tool, "--version")
    assert (done.stdout, done.code) == (b"tool 7.1\n", 0)


def test_an_absent_tool_is_not_there(tmp_path: Path) -> None:
    assert not write_fake(tmp_path / "tool", _FAKE, Behaviour.ABSENT).exists()


def test_output_may_go_to_stdout(tmp_path: Path) -> None:
    tool = write_fake(tmp_path / "tool", Fake(output=b"x" * 10), Behaviour.TRUNCATED)
    assert _run(tool).stdout == b"x" * 5


def test_every_behaviour_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Behaviour)
