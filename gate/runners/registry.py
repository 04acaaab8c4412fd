"""Runners by name: the built-in ones, then plugins of the entry-point group `gate.runners`.

Nothing is imported before it is asked for. A plugin never replaces a built-in runner.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any, cast

from gate.errors import UsageError
from gate.seams.runner import Observer, Runner

AnyRunner = Runner[Any] | Observer[Any]

GROUP = "gate.runners"
BUILTIN: Mapping[str, str] = {
    "bundle": "gate.runners.bundle:RUNNER",
    "k6": "gate.runners.k6:RUNNER",
    "lighthouse": "gate.runners.lighthouse:RUNNER",
    "postgres": "gate.runners.postgres:RUNNER",
    "pytest-benchmark": "gate.runners.pytest_benchmark:RUNNER",
}


def names() -> tuple[str, ...]:
    """Every name that a budget may give as `runner:`, in order."""
    return tuple(sorted({*BUILTIN, *(plugin.name for plugin in _plugins())}))


def find(name: str) -> AnyRunner:
    """The runner of that name; raises `UsageError` with the known names or the plugin's fault."""
    if name in BUILTIN:
        module, _, attribute = BUILTIN[name].partition(":")
        return cast("AnyRunner", getattr(import_module(module), attribute))
    plugins = [plugin for plugin in _plugins() if plugin.name == name]
    if not plugins:
        raise UsageError(f"there is no runner {name!r}", hint=_known(name))
    if len({plugin.value for plugin in plugins}) > 1:
        owners = ", ".join(sorted(map(_owner, plugins)))
        raise UsageError(
            f"runner {name!r} is offered twice: {owners}", hint="uninstall one of them"
        )
    return _load(plugins[0])


def _load(plugin: EntryPoint) -> AnyRunner:
    try:
        return cast("AnyRunner", plugin.load())
    except (ImportError, AttributeError) as error:
        message = f"runner {plugin.name!r} of {_owner(plugin)} cannot be loaded: {error}"
        raise UsageError(message, hint="upgrade or uninstall that package") from error


def _plugins() -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(entry_points(group=GROUP))


def _owner(plugin: EntryPoint) -> str:
    return plugin.dist.name if plugin.dist else plugin.value


def _known(name: str) -> str:
    near = difflib.get_close_matches(name, names(), n=1, cutoff=0.6)
    known = f"known runners: {', '.join(names())}"
    return f"did you mean {near[0]}? {known}" if near else known
