from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from gate.core.reasons import Code
from gate.runners.postgres.connect import Database
from gate.runners.postgres.logfiles import LocalFiles, form_of
from gate.runners.postgres.logsetup import Lacking, find_log, lacking_bound, logged_from
from tests.runners.postgres.support import a_server

NO_DATABASE = cast("Database", None)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("200", 0.2),
        ("200ms", 0.2),
        ("0.25s", 0.25),
        ("5min", 300.0),
        ("0", 0.0),
        ("-1", None),
        ("", None),
        ("whatever", None),
    ],
)
def test_from_when_on_statements_are_logged(value: str, seconds: float | None) -> None:
    assert logged_from(value) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("language", "read"),
    [
        ("C", True),
        ("C.UTF-8", True),
        ("POSIX", True),
        ("", True),
        ("en_US.UTF-8", True),
        ("en_GB", True),
        ("English_United States.1252", True),
        ("de_DE.UTF-8", False),
        ("Chinese", False),
    ],
)
def test_only_english_messages_are_read(language: str, *, read: bool, tmp_path: Path) -> None:
    (tmp_path / "pg.json").touch()
    server = a_server(settings={"lc_messages": language})
    files = find_log(NO_DATABASE, server, "pg.json", tmp_path)
    if read:
        assert files == LocalFiles("jsonlog", tmp_path / "pg.json")
        return
    assert isinstance(files, Lacking)
    assert files.remedy == "ALTER SYSTEM SET lc_messages = 'C'; SELECT pg_reload_conf();"
    assert files.reason.code is Code.NO_RIGHTS
    assert f"lc_messages is {language}" in files.reason.sentence


@pytest.mark.parametrize("least", ["log", "fatal", "panic"])
def test_a_log_without_errors_cannot_tell_of_what_was_cancelled(least: str, tmp_path: Path) -> None:
    (tmp_path / "pg.json").touch()
    server = a_server(settings={"log_min_messages": least})
    files = find_log(NO_DATABASE, server, "pg.json", tmp_path)
    assert isinstance(files, Lacking)
    assert files.remedy == (
        "ALTER SYSTEM SET log_min_messages = 'warning'; SELECT pg_reload_conf();"
    )


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("lc_messages=de_DE.UTF-8", "lc_messages"),
        ("log_min_messages=PANIC", "log_min_messages"),
        ("lc_messages=en_US.UTF-8", None),
        ("work_mem=4MB", None),
    ],
)
def test_messages_of_a_role_are_read_as_the_role_has_them(setting: str, what: str | None) -> None:
    rows = SimpleNamespace(
        row=lambda *_: ("200", "configuration file"), rows=lambda *_: [(0, 10, setting)]
    )
    found = lacking_bound(cast("Database", rows), a_server(), 0.2, {10})
    assert (found and found.what) == what


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (["a.log", "a.csv", "a.json"], "jsonlog"),
        (["a.log", "a.csv"], "csvlog"),
        (["a.log"], "stderr"),
        ([], "jsonlog"),
    ],
)
def test_the_best_format_of_a_folder_is_read(names: list[str], form: str, tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).touch()
    server = a_server(settings={"log_line_prefix": "%d"})
    assert find_log(NO_DATABASE, server, ".", tmp_path) == LocalFiles(form, tmp_path)


def test_the_format_stands_in_the_name() -> None:
    assert [form_of(n) for n in ("x.json", "x.csv", "x.log", "x")] == [
        "jsonlog",
        "csvlog",
        "stderr",
        "stderr",
    ]
