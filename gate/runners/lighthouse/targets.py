"""What a unit does: the pages and flows that are asked for, with their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gate.runners.lighthouse.addresses import absolute
from gate.runners.lighthouse.options import LighthouseOptions, PageOptions, Step


@dataclass(frozen=True, slots=True)
class Target:
    """One page to load or one flow to run.

    `id` names its files; `landings` are the URLs where its loads end; `steps` are the harness's
    words, none for a page; `declared` is what the budget says, without the base.
    """

    kind: str
    name: str
    id: str
    url: str
    landings: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]
    declared: str

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.name if self.kind == "page" else f"flow {self.name}"


def targets_of(options: LighthouseOptions, base: str) -> tuple[Target, ...]:
    """Every declared page and flow, in the budget's order."""
    pages = (_page(n, *named, base) for n, named in enumerate(options.pages.items()))
    flows = (_flow(n, *named, base) for n, named in enumerate(options.flows.items()))
    return (*pages, *flows)


def needs_base(options: LighthouseOptions) -> bool:
    """Whether any address is a path, so that it says nothing without a base."""
    gotos = [step.goto for steps in options.flows.values() for step in steps if step.goto]
    places = [place for page in (*options.pages.values(), *gotos) for place in _places(page)]
    return any(place.startswith("/") for place in places)


def _places(page: PageOptions) -> Iterable[str]:
    return (page.url,) if page.lands_on is None else (page.url, page.lands_on)


def _landing(page: PageOptions, base: str) -> str:
    return absolute(page.lands_on or page.url, base)


def _page(number: int, name: str, page: PageOptions, base: str) -> Target:
    return Target(
        kind="page",
        name=name,
        id=f"page-{number}",
        url=absolute(page.url, base),
        landings=(_landing(page, base),),
        steps=(),
        declared=" -> ".join(_places(page)),
    )


def _flow(number: int, name: str, steps: list[Step], base: str) -> Target:
    gotos = [step.goto for step in steps if step.goto]
    return Target(
        kind="flow",
        name=name,
        id=f"flow-{number}",
        url=absolute(gotos[0].url, base),
        landings=tuple(_landing(goto, base) for goto in gotos),
        steps=tuple(_words(step, base) for step in steps),
        declared="; ".join(map(_declared, steps)),
    )


def _words(step: Step, base: str) -> dict[str, Any]:
    """A step as the harness reads it."""
    if step.goto is not None:
        return {"kind": "goto", "url": absolute(step.goto.url, base)}
    if step.type is not None:
        ((selector, text),) = step.type.items()
        return {"kind": "type", "selector": selector, "text": text}
    key = {"press": "key", "scroll": "pixels"}.get(step.kind, "selector")
    return {"kind": step.kind, key: getattr(step, step.kind)}


def _declared(step: Step) -> str:
    value = getattr(step, step.kind)
    if isinstance(value, PageOptions):
        value = " -> ".join(_places(value))
    if isinstance(value, dict):
        value = next(f"{selector} {text}" for selector, text in value.items())
    return f"{step.kind} {value}"
