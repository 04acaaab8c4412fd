"""Known regressions that the environment can plant, each on its own: SHOP_PLANTS=a,b.

The table says what each one does and which promises it breaks; each has one call site, where
the clean shop and the planted one part.
"""

from __future__ import annotations

import enum
import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = "SHOP_PLANTS"


class UnknownPlantError(ValueError):
    """SHOP_PLANTS names something that is not in the table."""


class Plant(enum.StrEnum):
    """The names that SHOP_PLANTS takes."""

    SLOW_READS = "slow-reads"
    N_PLUS_ONE = "n-plus-one"
    DROPPED_INDEX = "dropped-index"
    FAT_BUNDLE = "fat-bundle"
    LAYOUT_SHIFT = "layout-shift"
    SLOW_CLICK = "slow-click"
    SLOW_FUNCTION = "slow-function"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a plant does, the promises that it breaks, and those that it may touch besides."""

    does: str
    breaks: tuple[str, ...]
    may_touch: tuple[str, ...] = ()


TABLE: Mapping[Plant, Effect] = {
    Plant.SLOW_READS: Effect(
        "product reads of the JSON API answer 400 ms later",
        ("p95(http_req_duration{op:read})",),
        ("the length of the load's tail, so rate(http_reqs) by a few percent",),
    ),
    Plant.N_PLUS_ONE: Effect(
        "the order list asks for the items of every order in a query of its own",
        ("mean(queries_per_request)",),
        ("p95(http_req_duration{op:read}): an order list takes 21 queries instead of 2",),
    ),
    Plant.DROPPED_INDEX: Effect(
        "the full-text index of the product search is missing",
        ("share(query_duration > 200 ms)", "mean(query_duration)"),
        ("p95(http_req_duration), read and write: a search keeps a core busy meanwhile",),
    ),
    Plant.FAT_BUNDLE: Effect(
        "the front end is built with the whole of lodash in it",
        ("size{file:app}",),
        ("transfer bytes of every page", "its loading times by a few percent"),
    ),
    Plant.LAYOUT_SHIFT: Effect(
        "a tall notice is put above the home page after it has been painted",
        ("cls{page:home}",),
    ),
    Plant.SLOW_CLICK: Effect(
        "the handler of the checkout button blocks the page for 350 ms",
        ("inp of the flow that clicks #pay",),
    ),
    Plant.SLOW_FUNCTION: Effect(
        "basket_total works out every offer a second time and compares",
        ("time of test_basket_total",),
    ),
}


def parse(text: str) -> frozenset[Plant]:
    """The plants of a comma-separated list; raises UnknownPlantError with the known names."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = {plant.value: plant for plant in Plant}
    for name in names:
        if name not in known:
            raise UnknownPlantError(f"{VARIABLE}: no plant {name!r}; known: {', '.join(known)}")
    return frozenset(known[name] for name in names)


@functools.cache
def active() -> frozenset[Plant]:
    """The plants of this process, read once from its environment."""
    return parse(os.environ.get(VARIABLE, ""))


def in_the_build(text: str) -> str:
    """Those of a list that shape the built front end, as a list again: what a build depends on."""
    return ",".join(sorted(parse(text) & {Plant.FAT_BUNDLE}))


def planted(plant: Plant) -> bool:
    """Whether this process runs with that regression."""
    return plant in active()
