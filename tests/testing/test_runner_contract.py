"""The runner contract holds a good runner good, and catches runners that break it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gate import process
from gate.core.metric import Better, Catalogue, Kind, Metric
from gate.core.reasons import Code, because
from gate.core.sample import Values
from gate.core.units import Dimension
from gate.seams.runner import (
    Found,
    Implied,
    Job,
    NotFound,
    Options,
    Question,
    Ready,
    Refused,
    Repeat,
    Session,
    UnitAnswer,
    UnitFailed,
)
from gate.testing.answers import check_answer
from gate.testing.fake_program import Behaviour, Fake, write_fake
from gate.testing.runner_contract import Case, RunnerContract, question

_TIME = Metric(
    "time",
    Dimension.TIME,
    Better.LOWER,
    Kind.TIMING,
    ("mean", "max"),
    "mean",
    ("step",),
    "step",
    "how long a step takes",
)


class StopwatchOptions(Options):
    """Where the stopwatch is."""

    program: str


class Stopwatch:
    """A runner for a tool that prints one JSON object: seconds by step."""

    name = "stopwatch"
    options: type[Options] = StopwatchOptions
    repeat = Repeat(1, 1)
    serves = False

    def catalogue(self, options: StopwatchOptions) -> Catalogue:
        return Catalogue(self.name, (_TIME,))

    def members(self, options: StopwatchOptions, tag: str) -> tuple[str, ...]:
        return ()

    def implied(self, options: StopwatchOptions) -> tuple[Implied, ...]:
        return ()

    @contextmanager
    def open(self, job: Job, options: StopwatchOptions) -> Iterator[Session | Refused]:
        done = process.run([options.program, "--version"], timeout=5)
        if isinstance(done, process.NotStarted):
            yield Refused(because(Code.TOOL_ABSENT, tool=self.name, detail=done.why))
            return
        yield StopwatchSession(job, options.program, done.stdout.decode().strip())


class StopwatchSession:
    def __init__(self, job: Job, program: str, version: str) -> None:
        self._job = job
        self._program = program
        self.ready = Ready((("stopwatch", version),), (("program", "abc"),))

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        done = process.run([self._program], timeout=self._job.timeout, grace=0.1)
        if isinstance(done, process.NotStarted):
            return UnitFailed(because(Code.TOOL_ABSENT, tool="stopwatch", detail=done.why))
        if done.timed_out:
            seconds = self._job.timeout
            return UnitFailed(because(Code.TOOL_TIMED_OUT, tool="stopwatch", seconds=seconds))
        if done.code:
            why = because(Code.TOOL_CRASHED, tool="stopwatch", exit=done.code, detail=done.tail)
            return UnitFailed(why)
        try:
            steps = {str(k): float(v) for k, v in json.loads(done.stdout).items()}
        except (ValueError, TypeError) as error:
            return UnitFailed(because(Code.OUTPUT_UNREADABLE, tool="stopwatch", detail=error))
        answers = [_answer(asked, steps) for asked in self._job.questions]
        return UnitAnswer(
            tuple(a for a in answers if isinstance(a, Found)),
            tuple(a for a in answers if isinstance(a, NotFound)),
        )


def _answer(asked: Question, steps: dict[str, float]) -> Found | NotFound:
    step = asked.sli.tag("step")
    values = tuple(v for name, v in steps.items() if step in {None, name})
    if values:
        return Found(asked.objective, asked.sli, Values(values))
    why = because(Code.NOTHING_MATCHED, selector=asked.sli.selector, detail="no such step")
    return NotFound(asked.objective, asked.sli, why)


class TestTheStopwatch(RunnerContract):
    def case(self, behaviour: Behaviour, place: Path) -> Case:
        fake = Fake(
            output=b'{"brew": 1.5, "pour": 2.5}', partial=b'{"brew": 1}', replies={"--version": "7"}
        )
        tool = write_fake(place / "bin" / "stopwatch", fake, behaviour)
        asked = (question("a", "mean(time{step:brew})"), question("b", "max(time{step:pour})"))
        options = StopwatchOptions(program=str(tool))
        return Case(Stopwatch(), options, asked, place, timeout=5)


_ASKED = (question("a", "mean(time)"), question("b", "max(time)", each="step"))
_A, _B = _ASKED[0].sli, _ASKED[1].sli
_DATA = Values((1.0,))
_WHY = because(Code.NOT_REPORTED, tool="stopwatch", detail="it said nothing")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(UnitAnswer((Found("a", _A, _DATA),)), id="a question is left out"),
        pytest.param(
            UnitAnswer((Found("a", _A, _DATA), Found("b", _B, _DATA))),
            id="an answer to `each` does not name its member",
        ),
        pytest.param(
            UnitAnswer(
                (Found("a", _A, _DATA), Found("b", _B.with_tag("step", "x"), _DATA)),
                (NotFound("a", _A, _WHY),),
            ),
            id="a question is both found and not found",
        ),
        pytest.param(
            UnitAnswer((Found("a", _A.with_tag("step", "x"), _DATA),), (NotFound("b", _B, _WHY),)),
            id="another SLI than asked",
        ),
        pytest.param(
            UnitAnswer((Found("a", _A, _DATA), Found("c", _A, _DATA)), (NotFound("b", _B, _WHY),)),
            id="nobody asked for it",
        ),
        pytest.param(
            UnitAnswer((Found("a", _A, _DATA),), (NotFound("b", _B, because(Code.NOT_REPORTED)),)),
            id="a reason without its facts",
        ),
    ],
)
def test_the_contract_catches_an_answer_where(answer: UnitAnswer) -> None:
    with pytest.raises(AssertionError):
        check_answer(answer, _ASKED)


def test_the_contract_lets_a_right_answer_through() -> None:
    found = (Found("a", _A, _DATA), Found("b", _B.with_tag("step", "brew"), _DATA))
    missing = (NotFound("b", _B.with_tag("step", "pour"), _WHY),)
    check_answer(UnitAnswer(found, missing), _ASKED)
