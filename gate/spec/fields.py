"""The types of written values: read by the core's units, described for the JSON Schema and docs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from gate.core.units import UNITS_OF, Dimension, expect
from gate.seams.runner import Repeat
from gate.spec.problems import shown

WRITTEN = "x-written"
"""The schema keyword that says in a few words what is written; the docs show it."""

_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHELL = {"|", "||", "&&", "&", ";", ">", ">>", "<", "2>", "2>&1"}
_LONGEST_TEXT = 1000
_MOST_REPEATS = 1000


def pattern_of(*dimensions: Dimension) -> str:
    """A regular expression for quantities of these dimensions; a plain number has no unit."""
    units = [re.escape(unit) for dimension in dimensions for unit in UNITS_OF[dimension] or ("",)]
    return rf"^{_NUMBER} ?({'|'.join(units)})$"


def schema(kind: dict[str, Any], written: str) -> WithJsonSchema:
    """A JSON Schema with its words for people."""
    return WithJsonSchema({**kind, WRITTEN: written})


def read_text(value: object) -> str:
    """A text that is not empty, on one line; raises `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {shown(value)}")  # noqa: TRY004  # pydantic's protocol
    text = value.strip()  # a block scalar ends with a line break
    if not text:
        raise ValueError("expected text, got an empty one")
    if len(text) > _LONGEST_TEXT or not text.isprintable():
        raise ValueError(f"expected a line of printable text, at most {_LONGEST_TEXT} characters")
    return text


def is_name(text: str) -> bool:
    """Whether a text can be a name in a budget."""
    return bool(_NAME.fullmatch(text))


def _matching(pattern: re.Pattern[str], expected: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise ValueError(f"expected {expected}, got {shown(value)}")
        return value

    return read


def _quantity(dimension: Dimension, least: str, most: str) -> Callable[[object], float]:
    low, high = expect(least, dimension), expect(most, dimension)

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError(f"expected a {dimension}, got {shown(value)}")  # noqa: TRY004  # as above
        if dimension is Dimension.SHARE and not str(value).endswith("%"):
            raise ValueError(f"expected a share such as 1%, got {shown(value)}")
        number = expect(value, dimension)
        if not low <= number <= high:
            raise ValueError(f"expected {least} to {most}, got {shown(value)}")
        return number

    return read


def read_day(value: object) -> str:
    """A calendar day such as 2027-01-31; raises `ValueError`."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(f"expected a day as in 2027-01-31, got {shown(value)}")
    try:
        date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"expected a day of the calendar, got {value}") from None
    return value


def read_repeat(value: object) -> Repeat:
    """`5` is exact, `{min: 5, max: 11}` adaptive; raises `ValueError`."""
    match value:
        case bool():
            pass
        case int():
            return _repeat(value, value)
        case {"min": int(low), "max": int(high), **rest} if not rest:
            return _repeat(low, high)
        case _:
            pass
    raise ValueError(f"expected a number of repeats or {{min: 5, max: 11}}, got {shown(value)}")


def _repeat(low: int, high: int) -> Repeat:
    if not 1 <= low <= high <= _MOST_REPEATS:
        raise ValueError(f"expected 1 <= min <= max <= {_MOST_REPEATS}, got {low} and {high}")
    return Repeat(low, high)


def read_command(value: object) -> tuple[str, ...]:
    """A program with its arguments: a list, or a string that is split without a shell."""
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError as error:
            raise ValueError(f"this command cannot be split: {error}") from None
        shell = next((word for word in words if word in _SHELL), "")
        if shell:
            raise ValueError(f"no shell reads this command, so {shell} would be an argument")
    elif isinstance(value, list):
        other = next((word for word in value if not isinstance(word, str)), "")
        if other != "":
            raise ValueError(f"expected texts in a command, got {shown(other)}; quote it")
        words = [str(word) for word in value]
    else:
        raise ValueError(f"expected a command as a list of texts or one text, got {shown(value)}")  # noqa: TRY004  # as above
    if not words or not words[0] or any("\0" in word for word in words):
        raise ValueError("expected a program with its arguments")
    return tuple(words)


def read_commands(value: object) -> tuple[tuple[str, ...], ...]:
    """Commands one after another; raises `ValueError`."""
    if isinstance(value, str):
        return (read_command(value),)
    if not isinstance(value, list):
        raise ValueError(f"expected a list of commands, got {shown(value)}")  # noqa: TRY004  # as above
    if len(value) > 1 and all(isinstance(item, str) and " " not in item for item in value):
        raise ValueError("expected a list of commands, each a list or a text with its arguments")
    return tuple(read_command(item) for item in value)


def _came(value: object) -> str:
    from gate.spec.problems import shown

    return shown(value)


_TEXT = {"type": "string", "minLength": 1, "maxLength": _LONGEST_TEXT}
_WORDS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_COUNT = {"type": "integer", "minimum": 1, "maximum": _MOST_REPEATS}
_EITHER_COMMAND = {"anyOf": [_WORDS, {"type": "string", "minLength": 1}]}
_DURATION = {"type": "string", "pattern": pattern_of(Dimension.TIME)}
_SHARE = {"type": "string", "pattern": rf"^{_NUMBER} ?%$"}

Text = Annotated[str, PlainValidator(read_text), schema(_TEXT, "text")]
Name = Annotated[
    str,
    PlainValidator(_matching(_NAME, "a name of letters, digits and _.-")),
    schema({"type": "string", "pattern": f"^{_NAME.pattern}$"}, "name"),
]
Variable = Annotated[
    str,
    PlainValidator(_matching(_VARIABLE, "the name of a variable")),
    schema({"type": "string", "pattern": f"^{_VARIABLE.pattern}$"}, "name of a variable"),
]
Day = Annotated[
    str,
    PlainValidator(read_day),
    schema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, "day"),
]
Duration = Annotated[
    float,
    PlainValidator(_quantity(Dimension.TIME, "1 ms", "30 d")),
    schema(_DURATION, "duration, as `30 s`"),
]
Rate = Annotated[
    float,
    PlainValidator(_quantity(Dimension.SHARE, "0.0001%", "50%")),
    schema(_SHARE, "share, as `1%`"),
]
Repeats = Annotated[
    Repeat,
    PlainValidator(read_repeat),
    schema(
        {
            "anyOf": [
                _COUNT,
                {
                    "type": "object",
                    "properties": {"min": _COUNT, "max": _COUNT},
                    "required": ["min", "max"],
                    "additionalProperties": False,
                },
            ]
        },
        "number, or `{min: 5, max: 11}`",
    ),
]
Command = Annotated[
    tuple[str, ...],
    PlainValidator(read_command),
    schema(_EITHER_COMMAND, "list of texts, or one text"),
]
Commands = Annotated[
    tuple[tuple[str, ...], ...],
    PlainValidator(read_commands),
    schema(
        {"anyOf": [{"type": "array", "items": _EITHER_COMMAND}, {"type": "string"}]},
        "list of commands",
    ),
]
