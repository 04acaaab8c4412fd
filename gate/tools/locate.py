"""Where a tool is: what the budget names, else the environment, PATH, the cache, known places.

A path that somebody wrote down is used or is absent; it is never silently replaced by another.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache as remember
from pathlib import Path

from gate import process
from gate.tools import cache, pins


class How(StrEnum):
    """Who said where the tool is."""

    BUDGET = "budget"
    ENVIRONMENT = "environment"
    PATH = "PATH"
    CACHE = "cache"
    KNOWN = "known place"


@dataclass(frozen=True, slots=True)
class Found:
    """A tool that answered with its version."""

    tool: str
    path: Path
    version: str
    how: How


@dataclass(frozen=True, slots=True)
class Absent:
    """A tool that is not there: each place looked at with what was wrong, and what to do."""

    tool: str
    looked_in: tuple[str, ...]
    remedy: str

    @property
    def detail(self) -> str:
        """Everything that was looked at, in one line."""
        return "; ".join(self.looked_in)


@dataclass(frozen=True, slots=True)
class Tool:
    """How to find a program: its names, the variables that point at it, how it tells its version.

    `managed` is its path inside its folder of the cache, "" where the gate never installs it.
    """

    name: str
    variables: tuple[str, ...]
    names: tuple[str, ...]
    asked: tuple[str, ...]
    minimum: tuple[int, ...]
    remedy: str
    managed: str = ""
    places: tuple[str, ...] = ()


K6 = Tool(
    name="k6",
    variables=("PERFGATE_K6",),
    names=("k6",),
    asked=("version",),
    minimum=(0, 57),  # the oldest whose output was read: exit codes, NDJSON
    remedy="run `gate tools install k6`",
    managed="bin/k6",
)
NODE = Tool(
    name="node",
    variables=("PERFGATE_NODE",),
    names=("node",),
    asked=("--version",),
    minimum=(22, 19),  # what Lighthouse 13.5 asks for
    remedy="run `gate tools install node`, or put Node 22.19 or newer on PATH",
    managed="bin/node",
)
CHROME = Tool(
    name="chrome",
    variables=("PERFGATE_CHROME", "CHROME_PATH"),
    names=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    asked=("--version",),
    minimum=(112,),  # --headless=new
    remedy="install chromium (Debian: `apt-get install chromium`), or set CHROME_PATH",
    places=(
        "/usr/bin/chromium",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
)


def locate(
    tool: Tool, *, explicit: str = "", env: Mapping[str, str] | None = None
) -> Found | Absent:
    """Find a tool and ask its version. `explicit` is what a budget says: a path or a name."""
    env = os.environ if env is None else env
    looked_in = []
    for how, said, path in _candidates(tool, explicit, env):
        answer = _ask(tool, path) if path else "not found"
        if isinstance(answer, str):
            looked_in.append(f"{said}: {answer}")
        else:
            return Found(tool.name, Path(path), ".".join(map(str, answer)), how)
    return Absent(tool.name, tuple(looked_in), tool.remedy)


def could_be_made(written: str, root: Path) -> bool:
    """Whether a build in the tree can make this program: a path elsewhere is made by nobody."""
    return not written.startswith(("/", "~")) or Path(written).is_relative_to(root.absolute())


def node_home(*, env: Mapping[str, str] | None = None) -> Found | Absent:
    """The folder whose `node_modules` holds Lighthouse; the version is Lighthouse's."""
    env = os.environ if env is None else env
    said = env.get("PERFGATE_NODE_HOME", "")
    place = cache.folder("lighthouse", pins.node_packages().key, env)
    home, how = (Path(said), How.ENVIRONMENT) if said else (place, How.CACHE)
    version = package_version(home, "lighthouse")
    if version:
        return Found("lighthouse", home, version, how)
    remedy = "run `gate tools install lighthouse`"
    return Absent("lighthouse", (f"{home}: no node_modules/lighthouse",), remedy)


def package_version(home: Path, package: str) -> str:
    """The version of a package installed under `home`, "" where it is not installed."""
    file = home / "node_modules" / package / "package.json"
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def with_node(node: Found, env: Mapping[str, str]) -> dict[str, str]:
    """The environment with this Node (and the npm beside it) first on PATH."""
    path = os.pathsep.join(filter(None, (str(node.path.parent), env.get("PATH", ""))))
    return {**env, "PATH": path}


def _candidates(
    tool: Tool, explicit: str, env: Mapping[str, str]
) -> Iterator[tuple[How, str, str]]:
    """Yield who says so, how to name it in a message, and a path that can be executed or ""."""
    search = env.get("PATH", "")
    if explicit:
        yield How.BUDGET, f"{explicit} (named by the budget)", _program(explicit, search)
        return
    for variable in tool.variables:
        if said := env.get(variable):
            yield How.ENVIRONMENT, f"{said} ({variable})", _program(said, search)
            return
    on_path = [found for name in tool.names if (found := _program(name, search))]
    for found in on_path:
        yield How.PATH, found, found
    if not on_path:
        yield How.PATH, f"PATH ({', '.join(tool.names)})", ""
    if tool.managed:
        place = cache.folder(tool.name, pins.program(tool.name).key, env)
        yield How.CACHE, f"{place} (cache)", _program(str(place / tool.managed), search)
    for known in tool.places:
        yield How.KNOWN, known, _program(known, search)


def _program(name: str, search: str) -> str:
    return shutil.which(name, path=search) or ""


def _ask(tool: Tool, path: str) -> tuple[int, ...] | str:
    """The version that a program tells, or why it cannot be used."""
    version = _version(path, tool.asked, Path(path).stat().st_mtime_ns)
    if isinstance(version, str):
        return version
    if version < tool.minimum:
        told, needed = ".".join(map(str, version)), ".".join(map(str, tool.minimum))
        return f"version {told} is older than {needed}"
    return version


# Asked once for each file: a check looks the same tool up for every budget.
@remember
def _version(path: str, asked: tuple[str, ...], _changed: int) -> tuple[int, ...] | str:
    done = process.run([path, *asked], timeout=20)
    if isinstance(done, process.NotStarted):
        return f"does not start: {done.why}"
    if done.timed_out:
        return "did not tell its version within 20 s"
    numbers = re.search(r"\d+(?:\.\d+)+", done.stdout.decode("utf-8", "replace"))
    if done.code != 0 or numbers is None:
        return f"did not tell its version (code {done.code}): {done.tail}".rstrip(": ")
    return tuple(map(int, numbers[0].split(".")))
