"""Whether two words name one person: nobody approves an own waiver."""

from __future__ import annotations


def same_person(one: str, other: str) -> bool:
    """Whether two of `Ada`, `ada@example.org`, `Ada <ada@example.org>` share a name or address."""
    return bool(_names(one) & _names(other))


def _names(person: str) -> set[str]:
    name, _, address = person.partition("<")
    parts = (name.strip().casefold(), address.rstrip("> ").strip().casefold())
    return {part for part in parts if part}
