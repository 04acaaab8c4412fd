from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from gate.runners.postgres import RUNNER, PostgresOptions
from gate.testing.fake_program import Behaviour
from gate.testing.runner_contract import Case, RunnerContract, question
from tests.runners.postgres.cluster import Cluster
from tests.runners.postgres.support import CALLS, SHARE

# What a server that is none says to whoever connects; None says nothing and keeps the line open.
SAYS: Mapping[Behaviour, bytes | None] = {
    Behaviour.CRASHES: b"E\0\0\0\x1bSFATAL\0C57P02\0Mcrash\0\0",
    Behaviour.KILLED: b"R\0\0",
    Behaviour.HANGS: None,
    Behaviour.SILENT: b"",
    Behaviour.EMPTY: b"",
    Behaviour.TRUNCATED: b"R\0\0\0\x08\0\0\0\0S\0\0\0\x19server_ver",
    Behaviour.GARBAGE: bytes(range(256)) * 16,
    Behaviour.FOREIGN: b"HTTP/1.1 400 Bad Request\r\n\r\n",
}
_NO_OUTPUT = "nothing is started: a server answers a query or it does not"


@pytest.mark.needs_postgres
@pytest.mark.xdist_group("postgres")
class TestPostgresContract(RunnerContract):
    """The contract, with a real server that is loaded all the time, or with none."""

    not_applicable: ClassVar[Mapping[Behaviour, str]] = {
        Behaviour.FAILS: _NO_OUTPUT,
        Behaviour.LINGERS: _NO_OUTPUT,
        Behaviour.STALE: "the view is read anew: there is no output that could be an old one",
    }
    server: Cluster
    lines: contextlib.ExitStack

    @pytest.fixture(autouse=True)
    def _loaded(self, server: Cluster) -> Iterator[None]:
        self.server = server
        done = threading.Event()

        def load() -> None:
            with server.connect() as connection:
                while not done.is_set():
                    connection.execute("SELECT 1")

        loader = threading.Thread(target=load)
        loader.start()
        with contextlib.ExitStack() as self.lines:
            yield
        done.set()
        loader.join()

    def case(self, behaviour: Behaviour, place: Path) -> Case:
        questions = (question("calls", CALLS), question("slow", SHARE))
        log = str(place / "absent.log") if behaviour is Behaviour.PARTIAL else ""
        dsn = self.server.dsn()
        if behaviour not in {Behaviour.OK, Behaviour.PARTIAL}:
            dsn = f"postgresql://bench@127.0.0.1:{self.impostor(behaviour)}/shop?sslmode=disable"
        return Case(RUNNER, PostgresOptions(dsn=dsn, log=log), questions, place, timeout=10)

    def impostor(self, behaviour: Behaviour) -> int:
        """The port of something that is no PostgreSQL."""
        listener = self.lines.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = int(listener.getsockname()[1])
        if behaviour is Behaviour.ABSENT:
            listener.close()
            return port
        says = SAYS[behaviour]
        held = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    if says is None:
                        held.append(self.lines.enter_context(client))
                        continue
                    with client:
                        client.recv(65536)
                        client.sendall(says)

        threading.Thread(target=serve, daemon=True).start()
        return port
