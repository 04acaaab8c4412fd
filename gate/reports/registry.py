"""Reports by name: the built-in ones, then plugins of the entry-point group `gate.reports`.

Nothing is imported before it is asked for. A plugin never replaces a built-in report.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from gate.errors import UsageError
from gate.seams.report import Report

GROUP = "gate.reports"
BUILTIN: Mapping[str, str] = {
    "html": "gate.reports.html:REPORT",
    "json": "gate.reports.json:REPORT",
    "junit": "gate.reports.junit:REPORT",
    "markdown": "gate.reports.markdown:REPORT",
    "terminal": "gate.reports.terminal:REPORT",
}


def names() -> tuple[str, ...]:
    """Every name that `--report NAME=PATH` takes, in order."""
    return tuple(sorted({*BUILTIN, *(plugin.name for plugin in _plugins())}))


def find(name: str) -> Report:
    """The report of that name; raises `UsageError` with the known names or the plugin's fault."""
    if name in BUILTIN:
        module, _, attribute = BUILTIN[name].partition(":")
        return cast("Report", getattr(import_module(module), attribute))
    plugins = [plugin for plugin in _plugins() if plugin.name == name]
    if not plugins:
        raise UsageError(f"there is no report {name!r}", hint=_known(name))
    if len({plugin.value for plugin in plugins}) > 1:
        owners = ", ".join(sorted(map(_owner, plugins)))
        raise UsageError(
            f"report {name!r} is offered twice: {owners}", hint="uninstall one of them"
        )
    return _load(plugins[0])


def _load(plugin: EntryPoint) -> Report:
    try:
        return cast("Report", plugin.load())
    except (ImportError, AttributeError) as error:
        message = f"report {plugin.name!r} of {_owner(plugin)} cannot be loaded: {error}"
        raise UsageError(message, hint="upgrade or uninstall that package") from error


def _plugins() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))


def _owner(plugin: EntryPoint) -> str:
    return plugin.dist.name if plugin.dist else plugin.value


def _known(name: str) -> str:
    near = difflib.get_close_matches(name, names(), n=1, cutoff=0.6)
    known = f"known reports: {', '.join(names())}"
    return f"did you mean {near[0]}? {known}" if near else known
