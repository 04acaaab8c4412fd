"""Addresses of pages: from a path to a URL, which host it is, and whether a load ended there."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

_NOWHERE = urlsplit("")


def absolute(place: str, base: str) -> str:
    """The URL of a path below the base, or the place itself where it is a URL already."""
    return f"{base.rstrip('/')}{place}" if place.startswith("/") else place


def split(url: str) -> SplitResult:
    """The parts of a URL; of one that cannot be read, none."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # read late by urllib, and only then refused
    except ValueError:
        return _NOWHERE
    return parts


def host_of(url: str) -> str:
    """The host name of a URL, "" where it has none."""
    return split(url).hostname or ""


def path_of(url: str) -> str:
    """The path of a URL that has a host (ports differ every time), else the text itself."""
    parts = split(url)
    return (parts.path or "/") if parts.netloc else url


def is_loopback(host: str) -> bool:
    """Whether a host is this machine: 127.0.0.0/8, ::1, localhost and what is below it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_page(asked: str, ended: str) -> bool:
    """Whether a load ended where it was asked to: host and path, but for a slash at the end.

    http may become https, and a query or a fragment may come along.
    """
    wanted, got = split(asked), split(ended)
    if wanted.hostname != got.hostname or wanted.path.rstrip("/") != got.path.rstrip("/"):
        return False
    return wanted.port == got.port or (wanted.scheme, got.scheme) == ("http", "https")
