"""From questions to what they ask of which page or flow, and from reports back to answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gate.core.reasons import Code, Reason, because
from gate.core.sample import Values
from gate.core.sli import Sli
from gate.runners.lighthouse.causes import facts_of
from gate.runners.lighthouse.health import TOOL
from gate.runners.lighthouse.metrics import RESOURCE_TYPES, Unreported, value_of
from gate.runners.lighthouse.targets import Target
from gate.seams.runner import Found, NotFound, Question

_KINDS = ("page", "flow")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number of one target, for one question."""

    objective: str
    sli: Sli
    target: Target


def wanted_of(question: Question, targets: tuple[Target, ...]) -> tuple[Wanted, ...] | NotFound:
    """Every number that a question asks for; a name that is not declared is not found."""
    sli, each = question.sli, question.each
    slis = tuple(sli.with_tag(each, name) for name in members_of(each, targets)) if each else (sli,)
    if not slis:
        return _unmatched(question, sli, f"the budget declares no {each}s")
    wanted = []
    for member in slis:
        target = _target(member, targets)
        if isinstance(target, str):
            return _unmatched(question, sli, target)
        wanted.append(Wanted(question.objective, member, target))
    return tuple(wanted)


def members_of(tag: str, targets: tuple[Target, ...]) -> tuple[str, ...]:
    """The declared values of a tag."""
    if tag == "type":
        return RESOURCE_TYPES
    return tuple(target.name for target in targets if target.kind == tag)


def answer(
    wanted: Wanted, report_of: Callable[[Target], Mapping[str, Any] | Reason]
) -> Found | NotFound:
    """The number from its target's report, with causes; or why there is none."""
    report = report_of(wanted.target)
    if isinstance(report, Reason):
        return NotFound(wanted.objective, wanted.sli, report)
    metric, resource_type = wanted.sli.metric, wanted.sli.tag("type") or ""
    value = value_of(report, metric, resource_type)
    if isinstance(value, Unreported):
        return NotFound(wanted.objective, wanted.sli, _unreported(wanted, value))
    facts = facts_of(report, metric, resource_type)
    return Found(wanted.objective, wanted.sli, Values((value,)), facts)


def _unreported(wanted: Wanted, value: Unreported) -> Reason:
    if wanted.sli.metric == "inp":
        detail = f"no interaction was seen in flow {wanted.target.name} ({value.detail})"
        return because(Code.ZERO_SAMPLES, tool=TOOL, detail=detail)
    return because(Code.NOT_REPORTED, tool=TOOL, detail=value.detail)


def _target(sli: Sli, targets: tuple[Target, ...]) -> Target | str:
    """The one target that the SLI names, or what is wrong with what it names."""
    named = [(kind, name) for kind in _KINDS if (name := sli.tag(kind)) is not None]
    if len(named) != 1:
        return "it names a page and a flow" if named else "it names no page and no flow"
    if sli.tag("type") not in {None, *RESOURCE_TYPES}:
        return f"types are {', '.join(RESOURCE_TYPES)}"
    kind, name = named[0]
    for target in targets:
        if (target.kind, target.name) == (kind, name):
            return target
    return f"the budget declares {kind}s {', '.join(members_of(kind, targets)) or 'none'}"


def _unmatched(question: Question, sli: Sli, detail: str) -> NotFound:
    reason = because(Code.NOTHING_MATCHED, selector=sli.selector, detail=detail)
    return NotFound(question.objective, sli, reason)
