from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.errors import RecordError
from gate.record import read_bounded, write_atomic


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "run.json"
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert read_bounded(path) == b"two"
    assert [p.name for p in path.parent.iterdir()] == ["run.json"]


def test_a_file_takes_the_rights_that_the_user_gives_new_files(tmp_path: Path) -> None:
    write_atomic(tmp_path / "run.json", b"")
    (tmp_path / "plain").touch()
    assert (tmp_path / "run.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_replaced_and_what_it_pointed_at_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "run.json").symlink_to(tmp_path / "precious")
    write_atomic(tmp_path / "run.json", b"run")
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert (tmp_path / "run.json").read_bytes() == b"run"


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "run.json"
    folder.mkdir()
    (tmp_path / "file").write_bytes(b"")
    for path in (folder, tmp_path / "file" / "run.json", tmp_path / ("x" * 300)):
        with pytest.raises(RecordError, match="cannot be written"):
            write_atomic(path, b"run")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "run.json"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_and_a_device_are_neither_written_nor_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(RecordError, match="not a regular file"):
            write_atomic(path, b"run")
        with pytest.raises(RecordError, match="not a regular file"):
            read_bounded(path)


def test_reading_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_bounded(tmp_path / "file", 5) == b"12345"
    with pytest.raises(RecordError, match="larger than 4 bytes"):
        read_bounded(tmp_path / "file", 4)


@pytest.mark.parametrize("name", ["absent", ".", "nul\0byte", "x" * 300])
def test_what_cannot_be_read_is_a_record_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read_bounded(tmp_path / name)


def test_reading_records_loads_no_heavy_library() -> None:
    heavy = {"pydantic", "numpy", "yaml", "requests", "jinja2", "rich", "click"}
    code = f"import sys, gate.record; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
