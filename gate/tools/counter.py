"""What counts a program's instructions: valgrind's cachegrind, or `perf stat` where it can count.

Facts, run: valgrind 3.19 (`--cache-sim=no` counts instructions alone, some thirty times slower than
without; a forked child goes on being counted, and when it ends writes a file of its own that holds
its parent's instructions up to the fork, too) and the lines of `perf stat -x,` (perf 6.1,
perf-stat(1), "CSV FORMAT"). perf counts the user mode of all that the program starts.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache as remember
from pathlib import Path
from typing import Literal

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.tools.locate import Absent, Found, Tool, locate

VALGRIND = Tool(
    name="valgrind",
    variables=("PERFGATE_VALGRIND",),
    names=("valgrind",),
    asked=("--version",),
    minimum=(3, 13),
    remedy="install valgrind (Debian, Ubuntu: `apt-get install valgrind`)",
)
PERF = Tool(
    name="perf",
    variables=("PERFGATE_PERF",),
    names=("perf",),
    asked=("--version",),
    minimum=(3, 0),
    remedy="install perf (Debian: `apt-get install linux-perf`) and allow it to count "
    "(`sysctl kernel.perf_event_paranoid=2`); most virtual machines have no counters",
)

Wanted = Literal["auto", "valgrind", "perf"]

_COUNTS = "counts."
_EVENT = "instructions:u"
_CSV = re.compile(rf"^(?P<value>[^,\n]*),[^,\n]*,{_EVENT}", re.MULTILINE)
_LARGEST = 64 * 1024 * 1024
_OURS = ("VALGRIND_OPTS",)


class UncountedError(ValueError):
    """A count that is not there or cannot be read; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A tool that counts here. `pinned` are the words that fix the address layout, if any can."""

    tool: Literal["valgrind", "perf"]
    version: str
    path: Path
    pinned: tuple[str, ...]

    @property
    def series(self) -> str:
        """What another one's counts are not compared with."""
        return f"{self.tool} {'.'.join(self.version.split('.')[:2])}"

    def argv(self, command: Sequence[str], folder: Path, *, follow: bool) -> list[str]:
        """Count a command into files of an empty `folder`; with `follow` what it starts, too."""
        if self.tool == "perf":
            counting = ["stat", "-x,", "-e", _EVENT, "-o", str(folder / f"{_COUNTS}0"), "--"]
            return [*self.pinned, str(self.path), *counting, *command]
        place = str(folder).replace("%", "%%")
        return [
            *self.pinned,
            str(self.path),
            "--tool=cachegrind",
            *("--cache-sim=no", "--branch-sim=no", "--vgdb=no"),
            f"--trace-children={'yes' if follow else 'no'}",
            f"--log-file={place}/log.%p",
            f"--cachegrind-out-file={place}/{_COUNTS}%p",
            *command,
        ]

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """The environment without what would give the counting tool other options."""
        return {name: value for name, value in env.items() if name not in _OURS}

    def counts(self, folder: Path) -> dict[str, int]:
        """Instructions by process id (perf: all under "0"); raises `UncountedError`."""
        files = sorted(folder.glob(f"{_COUNTS}*"))
        if not files:
            raise UncountedError(f"{self.tool} wrote no count{_said(folder)}")
        read = _of_perf if self.tool == "perf" else _of_valgrind
        return {file.name.removeprefix(_COUNTS): read(file) for file in files}


def find_counter(wanted: Wanted, env: Mapping[str, str]) -> Counter | Absent:
    """The tool that is asked for; `auto` is valgrind, and perf only where there is no valgrind.

    The steadier one goes first, so that what counts does not depend on the machine of the day.
    """
    tried: list[Absent] = []
    if wanted in {"auto", "valgrind"}:
        found = locate(VALGRIND, env=env)
        if isinstance(found, Found):
            return Counter("valgrind", found.version, found.path, pinning())
        tried.append(found)
    if wanted in {"auto", "perf"}:
        found = locate(PERF, env=env)
        why = _cannot_count(str(found.path)) if isinstance(found, Found) else found.detail
        if isinstance(found, Found) and not why:
            return Counter("perf", found.version, found.path, pinning())
        tried.append(Absent(PERF.name, (why,), PERF.remedy))
    names = " or ".join(each.tool for each in tried)
    looked_in = tuple(f"{each.tool}: {each.detail}" for each in tried)
    return Absent(names, looked_in, tried[0].remedy)


def no_counter(absent: Absent) -> Reason:
    """Why there are no instructions on this machine, and how to get them."""
    return because(
        Code.TOOL_ABSENT,
        tool=f"what counts instructions ({absent.tool})",
        detail=absent.detail,
        remedy=absent.remedy,
    )


@remember
def pinning() -> tuple[str, ...]:
    """What starts a program without address randomisation; () where the system refuses it.

    Containers often refuse `personality(ADDR_NO_RANDOMIZE)`; valgrind then still lays out all but
    the stack itself.
    """
    words = ("setarch", platform.machine(), "-R")
    done = process.run([*words, "true"], timeout=10)
    return words if isinstance(done, process.Finished) and done.code == 0 else ()


@remember
def _cannot_count(perf: str) -> str:
    """Why perf counts nothing on this machine, "" where it does."""
    done = process.run([perf, "stat", "-x,", "-e", _EVENT, "--", "true"], timeout=20)
    if isinstance(done, process.NotStarted):
        return f"{perf} does not start: {done.why}"
    said = done.stderr.decode("utf-8", "replace")
    line = _CSV.search(said)
    if line is None:
        return f"{perf} counts no instructions here (code {done.code}): {done.tail[-200:]}"
    return "" if line["value"].isdigit() else f"{perf} says {line['value']} for instructions"


def _of_valgrind(file: Path) -> int:
    """`events: Ir` names the only column, `summary: N` its total at the end of the file."""
    text = _text(file)
    events = re.search(r"^events: (.*)$", text, re.MULTILINE)
    total = re.search(r"^summary: (\d+)\s*$", text, re.MULTILINE)
    if events is None or events[1].strip() != "Ir" or total is None:
        raise UncountedError(f"valgrind wrote {len(text)} characters without a total of `Ir`")
    return int(total[1])


def _of_perf(file: Path) -> int:
    text = _text(file)
    line = _CSV.search(text)
    if line is None or not line["value"].isdigit():
        told = line["value"] if line is not None else text[:100]
        raise UncountedError(f"perf wrote no number of instructions, but {told!r}")
    return int(line["value"])


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            raise UncountedError(f"{file.name} is larger than {_LARGEST} bytes")
        return file.read_text("utf-8", "replace")
    except OSError as error:
        raise UncountedError(f"{file.name}: {error.strerror or error}") from None


def _said(folder: Path) -> str:
    """What valgrind itself said last, for the message."""
    logs = sorted(folder.glob("log.*"))
    lines = [line for log in logs for line in _text(log).splitlines()]
    told = [re.sub(r"^==\d+== ?", "", line).strip() for line in lines]
    told = [line for line in told if line]
    return f": {told[-1][:200]}" if told else ""
