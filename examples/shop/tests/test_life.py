"""How the shop starts, stops and is killed: its database never outlives it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from live import PATIENCE, Shop, running
from shop import ROOT


def data_folder(shop: Shop) -> Path:
    """Where its database lies."""
    with shop.connection() as database:
        row = database.execute("SHOW data_directory").fetchone()
    assert row is not None
    return Path(row[0])


def postmaster(data: Path) -> int:
    """The process id of its database server."""
    return int((data / "postmaster.pid").read_text().splitlines()[0])


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    """Whether something happens within a time."""
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked_and_takes_its_database_along(
    number: signal.Signals, tmp_path: Path
) -> None:
    with running(dsn_file=tmp_path / "dsn") as shop:
        assert (tmp_path / "dsn").read_text() == f"{shop.database}\n"
        data = data_folder(shop)
        server = postmaster(data)
        shop.process.send_signal(number)

        assert shop.process.wait(PATIENCE) == 0
        assert not runs(server)
        assert not data.parent.exists()


def test_its_database_dies_with_it_when_it_is_killed() -> None:
    with running() as shop:
        data = data_folder(shop)
        server = postmaster(data)
        shop.process.kill()

        assert within(PATIENCE, lambda: not runs(server))
        assert within(PATIENCE, lambda: not data.parent.exists())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel does it on Linux")
def test_its_database_dies_when_the_keeper_is_killed() -> None:
    with running() as shop:
        data = data_folder(shop)
        server = postmaster(data)
        status = Path(f"/proc/{server}/status").read_text()
        keeper = int(status.split("PPid:")[1].split()[0])
        os.kill(keeper, signal.SIGKILL)

        assert within(PATIENCE, lambda: not runs(server))
        assert shop.ask("/healthz").status == 503
    shutil.rmtree(data.parent)  # nobody is left to do it


def test_its_log_and_statistics_are_there_for_observers(clean: Shop) -> None:
    wanted = {
        "compute_query_id": "on",
        "log_destination": "jsonlog",
        "log_min_duration_statement": "200ms",
        "logging_collector": "on",
        "shared_preload_libraries": "pg_stat_statements",
    }
    with clean.connection() as database:
        rows = database.execute(
            "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)",
            [list(wanted)],
        ).fetchall()
        log = database.execute("SELECT pg_current_logfile('jsonlog')").fetchone()
        database.execute("SELECT count(*) FROM pg_stat_statements")

    assert dict(rows) == wanted
    assert log is not None
    assert os.access(data_folder(clean) / log[0], os.R_OK)


def test_a_database_that_is_given_is_filled_and_left_running(
    clean: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = clean.database.replace("/shop", "/given")
    with clean.connection() as database:
        database.execute("CREATE DATABASE given")
        database.execute("SELECT 'seen before' AS mark")
    monkeypatch.setenv("SHOP_DATABASE_URL", given)
    for _start in range(2):  # what it finds there the second time is what it left
        with running() as shop:
            assert len(shop.ask("/api/products?q=lundberg").body) > 1000
    with psycopg.connect(given) as database:
        row = database.execute("SELECT count(*) FROM products").fetchone()
    assert row == (3000,)
    with clean.connection() as database:
        kept = database.execute(
            "SELECT count(*) FROM pg_stat_statements WHERE query ~ 'AS mark'"
        ).fetchone()
    assert kept != (0,), "the statistics of a server that it did not start were reset"


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        pytest.param("SHOP_PLANTS", "slow-reads,slow-everything", "no plant", id="unknown-plant"),
        pytest.param("SHOP_SEED", "seven", "SHOP_SEED must be", id="seed-no-number"),
        pytest.param(
            "SHOP_DATABASE_URL", "postgresql://127.0.0.1:1/shop", "cannot be", id="no-database"
        ),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(variable: str, value: str, why: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shop", "--port", "1"],
        cwd=ROOT,
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
