"""Where a service may live: loopback addresses only, because load must never go elsewhere."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from gate.seams.service import Service

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_JDBC = re.compile(r"jdbc:(?:[a-z0-9]+:(?=//))?", re.IGNORECASE)
_BARE = re.compile(r"([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+):\d{1,5}(?:/|$)")
_HOSTS = frozenset({"host", "hostaddr"})
_READY_SCHEMES = {"http": 80, "https": 443, "tcp": 0}
_SAMPLE_PORT = "1"
_UNREADABLE = "an address cannot be read as a URL"


@dataclass(frozen=True, slots=True)
class Address:
    """Where readiness is asked for. `path` holds the query too, "" for tcp."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def url(self) -> str:
        """The address as people write it, without anything secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path.partition('?')[0]}"


class AddressError(ValueError):
    """An address that is no loopback address or cannot be read; the message says why."""


def read_address(ready: str) -> Address:
    """Read a filled `ready:`; raise `AddressError` unless it is http, https or tcp on loopback."""
    parts = _split(ready)
    if parts.scheme not in _READY_SCHEMES:
        raise AddressError("`ready:` is an http(s) URL or tcp://host:port")
    host = parts.hostname or ""
    port = _port(parts) or _READY_SCHEMES[parts.scheme]
    if not is_loopback(host):
        raise AddressError(f"`ready:` is at {host or 'no host'}; load goes to loopback only")
    if not port:
        raise AddressError("`ready:` with tcp:// needs a port")
    if parts.scheme == "tcp":
        return Address("tcp", host, port)
    query = f"?{parts.query}" if parts.query else ""
    path = f"{parts.path or '/'}{query}"
    if not path.isascii() or not path.isprintable() or " " in path:
        raise AddressError("the path of `ready:` has characters that a URL has to escape")
    return Address(parts.scheme, host, port, path)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine's loopback: 127.0.0.0/8, ::1 or the name localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(service: Service) -> str:
    """Why a service may not be started or measured at all, "" where it may."""
    sample = re.sub(r"\{port(_\w+)?\}", _SAMPLE_PORT, service.ready)
    if service.command and not service.ready:
        return "it has a command but no `ready:`, so nobody can tell when it is up"
    try:
        if sample:
            read_address(sample)
        for name, value in service.exports:
            _check_export(name, re.sub(r"\{port(_\w+)?\}", _SAMPLE_PORT, value))
    except AddressError as error:
        return str(error)
    return ""


def _check_export(name: str, value: str) -> None:
    for host in _hosts(value.strip()):
        if not is_loopback(host):
            raise AddressError(f"the export {name} is at {host}; load goes to loopback only")


def _hosts(value: str) -> Iterator[str]:
    """Every host that a tool would go to; none in a plain value.

    No host at all is a local socket, as in postgresql:///shop?host=/run/postgresql.
    """
    bare = _BARE.match(value)
    if bare:
        yield bare[1]
        return
    address = _JDBC.sub("", value)
    if address.startswith("//"):
        address = f"any:{address}"
    if not _URL.match(address):
        return
    parts = _read(address)
    # libpq takes several hosts, in the address as in its query.
    named = [part for key, told in parse_qsl(parts.query) if key in _HOSTS for part in _list(told)]
    yield from (host for host in named if not host.startswith(("/", "@")))
    network = parts.netloc.rpartition("@")[2]
    several = _list(network) if "," in network else [network]
    yield from filter(None, (_split(f"any://{each}").hostname for each in several))


def _list(told: str) -> list[str]:
    return [each for each in told.split(",") if each]


def _split(url: str) -> SplitResult:
    parts = _read(url)
    try:
        _port(parts)
    except ValueError:
        raise AddressError(_UNREADABLE) from None
    return parts


def _read(url: str) -> SplitResult:
    """Without the port, which is no number where there are several."""
    try:
        return urlsplit(url)
    except ValueError:
        raise AddressError(_UNREADABLE) from None


def _port(parts: SplitResult) -> int | None:
    return parts.port
