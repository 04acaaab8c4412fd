"""Which of the found products comes first, and the words that show why it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[a-zà-öø-ÿ0-9]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that a search has found."""

    id: int
    name: str
    category: str
    sold: int


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case."""
    return tuple(_WORD.findall(text.lower()))


def rank(query: str, candidates: Sequence[Candidate]) -> list[int]:
    """Product ids, best match first: the name counts most, then likeness, then what sells."""
    wanted = words(query)
    grams = _grams(" ".join(wanted))
    most = max((candidate.sold for candidate in candidates), default=0) or 1

    def score(candidate: Candidate) -> float:
        named = words(candidate.name)
        exact = sum(word in named for word in wanted)
        begun = sum(any(name.startswith(word) for name in named) for word in wanted)
        alike = _likeness(grams, _grams(" ".join(named)))
        shelf = candidate.category in wanted
        return 3 * exact + begun + 2 * alike + shelf + candidate.sold / most

    scored = [(-score(candidate), candidate.id) for candidate in candidates]
    return [number for _score, number in sorted(scored)]


def excerpt(text: str, query: str, width: int = 140) -> str:
    """The part of a text around the first word searched for, at most `width` characters."""
    wanted = set(words(query))
    start = next((m.start() for m in _WORD.finditer(text.lower()) if m.group() in wanted), 0)
    if len(text) <= width:
        return text
    begin = max(0, min(start - width // 3, len(text) - width))
    if begin:
        begin = text.find(" ", begin) + 1
    cut = text[begin : begin + width]
    if begin + width < len(text):
        cut = cut.rsplit(" ", 1)[0] + "…"
    return ("…" if begin else "") + cut


def _grams(text: str) -> frozenset[str]:
    padded = f"  {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)
