"""Reading GitHub's JSON: a member that is not there, or of another type, is told as absent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from gate.github.errors import GitHubError

Tree: TypeAlias = str | int | float | bool | Sequence["Tree"] | Mapping[str, "Tree"] | None


def parse(data: bytes, what: str) -> Tree:
    """A JSON document; raises `GitHubError` for anything else."""
    try:
        tree: Tree = json.loads(data)
    except (ValueError, RecursionError):
        raise GitHubError(f"{what}: the answer is no JSON ({len(data)} bytes)") from None
    return tree


def member(tree: Tree, *path: str) -> Tree:
    """What stands at a path of names, None where nothing does."""
    for name in path:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(name)
    return tree


def text(tree: Tree, *path: str) -> str:
    """The text at a path, "" where there is none."""
    found = member(tree, *path)
    return found if isinstance(found, str) else ""


def number(tree: Tree, *path: str) -> int:
    """The whole number at a path, 0 where there is none; GitHub counts ids from 1."""
    found = member(tree, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def items(tree: Tree, *path: str) -> tuple[Tree, ...]:
    """The list at a path; raises `GitHubError` where there is none, as an answer has to have it."""
    found = member(tree, *path)
    if isinstance(found, str) or not isinstance(found, Sequence):
        where = ".".join(path) or "the answer"
        raise GitHubError(f"GitHub's answer has no list at {where}")
    return tuple(found)
