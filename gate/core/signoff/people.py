"""Whether two words name one person: nobody approves an own waiver."""

from __future__ import annotations

import unicodedata


def same_person(one: str, other: str) -> bool:
    """Whether two of `Ada`, `ada@example.org`, `Ada <ada@example.org>` share a name or address."""
    return bool(_names(one) & _names(other))


def _names(person: str) -> set[str]:
    name, _, address = person.partition("<")
    parts = (_plain(name), _plain(address.rstrip("> ")))
    return {part for part in parts if part}


def _plain(text: str) -> str:
    """Letters may be composed or not, and blanks are not all one character."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
