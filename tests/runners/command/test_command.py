"""Real commands: what is timed, what is counted, and what is no measurement."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.reasons import Code
from gate.core.sample import Reduced, Values, reduce_unit
from gate.runners.command import RUNNER
from gate.runners.command.options import CommandOptions
from gate.seams.runner import Question, Refused, UnitAnswer, UnitFailed
from gate.testing import Case, question
from gate.testing.answers import check_answer
from gate.testing.runner_contract import opened

TIME = question("c/time", "median(time)")
CPU = question("c/cpu_time", "median(cpu_time)")
RSS = question("c/rss", "max(rss)")
INSTRUCTIONS = question("c/instructions", "mean(instructions)")


def python(program: str) -> tuple[str, ...]:
    return (sys.executable, "-S", "-c", program)  # not -I: it would ignore the hash seed


def measure(
    root: Path,
    *asked: Question,
    env: Mapping[str, str] | None = None,
    units: int = 1,
    timeout: float = 60.0,
    options: Mapping[str, Any],
) -> UnitAnswer | UnitFailed | Refused:
    """The last of some units on a tree."""
    full = {**os.environ, **(env or {})}
    case = Case(
        RUNNER, CommandOptions.model_validate(options), asked, root, env=full, timeout=timeout
    )
    out = Path(tempfile.mkdtemp(dir=root.parent)) / "out"
    with opened(case, out) as session:
        if isinstance(session, Refused):
            return session
        answers = [session.unit(index) for index in range(units)]
    last = answers[-1]
    if isinstance(last, UnitAnswer):
        check_answer(last, asked)
    return last


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    (folder / "sub").mkdir(parents=True)
    return folder


def test_time_memory_and_processor_are_those_of_the_command(root: Path) -> None:
    hoard = python("import time; b = bytearray(b'x') * 80_000_000; time.sleep(0.2)")
    answer = measure(root, TIME, CPU, RSS, options={"command": hoard, "runs": 2, "warmup": False})
    assert isinstance(answer, UnitAnswer), answer
    time, cpu, rss = (found.data for found in answer.found)
    assert isinstance(time, Values)
    assert isinstance(cpu, Values)
    assert isinstance(rss, Reduced)
    assert (time.n, cpu.n, rss.n) == (2, 2, 2)
    assert min(time.values) >= 0.2
    assert min(cpu.values) > 0
    assert 80e6 < rss.value < 160e6
    assert "below which none is told" in answer.found[2].facts[0][1]


def test_it_runs_in_its_folder_with_its_variables(root: Path) -> None:
    (root / "sub" / "here").touch()
    program = "import os, sys; sys.exit(not (os.path.exists('here') and os.environ['A'] == '1 2'))"
    case = {"command": python(program), "cwd": "sub", "env": {"A": "1 2"}}
    assert isinstance(measure(root, TIME, options=case), UnitAnswer)


def test_a_string_is_split_without_a_shell(root: Path) -> None:
    assert CommandOptions.model_validate({"command": "sh -c 'exit 0'"}).command == (
        "sh",
        "-c",
        "exit 0",
    )
    assert isinstance(measure(root, TIME, options={"command": "sh -c 'exit 0'"}), UnitAnswer)


def test_a_warm_up_is_run_once_and_not_measured(root: Path) -> None:
    log = root.parent / "log"
    program = f"open({str(log)!r}, 'a').write('x')"
    measure(root, TIME, RSS, units=3, options={"command": python(program), "runs": 2})
    assert log.read_text() == "x" * (1 + 3 * 2)


@pytest.mark.parametrize(
    ("options", "code", "words", "again"),
    [
        pytest.param(
            {"command": python("import sys; sys.exit('no such table')")},
            Code.TOOL_CRASHED,
            "ended with code 1: no such table",
            True,
            id="it fails",
        ),
        pytest.param(
            {"command": python("pass"), "exits": [3]},
            Code.TOOL_CRASHED,
            "ended with code 0: it said nothing",
            True,
            id="it does not fail where it should",
        ),
        pytest.param(
            {"command": "no-such-program --help"},
            Code.TOOL_ABSENT,
            "no-such-program was not found: no-such-program: No such file or directory",
            False,
            id="it is not there",
        ),
        pytest.param(
            {"command": ["./sub"]}, Code.TOOL_ABSENT, "Permission denied", False, id="a folder"
        ),
        pytest.param(
            {"command": python("import os; os.kill(os.getpid(), 9)")},
            Code.TOOL_CRASHED,
            "code -9",
            True,
            id="it is killed",
        ),
        pytest.param(
            {"command": ["sh", "-c", "kill -TERM 0"]},
            Code.TOOL_CRASHED,
            "sh ended with code -15: it said nothing",
            True,
            id="it ends its whole group",
        ),
        pytest.param(
            {"command": python("import os; os.kill(os.getppid(), 9)")},
            Code.TOOL_CRASHED,
            "ended with code -9: a signal ended what times it",
            True,
            id="it ends what times it",
        ),
    ],
)
@pytest.mark.parametrize("warmup", [True, False])
def test_it_is_no_measurement_where(
    options: dict[str, Any], code: Code, words: str, again: bool, warmup: bool, root: Path
) -> None:
    failed = measure(root, TIME, RSS, options={**options, "warmup": warmup})
    assert isinstance(failed, UnitFailed), failed
    assert failed.reason.code is code
    assert words in failed.reason.sentence
    assert failed.again is again


def test_a_time_out_names_that_of_the_unit(root: Path) -> None:
    options = {"command": python("import time; time.sleep(60)")}
    failed = measure(root, TIME, timeout=1.0, options=options)
    assert isinstance(failed, UnitFailed)
    assert failed.reason.code is Code.TOOL_TIMED_OUT
    assert "did not end within 1 s" in failed.reason.sentence


def test_a_folder_that_is_not_there_is_refused(root: Path) -> None:
    refused = measure(root, TIME, options={"command": "true", "cwd": "subb"})
    assert isinstance(refused, Refused)
    (root / "out").symlink_to(root.parent)
    assert isinstance(measure(root, TIME, options={"command": "true", "cwd": "out"}), Refused)


def test_without_what_counts_the_rest_is_measured(root: Path) -> None:
    env = {"PERFGATE_VALGRIND": "/no/valgrind", "PERFGATE_PERF": "/no/perf"}
    answer = measure(root, TIME, INSTRUCTIONS, env=env, options={"command": "true"})
    assert isinstance(answer, UnitAnswer), answer
    (lacking,) = answer.not_found
    assert "/no/valgrind (PERFGATE_VALGRIND): not found" in lacking.reason.sentence
    assert "/no/perf (PERFGATE_PERF): not found" in lacking.reason.sentence
    alone = measure(root, INSTRUCTIONS, env=env, options={"command": "true"})
    assert isinstance(alone, Refused)
    assert alone.reason.remedy.startswith("install valgrind")


@pytest.mark.needs_valgrind
def test_instructions_are_counted_with_those_of_what_it_starts(root: Path) -> None:
    work = python("sum(range(300_000))")
    (root / "twice.sh").write_text(f"#!/bin/sh\n{_quoted(work)}\n{_quoted(work)}\n")
    (root / "twice.sh").chmod(0o755)
    once = [_instructions(root, {"command": work, "warmup": False}) for _ in range(2)]
    assert once[1] == pytest.approx(once[0], rel=0.0001)
    assert _instructions(root, {"command": "./twice.sh"}) == pytest.approx(2 * once[0], rel=0.1)


@pytest.mark.needs_valgrind
def test_the_exit_code_is_seen_through_what_counts(root: Path) -> None:
    options = {"command": python("import sys; sys.exit('lost')"), "warmup": False}
    failed = measure(root, INSTRUCTIONS, options=options)
    assert isinstance(failed, UnitFailed)
    assert failed.reason.sentence.endswith("ended with code 1: lost")


def _quoted(words: tuple[str, ...]) -> str:
    return " ".join(f"'{word}'" for word in words)


def _instructions(root: Path, options: dict[str, Any]) -> float:
    answer = measure(root, INSTRUCTIONS, options=options)
    assert isinstance(answer, UnitAnswer), answer
    facts = dict(answer.found[0].facts)
    assert facts["counted by"].startswith("valgrind 3.")
    return reduce_unit(answer.found[0].data, answer.found[0].sli)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"command": []}, "at least 1 item"),
        ({"command": ""}, "at least 1 item"),
        ({"command": ["", "x"]}, "expected a program"),
        ({"command": "a | b"}, "no shell reads this command"),
        ({"command": "a 'b"}, "cannot be split"),
        ({"command": ["a", 1]}, "valid string"),
        ({"command": "a", "cwd": "../x"}, "below the repository root"),
        ({"command": "a", "cwd": "/x"}, "below the repository root"),
        ({"command": "a", "env": {"A=B": ""}}, "cannot be a variable"),
        ({"command": "a", "exits": []}, "at least 1 item"),
        ({"command": "a", "runs": 0}, "greater than or equal to 1"),
        ({"command": "a", "counter": "gdb"}, "'auto', 'valgrind' or 'perf'"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CommandOptions.model_validate(options)
