"""Plugins by name: the built-in ones, then those of an entry-point group.

Nothing is imported before it is asked for. A plugin never replaces a built-in.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from gate.errors import GateError, UsageError


@dataclass(frozen=True, slots=True)
class Registry:
    """What one kind of plugin is called, where it is found, and the error for what is wrong.

    `builtin` maps names to `module:ATTRIBUTE`.
    """

    kind: str
    group: str
    builtin: Mapping[str, str]
    error: type[GateError] = UsageError

    def names(self) -> tuple[str, ...]:
        """Every name that there is, in order."""
        return tuple(sorted({*self.builtin, *(plugin.name for plugin in self._plugins())}))

    def find(self, name: str) -> object | None:
        """What has that name, None where nothing has; raises `error` with the plugin's fault."""
        if name in self.builtin:
            module, _, attribute = self.builtin[name].partition(":")
            return cast("object", getattr(import_module(module), attribute))
        plugins = [plugin for plugin in self._plugins() if plugin.name == name]
        if len({plugin.value for plugin in plugins}) > 1:
            owners = ", ".join(sorted(map(_owner, plugins)))
            message = f"{self.kind} {name!r} is offered twice: {owners}"
            raise self.error(message, hint="uninstall one of them")
        return self._load(plugins[0]) if plugins else None

    def get(self, name: str) -> object:
        """What has that name; raises `error` with the names that there are, or as `find`."""
        found = self.find(name)
        if found is None:
            known = f"known {self.kind}s: {', '.join(self.names())}"
            hint = self.near(name, known)
            raise self.error(f"there is no {self.kind} {name!r}", hint=hint)
        return found

    def near(self, name: str, known: str) -> str:
        """`known`, after the name that was probably meant where one is near."""
        near = difflib.get_close_matches(name, self.names(), n=1, cutoff=0.6)
        return f"did you mean {near[0]}? {known}" if near else known

    def _load(self, plugin: EntryPoint) -> object:
        try:
            return plugin.load()
        except (ImportError, AttributeError) as error:
            message = f"{self.kind} {plugin.name!r} of {_owner(plugin)} cannot be loaded: {error}"
            raise self.error(message, hint="upgrade or uninstall that package") from error

    def _plugins(self) -> tuple[EntryPoint, ...]:
        return tuple(entry_points(group=self.group))


def _owner(plugin: EntryPoint) -> str:
    return plugin.dist.name if plugin.dist else plugin.value
