"""Numbers of other tools as quantities of ours: sizes, shares and percentages, written exactly."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([A-Za-z]*)", re.ASCII)
# bytes-iec, which size-limit reads with: kB is 1000, KiB is 1024, letters of any case.
_IEC = {"": ("B", 1), "b": ("B", 1), "kb": ("kB", 1), "mb": ("MB", 1), "gb": ("MB", 1000)}
_IEC |= {"kib": ("KiB", 1), "mib": ("MiB", 1), "gib": ("MiB", 1024)}
# bytes, which bundlewatch and bundlesize read with: kB is 1024, and no KiB.
_BYTES = {"": ("B", 1), "b": ("B", 1), "kb": ("KiB", 1), "mb": ("MiB", 1), "gb": ("MiB", 1024)}


def size_iec(text: str) -> str:
    """A size as npm's `bytes-iec` reads it, in our units; "" for what is none."""
    return _size(text, _IEC)


def size_bytes(text: str) -> str:
    """A size as npm's `bytes` reads it, in our units; "" for what is none."""
    return _size(text, _BYTES)


def _size(text: str, units: dict[str, tuple[str, int]]) -> str:
    found = _SIZE.fullmatch(text.strip())
    if found is None or found[2].lower() not in units:
        return ""
    unit, times = units[found[2].lower()]
    return f"{decimal(Decimal(found[1]) * times)} {unit}"


def percent(text: object, *, less: int = 0) -> str:
    """A share of one as a percentage, `less` taken off: 0.05 is `5%`; "" for what is no number."""
    number = _number(text)
    return "" if number is None else f"{decimal((number - less) * 100)}%"


def percentage(text: object, *, less: int = 0) -> str:
    """A written percentage, `less` per cent taken off: `200%` less 100 is `100%`; "" for none."""
    written = str(text).strip()
    number = _number(written.removesuffix("%"))
    if number is None:
        return ""
    times = 1 if written.endswith("%") else 100
    return f"{decimal(number * times - less)}%"


def kibibytes(number: object) -> str:
    """So many KiB; "" for what is no number."""
    found = _number(number)
    return "" if found is None else f"{decimal(found)} KiB"


def size_of(number: object) -> str:
    """So many bytes; "" for what is no number."""
    found = _number(number)
    return "" if found is None else f"{decimal(found)} B"


def milliseconds(number: object) -> str:
    """So many ms; "" for what is no number."""
    found = _number(number)
    return "" if found is None else f"{decimal(found)} ms"


def plain(number: object) -> str:
    """A plain number; "" for what is none."""
    found = _number(number)
    return "" if found is None else decimal(found)


def decimal(number: Decimal) -> str:
    """A number without an exponent or trailing zeros."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = str(value).strip()
    if not text or len(text) > 40:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**15 and _fine(number) else None


def _fine(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and abs(exponent) <= 30
