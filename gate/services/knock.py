"""Asking one address whether somebody answers: bounded, no proxy, no redirect followed."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from dataclasses import dataclass

from gate.services.address import Address

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_MOST = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `peer` is the IP address that answered; `said` is for messages."""

    ready: bool
    said: str
    peer: str = ""


def somebody_listens(address: Address, *, timeout: float = 1.0) -> bool:
    """Whether a connection can be made at all, whatever stands behind it."""
    try:
        with socket.create_connection((address.host, address.port), timeout=timeout):
            return True
    except OSError:
        return False


def knock(address: Address, *, timeout: float) -> Answer:
    """Ask once, within `timeout` seconds. Ready is a connection for tcp, 2xx or 3xx for http."""
    deadline = time.monotonic() + timeout
    try:
        with socket.create_connection((address.host, address.port), timeout=timeout) as plain:
            peer = str(plain.getpeername()[0])
            if address.scheme == "tcp":
                return Answer(ready=True, said="a connection", peer=peer)
            with _secured(plain, address) as line:
                status = _status(line, address, deadline)
    except OSError as error:
        return Answer(ready=False, said=f"no answer ({error.strerror or error})")
    if status is None:
        return Answer(ready=False, said="an answer that is not HTTP", peer=peer)
    return Answer(ready=200 <= status < 400, said=f"status {status}", peer=peer)


def _secured(
    plain: socket.socket, address: Address
) -> contextlib.AbstractContextManager[socket.socket]:
    if address.scheme == "http":
        return contextlib.nullcontext(plain)
    # A service on loopback shows a certificate of its own making. Who answers is told by the owner
    # of the port, not by the certificate.
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    return trusting.wrap_socket(plain, server_hostname=address.host)


def _status(line: socket.socket, address: Address, deadline: float) -> int | None:
    host = f"[{address.host}]" if ":" in address.host else address.host
    line.sendall(
        f"GET {address.path} HTTP/1.1\r\nHost: {host}:{address.port}\r\n"
        "User-Agent: perfgate\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode("ascii")
    )
    # Read to the end of a small answer, so that the service does not log a broken pipe; a server
    # that dribbles is cut off by the deadline.
    said = b""
    while len(said) < _MOST and (left := deadline - time.monotonic()) > 0:
        line.settimeout(left)
        try:
            piece = line.recv(_MOST)
        except OSError:
            break
        if not piece:
            break
        said += piece
    found = _STATUS.match(said)
    return int(found[1]) if found else None
