"""Reading single values strictly: text, truth, numbers, and the words of an enum."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from gate.record.canonical import Tree

T = TypeVar("T")

# What every JSON reader holds exactly (RFC 8259, section 6).
_MAX_INT = 2**53
# No measured quantity is larger, and squares and sums of such numbers stay finite.
_LARGEST = 1e100


class TreeError(ValueError):
    """A tree that is not the value: what was expected, and the path to it from the outside in."""

    def __init__(self, message: str, path: str = "") -> None:
        """Keep both parts; the path grows while the error travels outwards."""
        super().__init__(message)
        self.message = message
        self.path = path

    def under(self, step: str) -> TreeError:
        """The same error seen from one level further out."""
        dot = "." if self.path and not self.path.startswith("[") else ""
        return TreeError(self.message, f"{step}{dot}{self.path}")


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How values of one type are written as plain values and read back."""

    encode: Callable[[T], Tree]
    decode: Callable[[Tree], T]


def refuse(expected: str, tree: Tree) -> NoReturn:
    """Raise `TreeError`: what was expected and what came."""
    named = {bool: "true or false", type(None): "null", list: "a list", dict: "an object"}
    got = named.get(type(tree)) or (f"{tree!r}"[:60] if isinstance(tree, str) else "a number")
    raise TreeError(f"expected {expected}, got {got}")


def _text(tree: Tree) -> str:
    if not isinstance(tree, str):
        refuse("text", tree)
    if not tree.isascii():
        try:
            tree.encode()
        except UnicodeEncodeError:
            raise TreeError("expected text, got half of a character") from None
    return tree


def _truth(tree: Tree) -> bool:
    return tree if isinstance(tree, bool) else refuse("true or false", tree)


def _whole(tree: Tree) -> int:
    if not isinstance(tree, int) or isinstance(tree, bool):
        refuse("a whole number", tree)
    if abs(tree) > _MAX_INT:
        raise TreeError("expected a whole number below 2**53")
    return tree


def _number(tree: Tree) -> float:
    if not isinstance(tree, int | float) or isinstance(tree, bool):
        refuse("a number", tree)
    return _numbers([tree])[0]


def _numbers(tree: Tree) -> tuple[float, ...]:
    """All numbers of a list at once: the samples of a load test are long."""
    if not isinstance(tree, list) or not set(map(type, tree)) <= {int, float}:
        refuse("a list of numbers", tree)
    try:
        values = tuple(map(float, tree))
    except OverflowError:
        raise TreeError("expected finite numbers") from None
    if values and not (min(values) >= -_LARGEST and max(values) <= _LARGEST):
        raise TreeError(f"expected finite numbers, none beyond {_LARGEST:g}")
    return values


SCALARS: dict[object, Codec[Any]] = {
    str: Codec(str, _text),
    bool: Codec(bool, _truth),
    int: Codec(int, _whole),
    float: Codec(float, _number),
}
NUMBERS: Codec[tuple[float, ...]] = Codec(lambda values: list(map(float, values)), _numbers)


def words(*known: str) -> Codec[str]:
    """Text that is one of the known words."""

    def decode(tree: Tree) -> str:
        return tree if isinstance(tree, str) and tree in known else refuse(_either(known), tree)

    return Codec(str, decode)


def members(cls: type[enum.Enum]) -> Codec[enum.Enum]:
    """A member of an enum, written as its value."""
    by_value = {member.value: member for member in cls}

    def decode(tree: Tree) -> enum.Enum:
        if isinstance(tree, str | int) and not isinstance(tree, bool) and tree in by_value:
            return by_value[tree]
        return refuse(_either(by_value), tree)

    return Codec(lambda member: member.value, decode)


def _either(known: object) -> str:
    listed = ", ".join(map(str, known))  # type: ignore[call-overload]
    return f"one of {listed}"
