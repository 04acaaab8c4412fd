"""A PostgreSQL of the shop's own: there as long as the context lasts, and never longer."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
from psycopg import sql

from shop import ROOT
from shop.database.keeper import STARTED
from shop.errors import ShopError

NAME = "shop"
_PATIENCE = 30.0  # seconds for the server to answer


@contextlib.contextmanager
def private_cluster(port: int | None) -> Iterator[str]:
    """Start a cluster on a port (a free one for None) and give the address of its database.

    Raises ShopError where it does not start; the keeper has told the details on stderr by then.
    """
    port = port or free_port()
    keeper = subprocess.Popen(  # noqa: S603  # our own module in our own Python
        [sys.executable, "-m", "shop.database.keeper", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,  # a Ctrl-C or a kill of our group is not for it
    )
    try:
        yield _database(keeper, port)
    finally:
        for pipe in (keeper.stdin, keeper.stdout):
            if pipe is not None:
                pipe.close()
        keeper.wait()


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database(keeper: subprocess.Popen[bytes], port: int) -> str:
    """Wait for the server and create the shop's database in it."""
    if keeper.stdout is None or keeper.stdout.readline() != STARTED:
        raise ShopError("the database did not start", "see above what it says")
    server = f"postgresql://postgres@127.0.0.1:{port}"
    with _connected(keeper, f"{server}/postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    address = f"{server}/{NAME}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")
    return address


def _connected(
    keeper: subprocess.Popen[bytes], address: str
) -> psycopg.Connection[tuple[object, ...]]:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return psycopg.connect(address, autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            if keeper.poll() is not None:
                raise ShopError("the database has ended at its start", "see above") from error
            if time.monotonic() > end:
                raise ShopError(f"the database does not answer: {error}", "try again") from error
            time.sleep(0.03)
