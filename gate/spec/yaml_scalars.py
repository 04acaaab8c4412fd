"""Plain scalars as YAML 1.2 means them; what YAML 1.1 would read differently is refused.

Sources: YAML 1.2.2 §10.3.2 (core schema); the YAML 1.1 types of PyYAML 6.0.3's resolver.
"""

from __future__ import annotations

import math
import re

Scalar = None | bool | int | float | str

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_OLD_TRUE = {"yes", "Yes", "YES", "on", "On", "ON"}
_OLD_FALSE = {"no", "No", "NO", "off", "Off", "OFF"}
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_OLD_NUMBER = re.compile(
    r"[-+]?(?:0[0-9][0-9_]*|[0-9]+_[0-9_]*(?:\.[0-9_]*)?|0b[01_]+|0o[0-7]+)", re.ASCII
)
_CUT_EXPONENT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?", re.ASCII)
_MOST_DIGITS = 19


class ScalarError(ValueError):
    """A plain scalar that two readers of YAML could take for different things."""

    def __init__(self, message: str, hint: str) -> None:
        """Keep the hint beside the message."""
        super().__init__(message)
        self.hint = hint


def resolve_plain(text: str) -> Scalar:
    """The value of an unquoted scalar; raises `ScalarError`."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    _refuse_old_words(text)
    if text[0] not in "+-.0123456789":
        return text
    _refuse_old_numbers(text)
    if _HEXADECIMAL.fullmatch(text):
        return _integer(text, int(text, 0))
    if _INTEGER.fullmatch(text):
        return _integer(text, int(text)) if len(text) <= _MOST_DIGITS else _huge(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else _huge(text)
    return text


def _refuse_old_words(text: str) -> None:
    if text in _OLD_TRUE or text in _OLD_FALSE:
        word = "true" if text in _OLD_TRUE else "false"
        message = f"a bare {text} is {word} in YAML 1.1 and text in YAML 1.2"
        raise ScalarError(message, f'write {word}, or "{text}" where text is meant')
    if text == "<<":
        raise ScalarError("merge keys (<<) are not part of YAML 1.2", "write the keys out")


def _refuse_old_numbers(text: str) -> None:
    if _SEXAGESIMAL.fullmatch(text):
        message = f"{text} is a number to base 60 in YAML 1.1 and text in YAML 1.2"
        raise ScalarError(message, f'write a duration as in 90 s, or "{text}" where text is meant')
    if _OLD_NUMBER.fullmatch(text):
        message = f"{text} is another number in YAML 1.1 than in YAML 1.2"
        hint = f'write plain decimal digits, or "{text}" where text is meant'
        raise ScalarError(message, hint)
    if _CUT_EXPONENT.fullmatch(text):
        message = f"{text} has lost its exponent"
        raise ScalarError(message, f'write a number as in 1e-3, or "{text}" where text is meant')
    if _ENDLESS.fullmatch(text):
        raise ScalarError(f"{text} is not a finite number", "write a number, or leave the key out")


def _integer(text: str, number: int) -> int:
    return number if abs(number) < 2**63 else _huge(text)


def _huge(text: str) -> int:
    shown = text if len(text) <= 2 * _MOST_DIGITS else f"{text[: 2 * _MOST_DIGITS]}…"
    raise ScalarError(f"the number {shown} is too large", "quote it where text is meant")
