"""How people may name an objective: as its id, or as they wrote its SLI in a budget."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gate.core.sli import SliError, parse_sli

_STATISTIC = re.compile(r"/[a-z]\w*(?:\.\d+)?\((.*)\)$")


def meant(text: str, ids: Iterable[str]) -> tuple[str, ...]:
    """The ids that a text names, with their tags in any order.

    The budget and the metric's own statistic may be left out, as they are in budgets and waivers.
    """
    ids = tuple(ids)
    wanted = {text, _canonical(text)}
    return (text,) if text in ids else tuple(each for each in ids if wanted & _spellings(each))


def _spellings(name: str) -> set[str]:
    plain = _STATISTIC.sub(r"/\1", name)
    return {name, plain, name.partition("/")[2], plain.partition("/")[2]}


def _canonical(text: str) -> str:
    """The text with its tags in the order of ids."""
    budget, slash, rest = text.partition("/")
    named = bool(slash) and not set(budget) & set("({")
    try:
        sli = str(parse_sli(rest if named else text))
    except SliError:
        return text
    return f"{budget}/{sli}" if named else sli
