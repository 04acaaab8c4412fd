"""Who listens on a port: our own child, or somebody else. Read from Linux's /proc.

Sources: proc(5), /proc/net/tcp (kernel Documentation/networking/proc_net_tcp.rst). Where it
cannot be told (another system, another user's process, a container), nothing is claimed.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_LISTEN = "0A"
# What holds a container's port on behalf of a service that was started as a container.
_FORWARDERS = {"docker-proxy", "rootlessport", "slirp4netns", "pasta", "pasta.avx2", "conmon"}


def held_by_other(peer: str, port: int, ours: frozenset[int]) -> bool:
    """Whether a process that is not one of ours certainly listens at this address."""
    if sys.platform != "linux":
        return False
    inodes = _listeners(peer, port)
    if not inodes:
        return False
    strange = inodes - _sockets(ours)
    if not strange:
        return False
    return any(strange & _sockets({pid}) for pid in _pids() if _judgeable(pid, ours))


def _judgeable(pid: int, ours: frozenset[int]) -> bool:
    return pid not in ours and _comm(pid) not in _FORWARDERS


def _listeners(peer: str, port: int) -> set[str]:
    """Inodes of the sockets that get connections to this address.

    Exact ones go before wildcards, and 0.0.0.0 before ::, which then is for IPv6 only.
    """
    wanted = ipaddress.ip_address(peer.partition("%")[0])
    exact: set[str] = set()
    wild: dict[int, set[str]] = {4: set(), 6: set()}
    for table in ("tcp", "tcp6"):
        for address, inode in _table(Path("/proc/net", table), port):
            if address == wanted or getattr(address, "ipv4_mapped", None) == wanted:
                exact.add(inode)
            elif address.is_unspecified:
                wild[address.version].add(inode)
    return exact or (wild[4] if wanted.version == 4 else set()) or wild[6]


def _table(
    table: Path, port: int
) -> Iterator[tuple[ipaddress.IPv4Address | ipaddress.IPv6Address, str]]:
    try:
        lines = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        host, _, hexport = fields[1].partition(":")
        if fields[3] == _LISTEN and int(hexport, 16) == port:
            yield _address(host), fields[9]


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    # The kernel prints each 32-bit word in the machine's own byte order.
    words = [bytes.fromhex(text[at : at + 8]) for at in range(0, len(text), 8)]
    if sys.byteorder == "little":
        words = [word[::-1] for word in words]
    return ipaddress.ip_address(b"".join(words))


def _sockets(pids: Iterable[int]) -> set[str]:
    found = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            for entry in os.scandir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    target = str(Path(entry.path).readlink())
                    if target.startswith("socket:["):
                        found.add(target[8:-1])
    return found


def _pids() -> list[int]:
    return [int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit()]


def _comm(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""
