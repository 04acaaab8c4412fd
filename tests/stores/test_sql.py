"""What the databases do beyond the contract: tables that grow up, histories, secrets, errors."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from gate.core.trend import Point
from gate.errors import StoreError
from gate.stores import open_store
from gate.stores.packed import PackedStore
from gate.stores.sql import SqlShelf
from gate.stores.sql_engine import sqlite
from gate.stores.sql_tables import CHANGES, migrate, version
from gate.testing import samples
from tests.runners.postgres.cluster import Cluster
from tests.stores.race import race
from tests.stores.support import database_at, postgresql_at, sqlite_at


def shelf(store: object) -> SqlShelf:
    assert isinstance(store, PackedStore)
    assert isinstance(store.shelf, SqlShelf)
    return store.shelf


@pytest.fixture(params=["sqlite", pytest.param("pg", marks=pytest.mark.needs_postgres)])
def opener(request: pytest.FixtureRequest) -> str:
    return "sqlite_at" if request.param == "sqlite" else "postgresql_at"


@pytest.fixture
def place(opener: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if opener == "sqlite_at":
        return tmp_path
    return database_at(tmp_path / "store", request.getfixturevalue("server"))


def opened(opener: str, place: Path) -> PackedStore:
    store = {"sqlite_at": sqlite_at, "postgresql_at": postgresql_at}[opener](place)
    assert isinstance(store, PackedStore)
    return store


@pytest.mark.xdist_group("postgres")
class TestBoth:
    def test_a_history_is_in_the_order_of_time(self, opener: str, place: Path) -> None:
        store = opened(opener, place)
        for day in ("18", "17", "19"):
            store.put(samples.entry(f"run-{day}", started=f"2026-11-{day}T09:30:00Z"))
        entry = store.get("run-18")
        row = next(row for row in entry.outcome.rows if row.value is not None)
        name = row.objective.id
        series = {each.objective: each.series_key for each in entry.run.measurements}
        points = shelf(store).history(name, "main", since="2026-11-18")
        assert [point.entry for point in points] == ["run-18", "run-19"]
        assert points[0] == Point(
            "run-18",
            "2026-11-18T09:30:00Z",
            samples.HEAD,
            "main",
            store.heads()[0].environment,
            series.get(name, ""),
            row.value if row.value is not None else 0.0,
            row.n,
            row.objective.dimension.value,
            row.status.value,
        )
        assert shelf(store).history(name, "other") == ()
        assert shelf(store).history("no/objective") == ()

    def test_what_is_removed_is_in_no_history(self, opener: str, place: Path) -> None:
        store = opened(opener, place)
        entry = samples.entry("run-1")
        name = next(row.objective.id for row in entry.outcome.rows if row.value is not None)
        store.put(entry)
        assert len(shelf(store).history(name)) == 1
        store.remove("run-1")
        assert shelf(store).history(name) == ()

    @pytest.mark.slow
    def test_twenty_writers_and_kills_lose_nothing(self, opener: str, place: Path) -> None:
        done = race(f"tests.stores.support:{opener}", place, writers=20, each=3, kills=3, seed=2)
        assert done.complaints == ()
        store = opened(opener, place)
        found = {head.id for head in store.heads()}
        assert done.told <= found <= done.asked
        for entry_id in found:
            assert store.get(entry_id) == samples.entry(entry_id)

    def test_tables_of_a_newer_version_are_refused(self, opener: str, place: Path) -> None:
        store = opened(opener, place)
        store.put(samples.entry("run-1"))
        shelf(store).database.write(
            lambda c: c.execute(sa.text("INSERT INTO perfgate_schema (version) VALUES (99)"))
        )
        again = opened(opener, place)
        for call in (again.heads, lambda: again.put(samples.entry("run-2"))):
            with pytest.raises(StoreError, match="a newer perfgate"):
                call()


class TestMigrations:
    def test_each_change_is_made_once(self, tmp_path: Path) -> None:
        made: list[str] = []
        store = sqlite_at(tmp_path)
        store.put(samples.entry("run-1"))
        changes = (*CHANGES, lambda _: made.append("second"), lambda _: made.append("third"))
        engine = sa.create_engine(f"sqlite:///{tmp_path}/runs.db")
        for _ in range(2):
            with engine.begin() as connection:
                migrate(connection, changes)
        with engine.begin() as connection:
            assert version(connection, changes) == len(changes)
        engine.dispose()
        assert made == ["second", "third"]

    def test_tables_of_an_older_version_are_brought_up_to_this_one(self, tmp_path: Path) -> None:
        store = sqlite_at(tmp_path)
        store.put(samples.entry("run-1"))
        with contextlib.closing(sqlite3.connect(tmp_path / "runs.db")) as connection, connection:
            connection.execute("ALTER TABLE perfgate_measurements DROP COLUMN elsewhere")
            connection.execute("DELETE FROM perfgate_schema WHERE version > 1")
        again = sqlite_at(tmp_path)
        assert isinstance(again, PackedStore)
        assert [point.entry for point in shelf(again).history(samples.SIZE.id)] == ["run-1"]
        again.put(samples.entry("run-2"))
        assert len(shelf(again).history(samples.SIZE.id)) == 2

    def test_a_change_that_fails_leaves_the_tables_as_they_were(self, tmp_path: Path) -> None:
        database = sqlite(tmp_path / "runs.db")
        store = PackedStore(SqlShelf(database, tmp_path / "runs.db"))
        store.put(samples.entry("run-1"))

        def half(connection: sa.Connection) -> None:
            connection.execute(sa.text("CREATE TABLE halfway (x INTEGER)"))
            connection.execute(sa.text("SELECT * FROM nowhere"))

        with pytest.raises(StoreError, match="nowhere"):
            database.write(lambda connection: migrate(connection, (*CHANGES, half)))
        with contextlib.closing(sqlite3.connect(tmp_path / "runs.db")) as connection:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert "halfway" not in names
        assert store.get("run-1") == samples.entry("run-1")


class TestSqlite:
    def test_reading_makes_no_file(self, tmp_path: Path) -> None:
        store = sqlite_at(tmp_path)
        assert store.heads() == ()
        assert not store.shared
        with pytest.raises(StoreError):
            store.remove("run-1")
        assert not (tmp_path / "runs.db").exists()

    def test_what_is_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "runs.db").write_text("no database at all, but long enough to be read as one")
        with pytest.raises(StoreError, match=r"SQLite file .*: file is not a database") as caught:
            sqlite_at(tmp_path).heads()
        assert caught.value.hint

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="cannot write to SQLite file"):
            open_store("sqlite:file/runs.db", tmp_path).put(samples.entry("run-1"))

    def test_in_the_scratch_folder_it_is_ignored_by_git(self, tmp_path: Path) -> None:
        open_store("sqlite:.gate/runs.db", tmp_path).put(samples.entry("run-1"))
        assert (tmp_path / ".gate" / ".gitignore").read_text() == "*\n"


class TestPostgresql:
    def test_a_server_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        monkeypatch.setenv("STORE", f"postgresql://who:hidden@127.0.0.1:{port}/runs")
        store = open_store("${STORE}", Path())
        with pytest.raises(StoreError, match="PostgreSQL database runs at 127") as caught:
            store.heads()
        assert "hidden" not in store.where + caught.value.message + caught.value.hint
        assert caught.value.hint
        assert store.shared

    @pytest.mark.needs_postgres
    @pytest.mark.xdist_group("postgres")
    def test_a_user_who_may_not_write(self, tmp_path: Path, server: Cluster) -> None:
        place = database_at(tmp_path / "store", server)
        address = (place / "address").read_text()
        postgresql_at(place).put(samples.entry("run-1"))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE ROLE looker LOGIN")
            connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker")
        store = open_store(address.replace("bench@", "looker@"), place)
        assert [head.id for head in store.heads()] == ["run-1"]
        with pytest.raises(StoreError, match="permission denied"):
            store.put(samples.entry("run-2"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("postgresql://a:b@h/d", "holds a password", id="a password as it is"),
        pytest.param("postgresql://h/d?password=b", "holds a password", id="in the query too"),
        pytest.param("postgresql://a:${NOT_SET_HERE}@h/d", "NOT_SET_HERE", id="unset"),
        pytest.param("sqlite:", "names no file", id="no file"),
        pytest.param("postgresql://h:port/d", "cannot be read", id="no port"),
    ],
)
def test_what_is_no_address(address: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(address, tmp_path).heads()
    assert words in caught.value.message
    assert "a:b" not in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("address", "file"),
    [
        pytest.param("sqlite:runs.db", "{root}/runs.db", id="below the root"),
        pytest.param("sqlite:///{root}/runs.db", "{root}/runs.db", id="as other tools write it"),
        pytest.param("sqlite:~/runs.db", "{home}/runs.db", id="at home, as a folder is"),
    ],
)
def test_where_the_file_is(
    address: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    store = open_store(address.format(root=tmp_path), tmp_path)
    store.put(samples.entry("run-1"))
    assert Path(file.format(root=tmp_path, home=home)).is_file()


def test_a_link_that_leads_nowhere_is_no_empty_store(tmp_path: Path) -> None:
    """Such as one to a disk that is not there today."""
    (tmp_path / "runs.db").symlink_to(tmp_path / "disk" / "runs.db")
    store = open_store("sqlite:runs.db", tmp_path)
    for call in (store.heads, lambda: store.get("run-1"), lambda: store.remove("run-1")):
        with pytest.raises(StoreError, match="is a link that leads nowhere"):
            call()


def test_a_home_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="in a home that is not known"):
        open_store("sqlite:~no-such-user-here/runs.db", tmp_path)


@pytest.mark.parametrize("kind", ["sqlite:x.db", "postgresql://h/d"])
def test_without_the_extra_it_is_named(kind: str, tmp_path: Path) -> None:
    """Loading it is refused as where it is not installed; what else fails to load is our bug."""
    program = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from pathlib import Path\n"
        "from gate.stores import open_store\n"
        "from gate.errors import StoreError\n"
        "try:\n    open_store(sys.argv[1], Path())\n"
        "except StoreError as error:\n    print(error.message, error.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, kind], capture_output=True, text=True, check=True
    )
    assert "needs sqlalchemy, which is not installed pip install 'perfgate[sql" in done.stdout
