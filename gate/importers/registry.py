"""The formats by name, and which of them a file is."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from gate.errors import UsageError
from gate.importers import (
    bencher,
    bundlesize,
    bundlewatch,
    github_action_benchmark,
    k6,
    keptn,
    lighthouse_budget,
    lighthouserc,
    openslo,
    size_limit,
)
from gate.importers.given import Given, UnreadableError
from gate.importers.shape import Asked, Imported

Read = Callable[[Given, Asked], Imported]
Looks = Callable[[Given], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, what the file is, whether a file looks like it, and its reader."""

    name: str
    summary: str
    looks: Looks
    read: Read


# The first that a file looks like is taken, so what is told by its name stands first.
FORMATS = (
    Format("k6", "thresholds of a k6 script or of its options as JSON", k6.looks, k6.read),
    Format("lighthouserc", "assertions of Lighthouse CI", lighthouserc.looks, lighthouserc.read),
    Format(
        "budget.json", "Lighthouse's budgets", lighthouse_budget.looks, lighthouse_budget.read
    ),
    Format("size-limit", "package.json or .size-limit.json", size_limit.looks, size_limit.read),
    Format(
        "bundlewatch", "package.json or .bundlewatch.config.json", bundlewatch.looks,
        bundlewatch.read,
    ),
    Format(
        "bundlesize", "package.json or bundlesize.config.json", bundlesize.looks, bundlesize.read
    ),
    Format("keptn", "slo.yaml of Keptn", keptn.looks, keptn.read),
    Format("openslo", "objectives of OpenSLO", openslo.looks, openslo.read),
    Format(
        "github-action-benchmark", "a workflow that uses it", github_action_benchmark.looks,
        github_action_benchmark.read,
    ),
    Format("bencher", "a workflow or script that calls `bencher run`", bencher.looks, bencher.read),
)  # fmt: skip


def find(name: str) -> Format:
    """The format of that name; raises `UsageError` with the known ones."""
    names = [each.name for each in FORMATS]
    for each in FORMATS:
        if each.name == name:
            return each
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    start = f"did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"there is no format {name[:80]!r} to import", hint=f"{start}known: {', '.join(names)}"
    )


def detect(given: Given) -> tuple[Format, ...]:
    """Every format that the file looks like, by its name and by what stands in it."""
    return tuple(each for each in FORMATS if _looks(each, given))


def _looks(each: Format, given: Given) -> bool:
    try:
        return each.looks(given)
    except UnreadableError:
        return False
