"""Bounds as they are written: kept raw in the models, and read where the SLI's unit is known."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator

from gate.core.units import Dimension
from gate.spec.fields import pattern_of, schema

_PATTERN = pattern_of(*Dimension)
_WORD = r"((at most|at least|<=|>=|≤|≥) ?)?"
_QUANTITY = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{_WORD}{_PATTERN[1:]}"}]
}
_AMOUNT = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _PATTERN}]}


def _bounds(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict.fromkeys(("warn", "fail"), one),
        "required": ["fail"],
        "additionalProperties": False,
    }


def _any(value: object) -> object:
    return value


_LIMIT = {"anyOf": [*_QUANTITY["anyOf"], _bounds(_QUANTITY)]}
_BY_PROFILE = {
    "type": "object",
    "propertyNames": {"not": {"enum": ["warn", "fail"]}},
    "additionalProperties": _LIMIT,
    "minProperties": 1,
}
_OVER = f"{_PATTERN[:-1]} +over +{pattern_of(Dimension.TIME)[1:]}"
_DRIFT = {"type": "string", "pattern": _OVER}
_WITH_DRIFT = {
    "type": "object",
    "properties": {**dict.fromkeys(("warn", "fail", "floor"), _AMOUNT), "drift": _DRIFT},
    "anyOf": [{"required": ["fail"]}, {"required": ["drift"], "maxProperties": 1}],
    "additionalProperties": False,
}
_TOLERANCE = {"anyOf": [*_AMOUNT["anyOf"], {"const": "none"}, _DRIFT, _WITH_DRIFT]}

WrittenLimit = Annotated[
    Any,
    PlainValidator(_any),
    schema(
        {"anyOf": [*_LIMIT["anyOf"], _BY_PROFILE]},
        "quantity, `{warn, fail}`, or one of these by profile",
    ),
]
WrittenTolerance = Annotated[
    Any,
    PlainValidator(_any),
    schema(
        _TOLERANCE,
        "change as `10%` or `5 ms`, `5% over 90 d`, `{warn, fail, floor, drift}`, or `none`",
    ),
]
WrittenAmount = Annotated[
    Any, PlainValidator(_any), schema(_AMOUNT, "change as `10%`, `5 ms` or `0.5 pp`")
]
WrittenQuantity = Annotated[Any, PlainValidator(_any), schema(_AMOUNT, "quantity, as `3.1 s`")]
