"""Sequential use: units are added, and the judge is asked at looks that were declared before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from gate.core.compare.alarm import Claim, shares
from gate.core.compare.answer import plain_side
from gate.core.compare.case import Case
from gate.core.compare.decide import conclude, weigh_all
from gate.core.compare.question import Question, Run, Unanswerable, Unit, parse
from gate.core.compare.result import unanswered
from gate.core.compare.rule import Errors, errors_of
from gate.core.histogram import Histogram
from gate.core.metric import Kind
from gate.core.reasons import Code, Reason, because
from gate.core.sample import Counts
from gate.core.stats.looks import nominal_levels
from gate.core.verdict import Comparison, Side, Status, Working

_OPEN = {Status.UNDECIDED}


@dataclass
class _Progress:
    """What one question has so far: its units, and the look that it was last asked at."""

    question: Question
    base: list[Unit] = field(default_factory=list)
    head: list[Unit] = field(default_factory=list)
    asked: int = 0
    answer: Comparison | None = None

    @property
    def units(self) -> int:
        return min(len(self.base), len(self.head))


class Trial:
    """Questions that get their units bit by bit, and as few of them as a decision needs.

    `looks` are the numbers of units a side at which the data are asked, rising; they and each
    question's share of the alarm rate are fixed before the first unit, and the share is spent over
    the looks. A final answer (pass, warn, fail, or anything at the last look) never changes, and
    asking again without new units spends nothing.
    """

    def __init__(
        self,
        questions: Sequence[Question],
        *,
        looks: Sequence[int],
        alarm_rate: float = 0.01,
        miss_rate: float = 0.05,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        """Declare questions and looks.

        Raises `ValueError` where looks do not rise from 2 on, and for rates not between 0 and 1.
        """
        if not looks or looks[0] < 2 or any(a >= b for a, b in pairwise(looks)):
            msg = "looks are rising numbers of units a side, the first at least 2"
            raise ValueError(msg)
        errors_of(alarm_rate, miss_rate)
        self._looks = tuple(looks)
        self._rates = (alarm_rate, miss_rate)
        self._weights = dict(weights or {})
        self._progress = {q.id: _Progress(q, list(q.base), list(q.head)) for q in questions}
        if len(self._progress) < len(questions):
            msg = "two questions have the same id"
            raise ValueError(msg)
        sharing = [q for q in questions if q.blocking and Kind(q.kind) is not Kind.EXACT]
        claims = [Claim(q.id, 1.0, q.budget, q.weight) for q in sharing]
        self._share = shares(claims, alarm_rate, weights)

    def add(self, id: str, *, base: Unit, head: Unit) -> None:  # noqa: A002  # the caller's word
        """Add one unit to each side of a question; a decided one takes no more."""
        progress = self._progress[id]
        if not self._final(progress) and progress.units < self._looks[-1]:
            progress.base.append(base)
            progress.head.append(head)

    def needs(self, id: str) -> int:  # noqa: A002  # the caller's word
        """How many units a side are wanted before the next look; 0 where it is decided."""
        progress = self._progress[id]
        if self._final(progress):
            return 0
        return max(0, self._next_look(progress) - progress.units)

    def ask(self) -> dict[str, Comparison]:
        """The answer to every question, after every look that its units have reached, in order."""
        while due := [each for each in self._progress.values() if self._due(each)]:
            look = min(map(self._next_look, due))
            self._look(look, [each for each in due if self._next_look(each) == look])
        return {id_: each.answer or self._too_early(each) for id_, each in self._progress.items()}

    def _due(self, progress: _Progress) -> bool:
        return not self._final(progress) and progress.units >= self._next_look(progress)

    def _final(self, progress: _Progress) -> bool:
        if progress.answer is None:
            return False
        return progress.answer.status not in _OPEN or progress.asked == len(self._looks)

    def _next_look(self, progress: _Progress) -> int:
        return self._looks[min(progress.asked, len(self._looks) - 1)]

    def _look(self, look: int, due: Sequence[_Progress]) -> None:
        """Ask about those that are due; all others lend what they have."""
        parsed = {
            id_: parse(replace(each.question, base=each.base[:look], head=each.head[:look]))
            for id_, each in self._progress.items()
            if each.units >= 2
        }
        cases = [case for case in parsed.values() if isinstance(case, Case)]
        names = {each.question.id for each in due}
        at = self._looks.index(look)
        found = conclude(cases, weigh_all(cases), lambda id_: self._errors(id_, at))
        for case, answer in zip(cases, found, strict=True):
            if case.id in names:
                self._progress[case.id].answer = answer
        for each in due:
            asked = parsed[each.question.id]
            if isinstance(asked, Unanswerable):
                sides = plain_side(asked.case.base), plain_side(asked.case.head)
                each.answer = unanswered(*sides, asked.reason)
            each.asked = at + 1

    def _errors(self, id_: str, at: int) -> Errors:
        share = self._share.get(id_, self._rates[0])
        alarm = nominal_levels(self._looks, share)[at]
        return Errors(alarm, nominal_levels(self._looks, self._rates[1])[at])

    def _too_early(self, progress: _Progress) -> Comparison:
        have, need = progress.units, self._next_look(progress)
        return unanswered(None, Side(0.0, have), because(Code.TOO_FEW_UNITS, have=have, need=need))

    def state(self) -> dict[str, Any]:
        """Everything as plain data for JSON, to go on from later."""
        return {
            "looks": list(self._looks),
            "alarm_rate": self._rates[0],
            "miss_rate": self._rates[1],
            "weights": self._weights,
            "questions": [_state_of(each) for each in self._progress.values()],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Trial:
        """Go on where `state` was taken. Raises `KeyError` or `ValueError` for what it is not."""
        entries = state["questions"]
        trial = cls(
            [_question_from(entry["question"]) for entry in entries],
            looks=state["looks"],
            alarm_rate=state["alarm_rate"],
            miss_rate=state["miss_rate"],
            weights=state["weights"],
        )
        for entry in entries:
            progress = trial._progress[entry["question"]["id"]]  # its own class
            progress.base = [_unit_from(unit) for unit in entry["base"]]
            progress.head = [_unit_from(unit) for unit in entry["head"]]
            progress.asked = entry["asked"]
            progress.answer = _answer_from(entry["answer"])
        return trial


def _state_of(progress: _Progress) -> dict[str, Any]:
    question = progress.question
    fields = {name: getattr(question, name) for name in question.__dataclass_fields__}
    fields["base"], fields["head"] = [], []
    fields["history"] = [
        {**{n: getattr(run, n) for n in run.__dataclass_fields__}, "units": _units(run.units)}
        for run in question.history
    ]
    return {
        "question": {k: str(v) if isinstance(v, str) else v for k, v in fields.items()},
        "base": _units(progress.base),
        "head": _units(progress.head),
        "asked": progress.asked,
        "answer": None if progress.answer is None else asdict(progress.answer),
    }


def _units(units: Sequence[Unit]) -> list[Any]:
    return [_unit_state(unit) for unit in units]


def _unit_state(unit: Unit) -> Any:  # noqa: ANN401  # plain data
    match unit:
        case Counts():
            return {"events": unit.events, "trials": unit.trials}
        case Histogram():
            return {"edges": list(unit.edges), "counts": list(unit.counts)}
        case int() | float():
            return float(unit)
        case _:
            return [float(value) for value in unit]


def _unit_from(state: Any) -> Unit:  # noqa: ANN401  # plain data
    match state:
        case {"events": events, "trials": trials}:
            return Counts(events, trials)
        case {"edges": edges, "counts": counts}:
            return Histogram(tuple(edges), tuple(counts))
        case list():
            return tuple(state)
        case _:
            return float(state)


def _question_from(state: Mapping[str, Any]) -> Question:
    runs = tuple(
        Run(**{**run, "units": tuple(map(_unit_from, run["units"]))}) for run in state["history"]
    )
    return Question(**{**state, "history": runs})


def _answer_from(state: Mapping[str, Any] | None) -> Comparison | None:
    if state is None:
        return None
    sides = {n: None if state[n] is None else Side(**state[n]) for n in ("base", "head")}
    working = None if state["working"] is None else _working_from(state["working"])
    reasons = tuple(
        Reason(Code(each["code"]), tuple((k, v) for k, v in each["facts"]))
        for each in state["reasons"]
    )
    status = Status(state["status"])
    return Comparison(
        **{**state, **sides, "working": working, "reasons": reasons, "status": status}
    )


def _working_from(state: Mapping[str, Any]) -> Working:
    return Working(**{**state, "counts": tuple(state["counts"])})
