"""Older records are brought to today's schema, one version at a time; newer ones are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gate.core.run import RUN_SCHEMA
from gate.core.verdict import OUTCOME_SCHEMA
from gate.errors import RecordError
from gate.record.canonical import Tree

Migration = Callable[[dict[str, Tree]], dict[str, Tree]]
"""A tree of one version becomes a tree of the next; it does not set `schema_version`."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of record: its word in the file, our version, and how each older one becomes newer."""

    record: str
    version: int
    migrations: Mapping[int, Migration] = field(default_factory=dict)


def _no_base(tree: dict[str, Tree]) -> dict[str, Tree]:
    """Version 1 knew one tree only."""
    return {**tree, "base": None}


def _as_it_is(tree: dict[str, Tree]) -> dict[str, Tree]:
    """What the next version added has a value that holds for this one: no trial, no weights."""
    return tree


def _no_schedule(tree: dict[str, Tree]) -> dict[str, Tree]:
    """Version 3 counted the looks and did not say when they were: the last one is left."""
    return {key: value for key, value in tree.items() if key != "looks"}


def _in_words(tree: dict[str, Tree]) -> dict[str, Tree]:
    """The version before said in a sentence what was loosened; now it is data."""
    said = tree.get("loosened")
    if not isinstance(said, list):
        return tree
    told: list[Tree] = [{"subject": "", "how": "told", "what": each} for each in said]
    return {**tree, "loosened": told}


RUN = Schema("run", RUN_SCHEMA, {1: _no_base, 2: _as_it_is, 3: _no_schedule, 4: _in_words})
OUTCOME = Schema("outcome", OUTCOME_SCHEMA, {1: _as_it_is, 2: _as_it_is, 3: _in_words})


def migrate(tree: Tree, schema: Schema, name: str) -> dict[str, Tree]:
    """The tree in today's version, without the word `record`; raises `RecordError`."""
    if not isinstance(tree, dict) or "record" not in tree:
        raise RecordError(f"{name}: not a record of perfgate", hint="a record has the key `record`")
    if tree["record"] != schema.record:
        came = f"{tree['record']!r}"[:40]
        raise RecordError(f"{name}: expected a {schema.record} record, this is of kind {came}")
    version = tree.get("schema_version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise RecordError(f"{name}: schema_version: expected a whole number from 1")
    if version > schema.version:
        raise RecordError(
            f"{name}: schema version {version:.6g} was written by a newer perfgate; "
            f"this one reads versions up to {schema.version}",
            hint="install the newer perfgate, or write the record anew with this one",
        )
    body = {key: value for key, value in tree.items() if key != "record"}
    for older in range(version, schema.version):
        body = schema.migrations[older](body)
    return {**body, "schema_version": schema.version}
