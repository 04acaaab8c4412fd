"""SLIs against what a runner can produce, and objective ids against what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from gate.core.metric import ANY_TAG, Catalogue, CatalogueError, Metric
from gate.core.model import Objective
from gate.core.sli import Sli, SliError, parse_sli
from gate.errors import UsageError
from gate.seams.runner import Implied, Options, Repeat
from gate.spec.problems import known_hint, nearest
from gate.spec.values import Budget

_MOST_LISTED = 12


class RunnerLike(Protocol):
    """What reading a budget needs of its runner; `Runner` and `Observer` both have it."""

    name: str
    options: type[Options]
    repeat: Repeat

    def catalogue(self, options: Any) -> Catalogue:  # noqa: ANN401  # the runner's own options
        """Every metric, statistic and tag that these options can produce."""

    def members(self, options: Any, tag: str) -> tuple[str, ...]:  # noqa: ANN401  # as above
        """The declared values of a tag."""

    def implied(self, options: Any) -> tuple[Implied, ...]:  # noqa: ANN401  # as above
        """Limits that hold unless the budget states its own."""


class SelectorError(ValueError):
    """An SLI or an id that names nothing; `column` counts from 0, None where it is all of it."""

    def __init__(self, message: str, hint: str = "", column: int | None = None) -> None:
        """Keep hint and column beside the message."""
        super().__init__(message)
        self.hint = hint
        self.column = column


@dataclass(frozen=True, slots=True)
class Producer:
    """A runner under one budget's options: what it can produce, and for which members."""

    runner: RunnerLike
    options: Options
    catalogue: Catalogue

    def members(self, tag: str) -> tuple[str, ...]:
        """The declared values of a tag; () where they show only when measured."""
        return self.runner.members(self.options, tag)

    def resolve(self, text: str) -> tuple[Sli, Metric]:
        """Read an SLI and name its statistic; raises `SelectorError`."""
        try:
            sli, metric = self.catalogue.resolve(parse_sli(text))
        except SliError as error:
            raise SelectorError(str(error), column=error.column) from None
        except CatalogueError as error:
            raise SelectorError(str(error)) from None
        for tag, value in sli.tags:
            known = self.members(tag)
            if known and value not in known:
                near = nearest(value, known)
                hint = f"did you mean {near}? " if near else ""
                message = f"there is no {tag} {value!r}"
                raise SelectorError(message, f"{hint}the budget declares: {', '.join(known)}")
        return sli, metric

    def each(self, written: str | None, sli: Sli, metric: Metric) -> str:
        """The tag to spread over: the written one, else the metric's own; "" where it is named.

        Raises `SelectorError`.
        """
        if written is None:
            return "" if _named(sli, metric.each) else metric.each
        if written not in metric.tags and ANY_TAG not in metric.tags:
            hint = known_hint(written, metric.tags, "tags")
            raise SelectorError(f"{metric.name} has no tag {written!r}", hint)
        if sli.tag(written) is not None:
            message = f"the SLI names the {written} already, so there is nothing to spread over"
            raise SelectorError(message, f"remove `each:`, or {written} from the SLI")
        return written


def _named(sli: Sli, tag: str) -> bool:
    # Design §2: web objectives are `each: page` unless a page or a flow is named.
    alternatives = {"page", "flow"} if tag in {"page", "flow"} else {tag}
    return any(sli.tag(name) is not None for name in alternatives)


def find_objectives(budgets: Iterable[Budget], text: str) -> tuple[Objective, ...]:
    """The objectives that an id names: one, or all members of a spread one.

    A member that shows only when it is measured is its template with that tag set. The statistic
    may be left out where it is the metric's own. Raises `UsageError` with the nearest id.
    """
    named = {budget.name: budget for budget in budgets}
    name, slash, rest = text.partition("/")
    if not slash:
        hint = "write BUDGET/SLI, as in web/lcp{page:home}"
        raise UsageError(f"{text!r} is no objective", hint=hint)
    if name not in named:
        hint = known_hint(name, sorted(named), "budgets")
        raise UsageError(f"there is no budget {name!r}", hint=hint)
    found = _in_budget(named[name], rest)
    if not found:
        hint = known_hint(text, listed(named[name].objectives), "objectives")
        raise UsageError(f"there is no objective {text!r}", hint=hint)
    return found


def _in_budget(budget: Budget, text: str) -> tuple[Objective, ...]:
    by_id = {objective.id: objective for objective in budget.objectives}
    if f"{budget.name}/{text}" in by_id:
        return (by_id[f"{budget.name}/{text}"],)
    try:
        sli, _ = budget.catalogue.resolve(parse_sli(text))
    except (SliError, CatalogueError) as error:
        raise UsageError(f"{budget.name}/{text}: {error}") from None
    exact = by_id.get(f"{budget.name}/{sli}")
    if exact is not None:
        return (exact,)
    for objective in budget.objectives:
        value = sli.tag(objective.each) if objective.each else None
        if value is not None and objective.sli.with_tag(objective.each, value) == sli:
            return (replace(objective, id=f"{budget.name}/{sli}", sli=sli, each=""),)
    members = dict(budget.spread).get(f"{budget.name}/{sli}", ())
    return tuple(by_id[member] for member in members)


def listed(objectives: Sequence[Objective]) -> list[str]:
    """A few ids for a hint."""
    ids = [objective.id for objective in objectives]
    return ids if len(ids) <= _MOST_LISTED else [*ids[:_MOST_LISTED], "…"]
