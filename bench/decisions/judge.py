"""Our judge, asked through its public API: one comparison, a whole check, a sequence of looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import gate
from bench.decisions.data import Earlier, Units, scaled
from gate.core.verdict import Comparison

ALARM_RATE = 0.01


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric's two sides. A `suite` is decided as one check; a `block` is independent.

    `prior` is the sd between sessions (log) that is assumed before the metric's own history speaks.
    """

    suite: str
    block: str
    metric: str
    base: Units
    head: Units
    history: tuple[Earlier, ...] = ()
    budget: str = ""
    prior: float | None = None

    @property
    def name(self) -> str:
        """Suite and metric: what a list of offenders shows."""
        return f"{self.suite}: {self.metric}"

    def slower(self, shift: float) -> Pair:
        """The same pair with a known worsening of head."""
        return replace(self, head=scaled(self.head, 1 + shift))


@dataclass(frozen=True, slots=True)
class Ask:
    """How the judge is asked; the words of its API."""

    kind: str
    tolerance: float
    design: str
    statistic: str | None = None
    detect: float | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    miss_rate: float = 0.05

    def words(self, metric: str) -> dict[str, Any]:
        """What compare and Question share."""
        return {
            "kind": self.kind,
            "statistic": self.statistic,
            "tolerance": self.tolerance,
            "detect": self.detect,
            "floor": self.floors.get(metric, 0.0),
            "design": self.design,
        }


def past(history: Sequence[Earlier]) -> tuple[gate.Run, ...]:
    """Earlier runs as the judge takes them."""
    return tuple(
        gate.Run(
            units=(earlier.value,),
            at=earlier.at,
            commit=earlier.commit,
            accepted=earlier.accepted,
        )
        for earlier in history
    )


def one(pair: Pair, ask: Ask, confidence: float = 0.99) -> Comparison:
    """One comparison alone."""
    return gate.compare(
        pair.base,
        pair.head,
        confidence=confidence,
        miss_rate=ask.miss_rate,
        history=past(pair.history),
        prior=pair.prior,
        **ask.words(pair.metric),
    )


def red(ask: Ask, confidence: float = 0.99) -> Callable[[Pair], bool]:
    """Our rule for one comparison alone: whether it fails."""
    return lambda pair: failed(one(pair, ask, confidence))


def failed(comparison: Comparison) -> bool:
    """Whether it fails the build."""
    return str(comparison.status) == "fail"


def question(pair: Pair, ask: Ask) -> gate.Question:
    """One objective of a check."""
    return gate.Question(
        pair.metric,
        pair.base,
        pair.head,
        history=past(pair.history),
        prior=pair.prior,
        budget=pair.budget,
        **ask.words(pair.metric),
    )


def check(pairs: Sequence[Pair], ask: Ask) -> list[Comparison]:
    """A whole check: all its metrics decided together at the alarm rate."""
    return whole([question(pair, ask) for pair in pairs], ask.miss_rate)


def whole(questions: Sequence[gate.Question], miss_rate: float = 0.05) -> list[Comparison]:
    """Questions made before, decided together."""
    return gate.compare_all(questions, alarm_rate=ALARM_RATE, miss_rate=miss_rate)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a trial said of one metric: the final status and the units a side that it took."""

    status: str
    units: int


def trial(pairs: Sequence[Pair], ask: Ask, looks: Sequence[int]) -> dict[str, Answer]:
    """Units are added look by look, to those metrics alone that still want some."""
    empty = [replace(pair, base=(), head=()) for pair in pairs]
    asked = [question(pair, ask) for pair in empty]
    going = gate.Trial(asked, looks=tuple(looks), alarm_rate=ALARM_RATE, miss_rate=ask.miss_rate)
    used = dict.fromkeys((pair.metric for pair in pairs), 0)
    answers: Mapping[str, Comparison] = {}
    wanted = True
    while wanted:
        wanted = False
        for pair in pairs:
            first, more = used[pair.metric], going.needs(pair.metric)
            last = min(first + more, len(pair.base), len(pair.head))
            for base, head in zip(pair.base[first:last], pair.head[first:last], strict=True):
                going.add(pair.metric, base=base, head=head)
                wanted = True
            used[pair.metric] = last
        if wanted or not answers:
            answers = going.ask()
    return {name: Answer(str(answers[name].status), used[name]) for name in used}
