"""Quantities with units: read at the edge, held in base units, shown for people.

Base units: seconds, bytes, a share of one, per second, a plain number.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from enum import StrEnum


class Dimension(StrEnum):
    """What a number counts. Numbers of different dimensions are never compared."""

    TIME = "time"
    SIZE = "size"
    SHARE = "share"
    RATE = "rate"
    NUMBER = "number"


class UnitError(ValueError):
    """A quantity that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A finite number of base units of one dimension."""

    value: float
    dimension: Dimension

    def __post_init__(self) -> None:
        """Refuse what is not a finite number."""
        if not math.isfinite(self.value):
            msg = "a quantity is a finite number"
            raise UnitError(msg)


# Written unit -> dimension, and the integers by which a written number is multiplied and divided.
# Integers keep the reading exact: "300 ms" is the float nearest to 0.3, "7 %" the one nearest 0.07.
_UNITS: dict[str, tuple[Dimension, int, int]] = {
    "ns": (Dimension.TIME, 1, 10**9),
    "us": (Dimension.TIME, 1, 10**6),
    "ms": (Dimension.TIME, 1, 10**3),
    "s": (Dimension.TIME, 1, 1),
    "min": (Dimension.TIME, 60, 1),
    "h": (Dimension.TIME, 3600, 1),
    "d": (Dimension.TIME, 86400, 1),
    "B": (Dimension.SIZE, 1, 1),
    "kB": (Dimension.SIZE, 1000, 1),
    "KiB": (Dimension.SIZE, 1024, 1),
    "MB": (Dimension.SIZE, 10**6, 1),
    "MiB": (Dimension.SIZE, 1024**2, 1),
    "%": (Dimension.SHARE, 1, 100),
    "pp": (Dimension.SHARE, 1, 100),
    "/s": (Dimension.RATE, 1, 1),
}
_SPELLINGS = {"µs": "us", "μs": "us"}
_QUANTITY = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<whole>\d+)(?:\.(?P<part>\d*))?|\.(?P<only>\d+))"
    r"(?:[eE](?P<exponent>[+-]?\d{1,3}))?\s*(?P<unit>\S*)",
    re.ASCII,
)
_LONGEST = 64

UNITS_OF: dict[Dimension, tuple[str, ...]] = {
    dimension: tuple(unit for unit, (of, _, _) in _UNITS.items() if of is dimension)
    for dimension in Dimension
}


def parse_quantity(text: str | float) -> Quantity:
    """Read `250 ms`, `170 kB`, `1%`, `150 /s` or a plain number; raise `UnitError` otherwise.

    The value is the float nearest to what is written, so that what `show_exact` writes reads back.
    """
    if isinstance(text, bool):
        msg = f"expected a number with its unit, got {str(text).lower()}"
        raise UnitError(msg)
    if isinstance(text, int | float):
        return Quantity(_as_float(text, 1), Dimension.NUMBER)
    match = _QUANTITY.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        msg = f"expected a number with its unit, such as 250 ms or 170 kB, got {text[:_LONGEST]!r}"
        raise UnitError(msg)
    unit = _SPELLINGS.get(match["unit"], match["unit"])
    if unit and unit not in _UNITS:
        raise UnitError(_unknown_unit(unit))
    dimension, factor, divisor = _UNITS[unit] if unit else (Dimension.NUMBER, 1, 1)
    part = match["part"] or match["only"] or ""
    exponent = int(match["exponent"] or 0) - len(part)
    number = int(match["sign"] + (match["whole"] or "") + part) * factor
    return Quantity(
        _as_float(number * 10 ** max(exponent, 0), divisor * 10 ** max(-exponent, 0)), dimension
    )


def _as_float(number: float, divisor: int) -> float:
    try:
        return number / divisor  # of two integers: rounded once, correctly
    except OverflowError:
        msg = "a quantity is a finite number"
        raise UnitError(msg) from None


def _unknown_unit(unit: str) -> str:
    folded = [known for known in _UNITS if known.lower() == unit.lower()]
    near = folded or difflib.get_close_matches(unit, _UNITS, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"unknown unit {unit!r}{hint}; known units: {', '.join(_UNITS)}, or none for a count"


def expect(text: str | float, dimension: Dimension) -> float:
    """Read a quantity of this dimension and return its value in base units."""
    quantity = parse_quantity(text)
    if quantity.dimension is dimension:
        return quantity.value
    wanted = ", ".join(UNITS_OF[dimension]) or "a plain number without a unit"
    msg = f"expected a {dimension} ({wanted}), got {text!r}, which is a {quantity.dimension}"
    raise UnitError(msg)


_SCALES: dict[Dimension, tuple[tuple[str, float], ...]] = {
    Dimension.TIME: (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)),
    Dimension.SIZE: (("MB", 1e6), ("kB", 1e3), ("B", 1.0)),
    Dimension.SHARE: (("%", 0.01),),
    Dimension.RATE: (("/s", 1.0),),
    Dimension.NUMBER: (("", 1.0),),
}


def show(value: float, dimension: Dimension) -> str:
    """Write a value for people, three to four significant digits: `312 ms`, `0.42 %`, `5`."""
    if not math.isfinite(value):
        return "unbounded"
    scales = _SCALES[dimension]
    unit, scale = next(((u, s) for u, s in scales if abs(value) >= s), scales[-1])
    if value == 0:
        unit, scale = ("ms", 1e-3) if dimension is Dimension.TIME else scales[-1]
    return f"{_digits(value / scale)} {unit}".rstrip()


def show_points(value: float, dimension: Dimension) -> str:
    """Write a difference for people: like `show`, but shares in percentage points."""
    if dimension is Dimension.SHARE and math.isfinite(value):
        return f"{_digits(value * 100)} pp"
    return show(value, dimension)


def show_ratio(change: float) -> str:
    """Write a relative change with its sign: 0.125 becomes `+12.5 %`."""
    if not math.isfinite(change):
        return "unbounded"
    digits = _digits(change * 100)
    return f"{digits if digits.startswith('-') else '+' + digits} %"


def _digits(number: float) -> str:
    if abs(number) >= 10**15:
        return f"{number:.4g}" if math.isfinite(number) else "unbounded"
    if number == int(number) and abs(number) < 10**6:
        return str(int(number))
    places = max(0, 3 - math.ceil(math.log10(abs(number)))) if number else 0
    text = f"{number:.{min(places, 9)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
