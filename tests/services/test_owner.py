from __future__ import annotations

import os
import socket
import sys

import pytest

from gate.services.owner import held_by_other

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read in Linux's /proc")

OURS = frozenset({os.getpid()})
NOBODY: frozenset[int] = frozenset()


def listen(host: str, family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
    return socket.create_server((host, 0), family=family)


@pytest.mark.parametrize(
    ("host", "family", "peer"),
    [
        pytest.param("127.0.0.1", socket.AF_INET, "127.0.0.1", id="exactly"),
        pytest.param("0.0.0.0", socket.AF_INET, "127.0.0.1", id="on-every-address"),  # noqa: S104
        pytest.param("::1", socket.AF_INET6, "::1", id="exactly-ipv6"),
        pytest.param("::", socket.AF_INET6, "::1", id="on-every-ipv6-address"),
    ],
)
def test_who_listens_is_told(host: str, family: socket.AddressFamily, peer: str) -> None:
    try:
        server = listen(host, family)
    except OSError:
        pytest.skip("no IPv6 here")
    with server:
        port = server.getsockname()[1]
        assert not held_by_other(peer, port, OURS)
        assert held_by_other(peer, port, NOBODY)
        assert not held_by_other("192.0.2.1", port, NOBODY) or host in {"0.0.0.0", "::"}  # noqa: S104


def test_a_port_where_nobody_listens_belongs_to_nobody_else() -> None:
    with listen("127.0.0.1") as server:
        port = server.getsockname()[1]
    assert not held_by_other("127.0.0.1", port, NOBODY)


def test_the_exact_listener_answers_before_the_wildcard() -> None:
    """Two servers on one port: only the one that gets the connection matters."""
    with socket.socket() as wild, socket.socket() as exact:
        for each in (wild, exact):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        wild.bind(("0.0.0.0", 0))  # noqa: S104
        port = wild.getsockname()[1]
        wild.listen()
        assert held_by_other("127.0.0.1", port, NOBODY)
        exact.bind(("127.0.0.1", port))
        exact.listen()
        assert not held_by_other("127.0.0.1", port, OURS)
