"""Numbers with their noun, as people read them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Write `1 commit`, `2 commits`: a noun with a regular plural."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
