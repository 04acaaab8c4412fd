"""The shop as it really runs: its own process, its own PostgreSQL, its built front end."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from shop import ROOT
from shop.database.private import free_port

PATIENCE = 60.0  # seconds; a machine that is busy with other things starts it slowly


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shop said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> dict[str, object]:
        """The body as a JSON object."""
        said = json.loads(self.body)
        assert isinstance(said, dict)
        return said


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop that is up."""

    process: subprocess.Popen[bytes]
    port: int
    database: str

    def ask(
        self,
        path: str,
        sent: object = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET a path, or POST to it what is to be sent: as JSON, or a body as it stands."""
        content = json.dumps(sent).encode() if sent is not None else body
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            method = "GET" if content is None else "POST"
            connection.request(method, path, content, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """Its database, for an observer."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            yield connection

    def queries_of(self, path: str, sent: object = None) -> int:
        """How many statements one request sends to the database, those of transactions too."""
        with self.connection() as connection:
            connection.execute("SELECT pg_stat_statements_reset()")
            assert self.ask(path, sent).status < 300
            row = connection.execute(
                "SELECT sum(calls)::int FROM pg_stat_statements WHERE query !~ 'pg_stat_statements'"
            ).fetchone()
        assert row is not None
        return int(row[0])


@contextlib.contextmanager
def running(*, plants: str = "", dsn_file: Path | None = None) -> Iterator[Shop]:
    """Start a shop on free ports; it is stopped at the end, if it is still there."""
    port, database_port = free_port(), free_port()
    argv = [sys.executable, "-m", "shop", "--port", str(port)]
    argv += ["--database-port", str(database_port)]
    argv += ["--database-url-file", str(dsn_file)] if dsn_file else []
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, "SHOP_PLANTS": plants})
    shop = Shop(process, port, f"postgresql://postgres@127.0.0.1:{database_port}/shop")
    try:
        _wait(shop)
        yield shop
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(shop: Shop) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert shop.process.poll() is None, "the shop has ended at its start"
        with contextlib.suppress(OSError):
            if shop.ask("/healthz").status == 200:
                return
        assert time.monotonic() < end, "the shop does not get ready"
        time.sleep(0.05)
