"""An open job: each unit runs the command by itself, under what counts, or both."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.core.sample import Data, Reduced, Values
from gate.runners.command.metrics import INSTRUCTIONS, TIMED
from gate.runners.command.options import CommandOptions
from gate.runners.command.runs import Place, Took, counted, timed
from gate.seams.runner import Found, Job, NotFound, Question, Ready, UnitAnswer, UnitFailed
from gate.tools import Absent
from gate.tools.counter import Counter, no_counter

Answered = tuple[Data, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a session needs."""

    options: CommandOptions
    place: Place
    counter: Counter | Absent
    ready: Ready


class CommandSession:
    """The command may have been changed by what it did before: a warm-up is part of the job."""

    def __init__(self, job: Job, prepared: Prepared) -> None:
        """Keep what was found."""
        self._job = job
        self._prepared = prepared
        self._warm = not prepared.options.warmup

    @property
    def ready(self) -> Ready:
        """What counts, and the shape."""
        return self._prepared.ready

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Run the command as often as the questions need it."""
        del index
        began = time.monotonic()
        deadline = began + self._job.timeout
        cold = self._warmed(deadline)
        if cold is not None:
            return self._failed(cold, began)
        wanted = {question.sli.metric for question in self._job.questions}
        told: dict[str, Answered | Reason] = {}
        if wanted & TIMED:
            told |= self._timed(deadline)
        if INSTRUCTIONS.name in wanted:
            told[INSTRUCTIONS.name] = self._counted(deadline)
        given = [_answer(question, told) for question in self._job.questions]
        lacking = [each for each in given if isinstance(each, NotFound)]
        if len(lacking) == len(given):
            return self._failed(lacking[0].reason, began)
        return UnitAnswer(
            found=tuple(each for each in given if isinstance(each, Found)),
            not_found=tuple(lacking),
            tool_seconds=time.monotonic() - began,
        )

    def _warmed(self, deadline: float) -> Reason | None:
        """Run it once unmeasured, until that went well; why it did not."""
        if self._warm:
            return None
        took = timed(self._prepared.options, self._prepared.place, _left(deadline))
        self._warm = isinstance(took, Took)
        return self._timely(took) if isinstance(took, Reason) else None

    def _timed(self, deadline: float) -> Mapping[str, Answered | Reason]:
        runs: list[Took] = []
        for _ in range(self._prepared.options.runs):
            took = timed(self._prepared.options, self._prepared.place, _left(deadline))
            if isinstance(took, Reason):
                return dict.fromkeys(TIMED, self._timely(took))
            runs.append(took)
        floor = max(took.floor for took in runs)
        said = (("memory of what starts it", f"{floor / 1e6:.1f} MB, below which none is told"),)
        return {
            "time": (Values(tuple(took.time for took in runs)), ()),
            "cpu_time": (Values(tuple(took.cpu_time for took in runs)), ()),
            "rss": (Reduced(max(took.rss for took in runs), len(runs)), said),
        }

    def _counted(self, deadline: float) -> Answered | Reason:
        counter = self._prepared.counter
        if isinstance(counter, Absent):
            return no_counter(counter)
        found = counted(self._prepared.options, counter, self._prepared.place, _left(deadline))
        if isinstance(found, Reason):
            return self._timely(found)
        pinned = "pinned" if counter.pinned else "not pinned: the system refuses setarch -R"
        said = (("counted by", f"{counter.tool} {counter.version}"), ("address layout", pinned))
        return Reduced(found, 1), said

    def _failed(self, reason: Reason, began: float) -> UnitFailed:
        again = reason.code is not Code.TOOL_ABSENT
        return UnitFailed(reason, again=again, tool_seconds=time.monotonic() - began)

    def _timely(self, reason: Reason) -> Reason:
        """A time-out is that of the whole unit, however little was left of it."""
        if reason.code is not Code.TOOL_TIMED_OUT:
            return reason
        tool = dict(reason.facts)["tool"]
        return because(Code.TOOL_TIMED_OUT, tool=tool, seconds=f"{self._job.timeout:g}")


def _answer(question: Question, told: Mapping[str, Answered | Reason]) -> Found | NotFound:
    answer = told[question.sli.metric]
    if isinstance(answer, Reason):
        return NotFound(question.objective, question.sli, answer)
    return Found(question.objective, question.sli, *answer)


def _left(deadline: float) -> float:
    return max(0.1, deadline - time.monotonic())
