"""What GitHub says of the event that started the job: the file at `GITHUB_EVENT_PATH`.

Source: docs.github.com, "Events that trigger workflows", "Webhook events and payloads".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gate.errors import RecordError, UsageError
from gate.record.canonical import Tree, load
from gate.record.files import read_bounded

_BYTES = 25 * 1024 * 1024  # GitHub's own bound for a payload
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """`name` as GitHub calls it; `pull` is 0 and a commit "" where the event has none.

    `head` is the commit that people see (of a change its own last one, not CI's merge of it);
    `base` the one to measure beside it: the first parent of CI's merge, what a merge queue builds
    on, or what stood there before a push. `fork` says whether a change comes from elsewhere.
    """

    name: str = ""
    pull: int = 0
    head: str = ""
    base: str = ""
    fork: bool = False


def event_of(environ: Mapping[str, str]) -> Event:
    """The event of this job; raises `UsageError` where its file is there and cannot be read."""
    name, sha = environ.get("GITHUB_EVENT_NAME", ""), environ.get("GITHUB_SHA", "")
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        return Event(name, head=_sha(sha))
    try:
        told = load(read_bounded(Path(path), _BYTES), "the event")
    except RecordError as error:
        raise UsageError(
            f"what GitHub says of the event cannot be read: {error.message}",
            hint="GITHUB_EVENT_PATH names a file that the runner writes for each job",
        ) from None
    if name.startswith("pull_request"):
        return _change(name, told, merged=environ.get("GITHUB_REF", "").endswith("/merge"))
    if name == "merge_group":
        return Event(name, head=_sha(sha), base=_sha(_at(told, "merge_group", "base_sha")))
    before = _sha(_at(told, "before")) if name == "push" else ""
    return Event(name, head=_sha(sha), base="" if set(before) == {"0"} else before)


def _change(name: str, told: Tree, *, merged: bool) -> Event:
    pull = _at(told, "pull_request", "number") or _at(told, "number")
    here = _at(told, "pull_request", "base", "repo", "full_name")
    there = _at(told, "pull_request", "head", "repo", "full_name")
    base = "HEAD^1" if merged else _sha(_at(told, "pull_request", "base", "sha"))
    return Event(
        name,
        pull=pull if isinstance(pull, int) and not isinstance(pull, bool) else 0,
        head=_sha(_at(told, "pull_request", "head", "sha")),
        base=base,
        fork=here != there,
    )


def _at(tree: Tree, *path: str) -> Tree:
    for name in path:
        if not isinstance(tree, Mapping):
            return None
        tree = tree.get(name)
    return tree


def _sha(told: Tree) -> str:
    return told if isinstance(told, str) and _SHA.fullmatch(told) else ""
