"""The ledger of one budget: what each unit gave, until it becomes measurements or missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.core.metric import Kind, better_of, dimension_of, kind_of
from gate.core.model import Objective, Origin
from gate.core.reasons import Code, Reason, because
from gate.core.run import VARIES, FailedAttempt, Measurement, Missing
from gate.core.sample import Unit, Values, reduce_unit
from gate.core.sli import Sli
from gate.core.units import Dimension, show
from gate.seams.runner import Found, Implied, Question, Ready, UnitAnswer, UnitFailed


@dataclass(slots=True)
class Ledger:
    """Collects a budget's units; every question ends as measurements or as missing.

    `tool_seconds` is what the tool took for units, `opening_seconds` before the first one: telling
    its version, reading the script.
    """

    budget: str
    questions: tuple[Question, ...]
    objectives: dict[str, Objective]
    repeat_min: int = 1
    ready: Ready | None = None
    stopped: Reason | None = None
    units: int = 0
    tool_seconds: float = 0.0
    opening_seconds: float = 0.0
    failed: list[FailedAttempt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _found: dict[tuple[str, Sli], list[Unit]] = field(default_factory=dict)
    _facts: dict[tuple[str, Sli], tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _absent: dict[tuple[str, Sli], list[Reason]] = field(default_factory=dict)
    _exact: dict[tuple[str, Sli], Found] = field(default_factory=dict)
    _varies: dict[tuple[str, Sli], str] = field(default_factory=dict)

    def begin(self, ready: Ready) -> None:
        """Take in what is known before the first unit: what the tool's own script promises too."""
        self.ready = ready
        made = [_declared(self.budget, each, self.repeat_min) for each in ready.declared]
        for objective in made:
            self.objectives[objective.id] = objective
        self.questions += tuple(Question(each.id, each.sli) for each in made)

    def declared(self) -> tuple[Objective, ...]:
        """The objectives that the tool's own script states."""
        return tuple(o for o in self.objectives.values() if o.origin is Origin.SCRIPT)

    def tools(self) -> tuple[tuple[str, str], ...]:
        """The tools that measured, with their versions."""
        return self.ready.tools if self.ready is not None else ()

    def add(self, index: int, answer: UnitAnswer) -> None:
        """Take in what one unit gave."""
        self.units += 1
        self.tool_seconds += answer.tool_seconds
        for found in answer.found:
            self._take(index, found, answer.tool_seconds)
        for absent in answer.not_found:
            self._absent.setdefault((absent.objective, absent.sli), []).append(absent.reason)
        withheld = dict.fromkeys(absent.reason for absent in answer.not_found)
        self.failed.extend(
            FailedAttempt(self.budget, index, 1, why) for why in withheld if why.code in _DISTURBED
        )
        self.notes.extend(f"{self.budget}: {note.sentence}" for note in answer.notes)

    def _take(self, index: int, found: Found, seconds: float) -> None:
        key = (found.objective, found.sli)
        self._found.setdefault(key, []).append(Unit(found.data, index, seconds=seconds))
        if found.facts:
            self._facts[key] = found.facts
        objective = self.objectives.get(found.objective)
        if objective is not None and objective.kind is Kind.EXACT:
            first = self._exact.setdefault(key, found)
            if reduce_unit(first.data, found.sli) != reduce_unit(found.data, found.sli):
                self._varies[key] = varying(first, found, objective.dimension)

    def drop(self, index: int) -> None:
        """Forget what a unit gave; what failed in it, or ran out of time, stays."""
        given = [key for key, units in self._found.items() if any(u.index == index for u in units)]
        for key in given:
            self._found[key] = [unit for unit in self._found[key] if unit.index != index]
            if not self._found[key]:
                del self._found[key]
        self.units -= bool(given)

    def fail(self, index: int, attempt: int, failure: UnitFailed) -> None:
        """Take in an attempt that measured nothing."""
        self.tool_seconds += failure.tool_seconds
        self.failed.append(FailedAttempt(self.budget, index, attempt, failure.reason))

    def lacking(self, minimum: int) -> int:
        """How many more units would complete what some units gave and others withheld."""
        counts = [len(units) for units in self._found.values()]
        return max((minimum - count for count in counts), default=0)

    def stop(self, reason: Reason) -> None:
        """Measure no further: what was not measured by now is missing for this reason."""
        self.stopped = self.stopped or reason

    def measurements(self) -> Iterator[Measurement]:
        """What was measured; a question that a time-out or the end of its service hit is not."""
        for (objective_id, sli), units in self._found.items():
            if self._refusal((objective_id, sli)) is None:
                objective = self.objectives[objective_id]
                yield Measurement(
                    objective=objective_id,
                    sli=sli,
                    dimension=objective.dimension,
                    better=objective.better,
                    kind=objective.kind,
                    units=tuple(units),
                    shape=self._shape(objective_id),
                    facts=self._told((objective_id, sli)),
                )

    def missing(self) -> Iterator[Missing]:
        """What was asked for and not measured, each with its reason."""
        measured = {(m.objective, m.sli) for m in self.measurements()}
        answered = {objective for objective, _ in measured}
        for key in {**self._absent, **self._found}:
            if key not in measured:
                answered.add(key[0])
                yield Missing(*key, self._refusal(key) or self._absent[key][-1])
        for question in self.questions:
            if question.objective not in answered:
                yield Missing(question.objective, question.sli, self._silence())

    def _refusal(self, key: tuple[str, Sli]) -> Reason | None:
        """Why units that were found do not count: design §2, a time-out is never dropped."""
        reasons = [*self._absent.get(key, ()), *(f.reason for f in self.failed)]
        late = next((r for r in reasons if r.code is Code.TOOL_TIMED_OUT), None)
        return late or (self.stopped if self.stopped and _spoils(self.stopped) else None)

    def _told(self, key: tuple[str, Sli]) -> tuple[tuple[str, str], ...]:
        """What the tool knows of causes, and what varies of that which should not."""
        varies = self._varies.get(key)
        return (*self._facts.get(key, ()), *(((VARIES, varies),) if varies else ()))

    def _silence(self) -> Reason:
        if self.stopped is not None:
            return self.stopped
        if self.failed:
            return self.failed[-1].reason
        return because(Code.NOT_REPORTED, tool="the runner", detail="it gave no answer")

    def _shape(self, objective: str) -> tuple[tuple[str, str], ...]:
        if self.ready is None:
            return ()
        return (*self.ready.shape, *self.ready.shapes.get(objective, ()))


