"""Which stored objectives are members of one that `each` spreads over the values of a tag."""

from __future__ import annotations

from gate.core.model import Objective
from gate.core.sli import SliError, parse_sli


def is_member(objective: Objective, name: str) -> bool:
    """Whether an id is that of a member: the same SLI with some value of the tag."""
    budget, _, rest = name.partition("/")
    if not objective.each or budget != objective.budget:
        return False
    try:
        sli = parse_sli(rest)
    except SliError:
        return False
    value = sli.tag(objective.each)
    return value is not None and objective.sli.with_tag(objective.each, value) == sli
