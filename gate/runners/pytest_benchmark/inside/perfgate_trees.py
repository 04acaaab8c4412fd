"""Sees to it that the benchmarks of the base's tree run the base's code, and not head's.

An environment in which head is installed "editable" leads every import there. Works with Python 3.9
as well as with the newest.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import metadata
from typing import Any, Optional


def of_environment() -> Optional[Trees]:  # noqa: UP045  # Python 3.9
    """What the gate says about the trees, None where there is only one; imports are turned."""
    told = os.environ.pop("PERFGATE_TREES", "")
    if not told:
        return None
    harness, root = json.loads(told)
    trees = Trees(harness, root)
    trees.turn()
    return trees


class Trees:
    """Head's tree, which drives, and the base's, which is under test."""

    def __init__(self, harness: str, root: str) -> None:
        self.harness = {harness, os.path.realpath(harness)}
        self.root = {root, os.path.realpath(root)}
        self.target = root
        # An environment inside of head's tree is no code of it.
        self.apart = {os.path.realpath(each) for each in (sys.prefix, sys.base_prefix)}
        self.apart |= {sys.prefix, sys.base_prefix}

    def turn(self) -> None:
        """Lead every import that would go to head's tree into the base's."""
        sys.path[:] = [self.moved(path) for path in sys.path]
        for name, module in list(sys.modules.items()):
            if name.startswith("__editable__"):  # setuptools' finders
                self._turn_all(getattr(module, "MAPPING", None))
                self._turn_all(getattr(module, "NAMESPACES", None))

    def _turn_all(self, places: Any) -> None:  # noqa: ANN401  # somebody else's module
        for name, place in list(places.items()) if isinstance(places, dict) else ():
            if isinstance(place, str):
                places[name] = self.moved(place)
            elif isinstance(place, list):
                places[name] = [self.moved(each) for each in place]

    def moved(self, path: str) -> str:
        """The same place in the tree under test, where it is code of either tree.

        The tree may have another name than its own: a link that both trees are reached by.
        """
        named = not self._apart(path) and not _inside(path, {self.target})
        for tree in self.harness | self.root if named else ():
            if _inside(path, {tree}):
                return os.path.normpath(os.path.join(self.target, os.path.relpath(path, tree)))  # noqa: PTH118  # text in, text out
        return path

    def of_head(self, path: str) -> bool:
        """Whether a path is of head's own code, not of the base's or of an environment."""
        if self._apart(path):
            return False
        return _inside(path, self.harness) and not _inside(path, self.root)

    def _apart(self, path: str) -> bool:
        """Whether a path is of an environment."""
        return "site-packages" in path or "dist-packages" in path or _inside(path, self.apart)

    def told(self) -> dict[str, list[str]]:
        """Which modules came from head's tree, and which files of the base's were imported."""
        files = {name: _file(module) for name, module in list(sys.modules.items())}
        foreign = [f"{name} from {file}" for name, file in files.items() if self.of_head(file)]
        foreign += [name for name in _installed(self) if name in files]
        own = [
            os.path.relpath(file, tree)
            for file in files.values()
            for tree in self.root
            if _inside(file, {tree})
        ]
        return {"foreign": sorted(foreign)[:10], "own": sorted(set(own))[:10_000]}


def _installed(trees: Trees) -> list[str]:
    """Top-level names of what was installed from head's tree as a copy (PEP 610)."""
    names: list[str] = []
    for each in metadata.distributions():
        told = json.loads(each.read_text("direct_url.json") or "{}")
        place = str(told.get("url", "")).partition("file://")[2]
        editable = told.get("dir_info", {}).get("editable", False)
        if place and not editable and _inside(place, trees.harness - trees.root):
            names += {str(file).partition("/")[0].partition(".")[0] for file in each.files or ()}
    return names


def _file(module: object) -> str:
    file = getattr(module, "__file__", None)
    return os.path.abspath(file) if isinstance(file, str) else ""  # noqa: PTH100  # the same


def _inside(path: str, trees: set[str]) -> bool:
    return any(path == tree or path.startswith(tree.rstrip(os.sep) + os.sep) for tree in trees)
