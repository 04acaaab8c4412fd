"""Imports in memory: a file of another tool as text, and what became of its lines."""

from __future__ import annotations

import json

from gate.importers import Asked, Given, Imported, find

EVERY = Asked(script="load.js", base="", paths=())


def read(name: str, content: object, path: str = "", **given: object) -> Imported:
    """The content as JSON, or a text as it is, read as that format."""
    text = content if isinstance(content, str) else json.dumps(content)
    package = given.get("package", {})
    assert isinstance(package, dict)
    made = Given(path or "config.json", text, program=bool(given.get("program")), package=package)
    asked = given.get("asked", EVERY)
    assert isinstance(asked, Asked)
    return find(name).read(made, asked)


def kept(imported: Imported) -> list[tuple[str, str]]:
    """Theirs and ours of every promise."""
    return [(each.theirs, each.ours) for draft in imported.drafts for each in draft.promises]


def ours(imported: Imported) -> list[str]:
    """Every promise, in our words."""
    return [line for _, line in kept(imported)]


def differences(imported: Imported) -> list[str]:
    """How each promise means something else."""
    return [each.differs for draft in imported.drafts for each in draft.promises]


def lost(imported: Imported) -> list[tuple[str, str]]:
    """Where each line stood that is not kept, and why."""
    return [(each.where, each.why) for each in imported.lost]


def reasons(imported: Imported) -> str:
    """Every reason, in one text."""
    return "\n".join(each.why for each in imported.lost)
