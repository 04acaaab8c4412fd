"""What the budgets offer for completion, read lightly: no model is built and nothing is checked.

A function here never raises: whoever presses Tab wants no traceback.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
from click.shell_completion import CompletionItem

_RESERVED = {"services", "policy", "waivers", "accepted", "retired"}
_PROFILES = ("pr", "nightly", "release")
_MOST_BYTES = 20_000_000


def budgets(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the budgets: those of their files. `a,b` is completed at its end."""
    done, comma, last = incomplete.rpartition(",")
    names = sorted(file.stem for file in _files() if file.stem not in _RESERVED)
    return [CompletionItem(done + comma + name) for name in names if name.startswith(last)]


def profiles(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The profiles of policy.yml, and those that a limit may use without being listed."""
    names = {*_PROFILES, *_listed_profiles()}
    return [CompletionItem(name) for name in sorted(names) if name.startswith(incomplete)]


def objectives(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The objectives of the last check, by id, each with its status."""
    found = _outcome().get("rows")
    items = []
    for row in found if isinstance(found, list) else []:
        objective = row.get("objective") if isinstance(row, dict) else None
        name = objective.get("id") if isinstance(objective, dict) else None
        if isinstance(name, str) and name.startswith(incomplete) and name.isprintable():
            items.append(CompletionItem(name, help=str(row.get("status", ""))))
    return items


def formats(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The formats of reports; `=` and a path follow."""
    from gate.reports.registry import names

    wanted = sorted({*names(), "pdf"})
    return [CompletionItem(f"{name}=") for name in wanted if f"{name}=".startswith(incomplete)]


def _files() -> list[Path]:
    """The files of the nearest folder `budgets/` upwards, up to the top of a git checkout."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        place = folder / "budgets"
        if place.is_dir():
            try:
                return [file for file in place.iterdir() if file.suffix in {".yml", ".yaml"}]
            except OSError:  # one that may not be read offers nothing
                return []
        if (folder / ".git").exists():
            break
    return []


def _listed_profiles() -> list[str]:
    from gate.spec.yaml_read import read_document

    for file in _files():
        if file.stem == "policy":
            try:
                if file.stat().st_size > _MOST_BYTES:
                    return []
                listed = read_document(file.read_bytes(), file.name).at(("profiles",))
            except OSError:  # `validate` tells
                return []
            return [str(name) for name in listed] if isinstance(listed, dict) else []
    return []


def _outcome() -> dict[str, object]:
    here = Path.cwd()
    for folder in (here, *here.parents):
        file = folder / ".gate" / "outcome.json"
        try:
            if file.is_file() and file.stat().st_size <= _MOST_BYTES:
                found = json.loads(file.read_bytes())
                return found if isinstance(found, dict) else {}
        except (OSError, ValueError, RecursionError):  # not one of ours
            return {}
    return {}
