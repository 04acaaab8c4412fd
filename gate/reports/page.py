"""A page of bounded size: blocks are taken whole or with fewer items, never cut in the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_GAP = "\n\n"
_ROOM_FOR_END = 200
"""For the sentence that counts what did not fit."""


class Page:
    """Collects blocks until `longest` characters are used; counts what did not fit.

    `last` is the block at the end, for which there is room always.
    """

    def __init__(self, longest: int, last: str) -> None:
        self._last = last
        self._room = longest - _ROOM_FOR_END - len(last)
        self._blocks: list[str] = []
        self._left_out = 0

    def add(self, block: str) -> bool:
        """Take a block if it fits."""
        if len(block) + len(_GAP) > self._room:
            return False
        self._blocks.append(block)
        self._room -= len(block) + len(_GAP)
        return True

    def add_each(self, items: tuple[T, ...], layout: Callable[[tuple[T, ...]], str]) -> None:
        """Take the block of as many first items as fit; `layout` of more items is never shorter."""
        fits, too_many = 0, len(items) + 1
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if len(layout(items[:middle])) + len(_GAP) <= self._room:
                fits = middle
            else:
                too_many = middle
        if fits:
            self.add(layout(items[:fits]))
        self._left_out += len(items) - fits

    def finish(self) -> str:
        """The whole text, with how much did not fit and the last block."""
        if self._left_out:
            self._blocks.append(f"{self._left_out} more entries did not fit: see the full report.")
        return _GAP.join((*self._blocks, self._last)) + "\n"
