"""Hypothesis strategies for any record: values by the type hints of the core's dataclasses."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st

from gate.core.model import Accepted, Limit, Objective, Policy, Promises, Waiver
from gate.core.quiet import Disturbed, Quiet
from gate.core.run import Looks, Measurement, Part, Run, Shards
from gate.core.sample import Counts, Reduced, Unit, Values
from gate.core.sli import STATISTICS, Beyond, Sli
from gate.core.units import Dimension, Quantity
from gate.core.verdict import Outcome, Side

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WHOLE = st.integers(0, 2**40)
NUMBER = st.floats(-1e99, 1e99)
POSITIVE = st.floats(0, 1e12, exclude_min=True)
SHARE = st.floats(0.001, 0.999)
_STATISTICS = ("", "p95", "p99.9", *STATISTICS)
DAY = st.dates().map(str)


def any_run() -> st.SearchStrategy[Run]:
    """Any run that a record can hold."""
    return _of(Run)


def any_outcome() -> st.SearchStrategy[Outcome]:
    """Any outcome that a record can hold, sensible or not."""
    return _of(Outcome)


def _units() -> st.SearchStrategy[Unit]:
    return _of(Unit)


def _parts() -> st.SearchStrategy[Part]:
    return _of(Part)


def _numbered(units: list[Unit]) -> tuple[Unit, ...]:
    return tuple(dataclasses.replace(unit, index=index) for index, unit in enumerate(units))


def _rising(looks: list[int]) -> tuple[int, ...]:
    return tuple(sorted(looks))


def _unsplit(parts: list[Part]) -> tuple[Part, ...]:
    return tuple(dataclasses.replace(part, shard=0, generator=1) for part in parts)


@st.composite
def _slis(draw: st.DrawFn, *, statistics: tuple[str, ...] = _STATISTICS) -> Sli:
    statistic = draw(st.sampled_from(statistics))
    tags = draw(st.dictionaries(TEXT, TEXT, max_size=2))
    compare = draw(st.sampled_from([">", ">=", "<", "<="]))
    quantity = Quantity(draw(NUMBER), draw(st.sampled_from(Dimension)))
    beyond = Beyond(compare, quantity) if statistic == "share" else None
    return Sli(draw(TEXT), statistic, tuple(tags.items()), beyond)


_FIELDS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    Policy: {
        "alarm_rate": SHARE,
        "miss_rate": SHARE,
        "time": POSITIVE,
        "undecided": st.sampled_from(["warn", "fail"]),
        "bootstrap_until": DAY | st.just(""),
        "loosening": st.sampled_from(["warn", "refuse"]),
        "budgets_from": st.sampled_from(["head", "base"]),
    },
    Objective: {
        "weight": POSITIVE,
        "repeat_min": st.integers(1, 99),
        "limit": st.builds(Limit, NUMBER, st.none() | NUMBER),
    },
    Promises: {
        "weights": st.deferred(lambda: st.lists(st.tuples(TEXT, POSITIVE), max_size=2).map(tuple))
    },
    Waiver: {"expires": DAY},
    Accepted: {"until": DAY},
    Measurement: {
        "sli": st.deferred(lambda: _slis(statistics=("p95", "mean", "share"))),
        "units": st.deferred(lambda: st.lists(_units(), min_size=1, max_size=3).map(_numbered)),
    },
    Unit: {"seconds": POSITIVE},
    Side: {"n": WHOLE},
    Disturbed: {"unit": st.integers(0, 99)},
    Quiet: {"units": st.integers(9, 99), "dropped": st.integers(0, 9)},
    Run: {"seconds": POSITIVE, "unread": st.integers(0, 9)},
    Looks: {
        "declared": st.lists(st.integers(1, 99), min_size=3, max_size=4, unique=True).map(_rising),
        "asked": st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True).map(_rising),
    },
    Shards: {
        "split": st.just(()),
        "generators": st.just(1),
        "parts": st.deferred(lambda: st.lists(_parts(), min_size=1, max_size=2).map(_unsplit)),
    },
    Outcome: {"attempt": st.integers(1, 9)},
    Reduced: {"n": st.integers(1, 2**40)},
    Values: {"values": st.lists(NUMBER, min_size=1, max_size=4).map(tuple)},
}


@st.composite
def _counts(draw: st.DrawFn) -> Counts:
    trials = draw(st.integers(1, 2**40))
    return Counts(draw(st.integers(0, trials)), trials)


_WHOLES: dict[Any, st.SearchStrategy[Any]] = {
    Sli: _slis(),
    Counts: _counts(),
    str: TEXT,
    float: NUMBER,
    int: WHOLE,
    bool: st.booleans(),
    types.NoneType: st.none(),
}


@cache
def _of(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint in _WHOLES:
        return _WHOLES[hint]
    if origin is Literal:
        return st.just(arguments[0])
    if origin is tuple and arguments[-1] is ...:
        return st.lists(_of(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_of, arguments))
    if arguments:
        return st.one_of(*map(_of, arguments))
    if issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    return _built(hint)


def _built(cls: type) -> st.SearchStrategy[Any]:
    hints, own = typing.get_type_hints(cls), _FIELDS.get(cls, {})
    schema = [f.name for f in dataclasses.fields(cls) if f.name == "schema_version"]
    fields = {
        field.name: own[field.name] if field.name in own else _of(hints[field.name])
        for field in dataclasses.fields(cls)
        if field.name not in schema
    }
    return st.builds(cls, **fields)
