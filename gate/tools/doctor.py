"""`gate doctor`: what is there, what is missing and how to get it, one line each."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gate import __version__, process
from gate.core.counted import counted
from gate.tools.counter import Counter, find_counter
from gate.tools.locate import CHROME, K6, NODE, Absent, Found, locate, node_home, package_version
from gate.tools.probe import Machine, look
from gate.tools.token import Told

_GIB = 1024**3
_CLOCK_SLACK = 300
_CLOCK_SKEW = 30


class Level(StrEnum):
    """How a line stands: fine, worth knowing, or in the way."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: what was found, and what to do where that is not fine."""

    status: Level
    what: str
    found: str
    remedy: str = ""


def doctor(
    root: Path,
    *,
    extra: Sequence[Line] = (),
    explicit: Mapping[str, Collection[str]] | None = None,
    needs: Collection[str] | None = None,
    env: Mapping[str, str] | None = None,
    machine: Machine | None = None,
    told: Told | None = None,
) -> tuple[Line, ...]:
    """Look at everything that measuring in `root` may need; never raises for what is missing.

    `explicit` says where budgets want a tool (`k6`, `chrome`): every path or program that one of
    them names, "" where one leaves it to us. `needs` are the tools that they need (the names of the
    lines; None: all); the absence of another is no more than a warning.
    `extra` are lines that only the budgets' runners can give, such as a database's rights; `told`
    is what GitHub's API said of a token, None where nobody asked.
    """
    env = os.environ if env is None else env
    machine = look() if machine is None else machine
    return (
        _python(),
        *_git(root, env),
        _clock(root, env, machine, told),
        *(_token(told) if told is not None else ()),
        *(_weighed(line, needs) for line in _tools(explicit or {}, env, machine)),
        *extra,
        *_machine(machine),
    )


def _python() -> Line:
    found = f"{platform.python_version()} ({sys.executable}), perfgate {__version__}"
    return Line(Level.OK, "python", found)


def _git(root: Path, env: Mapping[str, str]) -> Iterator[Line]:
    version = _says(["git", "--version"], root, env)
    if not version.well:
        yield Line(Level.BAD, "git", version.text, "install git and put it on PATH")
        return
    yield Line(Level.OK, "git", version.text.removeprefix("git version "))
    shallow = _says(["git", "rev-parse", "--is-shallow-repository"], root, env)
    count = _says(["git", "rev-list", "--count", "HEAD"], root, env)
    if not shallow.well:
        yield Line(Level.BAD, "checkout", shallow.text, "run it in a git checkout that is yours")
    elif not count.well:
        yield Line(Level.WARN, "checkout", "no commit yet", "commit once: baselines go by commit")
    else:
        yield _depth(counted(int(count.text), "commit"), shallow=shallow.text == "true")


def _depth(commits: str, *, shallow: bool) -> Line:
    if not shallow:
        return Line(Level.OK, "checkout", f"whole, {commits}")
    deepen = "git fetch --unshallow (GitHub: `fetch-depth: 0` in actions/checkout)"
    return Line(Level.WARN, "checkout", f"shallow, {commits} deep", deepen)


def _clock(root: Path, env: Mapping[str, str], machine: Machine, told: Told | None) -> Line:
    """The clock against GitHub's where it told its time, and against the last commit."""
    remedy = "set the clock: waivers and baselines go by date"
    committed = _says(["git", "log", "-1", "--format=%ct"], root, env)
    if committed.well and machine.now < int(committed.text) - _CLOCK_SLACK:
        return Line(Level.WARN, "clock", "earlier than the last commit", remedy)
    if told is None or told.date is None:
        known = "not before the last commit" if committed.well else "there is no commit"
        return Line(Level.OK, "clock", f"{known}; not compared with another clock")
    off = machine.now - told.date
    found = f"{abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} that of GitHub's API"
    return _line(abs(off) <= _CLOCK_SKEW, "clock", found, remedy)


def _token(told: Told) -> Iterator[Line]:
    """What a comment on GitHub would need; a check itself needs no token."""
    needs = "a comment needs `pull-requests: write`; a check needs no token"
    if not told.variable:
        return
    name = f"github token ({told.variable})"
    if told.why:
        yield Line(Level.WARN, name, f"not checked: {told.why}", needs)
    elif told.status != 200:
        yield Line(Level.WARN, name, f"refused: status {told.status}", f"make a new one; {needs}")
    elif told.scopes is None:
        found = "taken; which permissions it has cannot be asked (an Actions or fine-grained token)"
        yield Line(Level.OK, name, f"{found}; {needs}")
    else:
        fine = bool({"repo", "public_repo"} & set(told.scopes))
        scopes = f"taken; scopes: {', '.join(told.scopes) or 'none'}"
        yield _line(fine, name, scopes, "to comment it needs the scope `repo` or `public_repo`")