_SHOWN = 3


def varying(first: Found, now: Found, dimension: Dimension) -> str:
    """What differs between two units of what is said to be exact, by name; "" for nothing."""
    before, after = _parts(first), _parts(now)
    names = [name for name in before | after if before.get(name) != after.get(name)]
    said = [
        f"{name} {_part(before.get(name), dimension)}, then {_part(after.get(name), dimension)}"
        for name in names[:_SHOWN]
    ]
    more = len(names) - _SHOWN
    return "; ".join((*said, *((f"{more} more",) if more > 0 else ())))


def _parts(found: Found) -> dict[str, float]:
    """Values by name; of a single number only which names there are."""
    values = found.data.values if isinstance(found.data, Values) else ()
    whole = values if len(values) == len(found.names) else (1.0,) * len(found.names)
    return dict(zip(found.names, whole, strict=True))


def _part(value: float | None, dimension: Dimension) -> str:
    if value is None:
        return "not there"
    return show(value, dimension) if dimension is not Dimension.NUMBER else "there"


_DISTURBED = {Code.LOAD_DROPPED, Code.PAGE_FAILED, Code.LOAD_TRUNCATED, Code.NOT_REPORTED}
"""Why one unit may have withheld an answer that the next one gives."""


def _declared(budget: str, implied: Implied, repeat_min: int) -> Objective:
    metric = implied.metric
    if metric is None:
        msg = f"a runner declared {implied.sli} without its metric"
        raise ValueError(msg)
    return Objective(
        id=implied.objective,
        budget=budget,
        sli=implied.sli,
        dimension=dimension_of(implied.sli, metric),
        better=better_of(implied.sli, metric),
        kind=kind_of(implied.sli, metric),
        limit=implied.limit,
        why=implied.why,
        repeat_min=repeat_min,
        origin=Origin.SCRIPT,
    )


def _spoils(reason: Reason) -> bool:
    """Whether what was measured before this end is worthless: the system under test was gone."""
    return reason.code in {Code.SERVICE_FAILED, Code.SERVICE_FOREIGN}
