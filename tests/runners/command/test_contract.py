"""The contract, with the command and with what counts it as the tool that misbehaves."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from gate.runners.command import RUNNER
from gate.runners.command.options import CommandOptions
from gate.testing import Behaviour, Case, Fake, RunnerContract, question, write_fake

_TIMED = (
    question("time", "median(time)"),
    question("cpu", "max(cpu_time)"),
    question("rss", "max(rss)"),
)
_COUNTED = (question("one", "mean(instructions)"), question("two", "mean(instructions)"))
_GOOD = b"desc: what it counts\ncmd: true\nevents: Ir\nfn=main\n1 4711\nsummary: 4711\n"
_OF_OUTPUT = (
    Behaviour.SILENT,
    Behaviour.EMPTY,
    Behaviour.TRUNCATED,
    Behaviour.GARBAGE,
    Behaviour.FOREIGN,
    Behaviour.STALE,
)


class TestCommand(RunnerContract):
    not_applicable: ClassVar = dict.fromkeys(_OF_OUTPUT, "what a command says is not read")

    def case(self, behaviour: Behaviour, place: Path) -> Case:
        tool = write_fake(place / "bin" / "report", Fake(output=b"all is well"), behaviour)
        # It has no parts of its own: nothing counts where there is no valgrind.
        asked = (*_TIMED, *_COUNTED[:1]) if behaviour is Behaviour.PARTIAL else _TIMED
        env = {"PATH": "/usr/bin:/bin", "PERFGATE_VALGRIND": "/no/valgrind"}
        options = CommandOptions(command=(str(tool),), warmup=False)
        return Case(RUNNER, options, asked, place, env=env)


class TestCounted(RunnerContract):
    def case(self, behaviour: Behaviour, place: Path) -> Case:
        fake = Fake(
            output=_GOOD,
            partial=b"",
            flag="--cachegrind-out-file=",
            replies={"--version": "valgrind-3.19.0"},
        )
        tool = write_fake(place / "bin" / "valgrind", fake, behaviour)
        asked = (*_COUNTED, *_TIMED) if behaviour is Behaviour.PARTIAL else _COUNTED
        env = {"PATH": "/usr/bin:/bin", "PERFGATE_VALGRIND": str(tool), "PERFGATE_PERF": "/no"}
        options = CommandOptions(command=("true",), warmup=False)
        return Case(RUNNER, options, asked, place, env=env)