def _tools(
    explicit: Mapping[str, Collection[str]], env: Mapping[str, str], machine: Machine
) -> Iterator[Line]:
    for named in explicit.get("k6", ("",)):
        yield _tool(locate(K6, explicit=named, env=env))
    yield _tool(locate(NODE, env=env))
    home = node_home(env=env)
    yield _tool(home)
    if isinstance(home, Found):
        lhci = package_version(home.path, "@lhci/cli")
        found = lhci or "not installed beside Lighthouse"
        remedy = "" if lhci else "run `gate tools install lighthouse`, or leave `collect: lhci` out"
        yield Line(Level.OK if lhci else Level.BAD, "lhci", found, remedy)
    browsers = [locate(CHROME, explicit=n, env=env) for n in explicit.get("chrome", ("",))]
    yield from map(_tool, browsers)
    if any(isinstance(browser, Found) for browser in browsers):
        yield _sandbox(machine)
    yield _counting(find_counter("auto", env))


def _counting(answer: Counter | Absent) -> Line:
    if isinstance(answer, Absent):
        return Line(Level.BAD, "instructions", answer.detail, answer.remedy)
    layout = "" if answer.pinned else ", address layout not pinned: setarch -R is refused"
    found = f"{answer.tool} {answer.version} ({answer.path}){layout}"
    return Line(Level.OK, "instructions", found)


def _tool(answer: Found | Absent) -> Line:
    match answer:
        case Found():
            return Line(Level.OK, answer.tool, f"{answer.version} ({answer.path}, {answer.how})")
        case Absent():
            return Line(Level.BAD, answer.tool, answer.detail, answer.remedy)


def _weighed(line: Line, needs: Collection[str] | None) -> Line:
    if line.status is not Level.BAD or needs is None or line.what in needs:
        return line
    return Line(Level.WARN, line.what, f"no budget needs it; {line.found}", line.remedy)


def _sandbox(machine: Machine) -> Line:
    if machine.superuser:
        found = "off: root cannot have it, Chrome is started with --no-sandbox"
        return Line(Level.WARN, "chrome sandbox", found, "measure trusted pages only, or as a user")
    if machine.sandbox is False:
        remedy = "allow user namespaces (sysctl user.max_user_namespaces), or measure as root"
        return Line(Level.WARN, "chrome sandbox", "user namespaces are refused", remedy)
    return Line(Level.OK, "chrome sandbox", "on")


def _machine(machine: Machine) -> Iterator[Line]:
    cores = float(machine.cores) if machine.quota is None else min(machine.quota, machine.cores)
    few = "use two or more: load and server share them"
    yield _line(cores >= 2, "cores", f"{cores:g}", few)
    if machine.memory is not None:
        size = f"{machine.memory / _GIB:.1f} GiB"
        yield _line(machine.memory >= 3 * _GIB, "memory", size, "Chrome and the server want 3 GiB")
    quiet = "wait, or stop what else runs: numbers from a busy machine decide little"
    if machine.load is not None:
        yield _line(machine.load <= cores / 2, "load", f"{machine.load:.2f} over a minute", quiet)
    if machine.pressure is not None:
        found = f"tasks waited for a core {machine.pressure:.0%} of the last 10 s"
        yield _line(machine.pressure <= 0.1, "cpu pressure", found, quiet)
    if machine.governor is not None:
        remedy = "cpupower frequency-set -g performance"
        yield _line(machine.governor == "performance", "cpu governor", machine.governor, remedy)


def _line(fine: bool, what: str, found: str, remedy: str) -> Line:  # noqa: FBT001  # the one point
    return Line(Level.OK, what, found) if fine else Line(Level.WARN, what, found, remedy)


@dataclass(frozen=True, slots=True)
class _Answer:
    well: bool
    text: str


def _says(argv: Sequence[str], root: Path, env: Mapping[str, str]) -> _Answer:
    done = process.run(argv, timeout=20, cwd=root, env=env)
    if isinstance(done, process.NotStarted):
        return _Answer(well=False, text=done.why)
    if done.code != 0:
        return _Answer(well=False, text=done.tail)
    return _Answer(well=True, text=done.stdout.decode("utf-8", "replace").strip())
