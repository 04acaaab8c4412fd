"""One real PostgreSQL server for the stores in it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
import requests

from tests.runners.postgres.cluster import Cluster, cluster


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A server without logs; each test makes a database of its own."""
    with cluster({"shared_preload_libraries": "pg_stat_statements"}) as running:
        yield running


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A server on loopback that speaks the protocol of S3, with a bucket `perfgate`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    requests.put(f"{url}/perfgate", timeout=5).raise_for_status()
                    break
                except requests.ConnectionError:
                    assert running.poll() is None, "moto's server has ended"
                    assert time.monotonic() < deadline, "moto's server does not answer"
                    time.sleep(0.05)
            yield url
        finally:
            running.terminate()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server, named in the environment as clouds have it."""
    for name, value in {
        "AWS_ENDPOINT_URL": s3_server,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": "hidden-key",
    }.items():
        monkeypatch.setenv(name, value)
    return s3_server
