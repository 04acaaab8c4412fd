"""The growth of a log on disk; the marks are written by a stand-in for the server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from gate.runners.postgres import tail as tails
from gate.runners.postgres.connect import Database, UnreadableError
from gate.runners.postgres.logfiles import LocalFiles
from gate.runners.postgres.tail import Tail


class Logging:
    """A server whose log is one file: what it is told to execute ends up there as a mark."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "pg.log"
        self.count = 0

    def session(self) -> Database:
        self.count += 1
        nonce = f"{self.count:016x}"
        connection = SimpleNamespace(
            execute=lambda _: self.write(f"LOG:  perfgate mark perfgate-{nonce}")
        )
        return cast("Database", SimpleNamespace(connection=connection, nonce=nonce))

    def write(self, line: str) -> None:
        with self.file.open("a") as log:
            log.write(f"{line}\n")


@pytest.fixture
def logging(tmp_path: Path) -> Logging:
    server = Logging(tmp_path)
    server.write("before the unit")
    return server


def observed(server: Logging, load: Callable[[], None]) -> tuple[bytes, ...]:
    tail = Tail(LocalFiles("stderr", server.file.parent), server.session())
    tail.begin(server.session())
    load()
    return tail.end(server.session())


def test_the_lines_between_the_marks_are_read_and_no_others(logging: Logging) -> None:
    (logging.file.parent / "pg.json").write_text("another format\n")
    assert observed(logging, lambda: logging.write("slow")) == (b"slow\n",)
    assert observed(logging, lambda: None) == ()


def rotate(server: Logging) -> None:
    server.write("old file")
    server.file = server.file.with_name("pg-2.log")
    server.write("new file")


def test_a_rotation_is_followed(logging: Logging) -> None:
    assert observed(logging, lambda: rotate(logging)) == (b"old file\n", b"new file\n")


def truncate(server: Logging) -> None:
    server.file.write_text("")


def replace_by_longer(server: Logging) -> None:
    server.file.rename(server.file.with_suffix(".kept"))
    server.write("x" * 1000)


def grow(server: Logging) -> None:
    with server.file.open("a") as log:
        log.write("x" * (tails.MOST + 1))


@pytest.mark.parametrize(
    ("load", "detail"),
    [
        pytest.param(truncate, "pg.log was truncated or replaced", id="truncated"),
        pytest.param(replace_by_longer, "pg.log was truncated or replaced", id="replaced"),
        pytest.param(grow, "it grew by more than 64 MiB", id="too-much"),
    ],
)
def test_a_log_that_lost_lines_is_told(
    load: Callable[[Logging], None], detail: str, logging: Logging
) -> None:
    with pytest.raises(UnreadableError) as lost:
        observed(logging, lambda: load(logging))
    assert detail in lost.value.reason.sentence


def test_a_rotation_into_an_old_file_is_told(logging: Logging) -> None:
    logging.file.with_name("pg-2.log").write_text("of last week\n")
    with pytest.raises(UnreadableError) as lost:
        observed(logging, lambda: rotate(logging))
    assert "rotated into pg-2.log, which was there before" in lost.value.reason.sentence
