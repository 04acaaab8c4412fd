"""Running the command: once by itself with a clock beside it, once under what counts."""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.errors import RecordError
from gate.record import read_bounded
from gate.runners.command import inside
from gate.runners.command.options import CommandOptions
from gate.tools.counter import Counter, UncountedError
from gate.tools.padding import padded

_LARGEST = 4096
_NAMES = ("time", "cpu_time", "rss", "floor")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the command runs: folder, scratch folder of ours, environment."""

    cwd: Path
    out: Path
    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Took:
    """What one run took: seconds and bytes. Memory below `floor` cannot be told."""

    time: float
    cpu_time: float
    rss: float
    floor: float


def timed(options: CommandOptions, place: Place, timeout: float) -> Took | Reason:
    """Run the command by itself; why it gave nothing where it did not end as it should."""
    with tempfile.TemporaryDirectory(prefix="timed-", dir=place.out) as folder:
        file = Path(folder) / "took.json"
        program = Path(inside.__file__).with_name("perfgate_timed.py")
        argv = [sys.executable, "-I", "-S", str(program), str(file), *options.command]
        ran = process.run(argv, cwd=place.cwd, env=place.env, timeout=timeout, grace=1.0)
        done = _finished(options, ran, timeout)
        if isinstance(done, Reason):
            return done
        return _took(options, done, file)


def counted(
    options: CommandOptions, counter: Counter, place: Place, timeout: float
) -> int | Reason:
    """Run the command under the counting tool: its instructions, or why there are none."""
    with tempfile.TemporaryDirectory(prefix="counted-", dir=place.out) as name:
        folder = Path(name)
        argv = counter.argv(options.command, folder, follow=True)
        # What the budget says about the hash seed is meant.
        seed = options.env.get("PYTHONHASHSEED", "0")
        # Debian's valgrind is a shell script, which would write the folder into PWD itself.
        said = {"PYTHONHASHSEED": seed, "PWD": str(place.cwd)}
        env = padded({**counter.environment(place.env), **said}, argv)
        ran = process.run(argv, cwd=place.cwd, env=env, timeout=timeout, grace=1.0)
        done = _finished(options, ran, timeout)
        if isinstance(done, Reason):
            return done
        if done.code not in options.exits:
            return _crashed(options, done.code, done.tail)
        try:
            total = sum(counter.counts(folder).values())
        except UncountedError as error:
            return because(Code.OUTPUT_UNREADABLE, tool=counter.tool, detail=error)
        if not total:
            return because(Code.OUTPUT_EMPTY, tool=counter.tool, detail="it counted nothing")
        return total


def _finished(
    options: CommandOptions, done: process.Finished | process.NotStarted, timeout: float
) -> process.Finished | Reason:
    if isinstance(done, process.NotStarted):
        return because(Code.TOOL_ABSENT, tool=options.command[0], detail=done.why)
    if done.timed_out:
        return because(Code.TOOL_TIMED_OUT, tool=options.command[0], seconds=f"{timeout:.3g}")
    return done


def _took(options: CommandOptions, done: process.Finished, file: Path) -> Took | Reason:
    if done.code < 0:
        said = f"a signal ended what times it; {done.tail}".removesuffix("; ")
        return _crashed(options, done.code, said)
    if done.code != 0 or not file.exists():
        # What starts the command says only this by itself: that it cannot be started.
        remedy = "correct `command:`; `prepare:` of a service can build it in both trees"
        return because(Code.TOOL_ABSENT, tool=options.command[0], detail=done.tail, remedy=remedy)
    try:
        told = json.loads(read_bounded(file, _LARGEST))
        code = int(told["code"])
        took = Took(*(float(told[name]) for name in _NAMES))
    except (RecordError, ValueError, TypeError, KeyError) as error:
        return because(Code.OUTPUT_UNREADABLE, tool="the clock of the command", detail=error)
    if code not in options.exits:
        return _crashed(options, code, done.tail)
    if not all(map(math.isfinite, (took.time, took.cpu_time, took.rss))):
        return because(Code.OUTPUT_UNREADABLE, tool="the clock of the command", detail=told)
    return took


def _crashed(options: CommandOptions, code: int, tail: str) -> Reason:
    remedy = "mend it, or name the code among `exits:`"
    return because(
        Code.TOOL_CRASHED,
        tool=options.command[0],
        exit=code,
        detail=tail or "it said nothing",
        remedy=remedy,
    )
