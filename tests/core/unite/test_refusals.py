"""Runs that are not of one check are refused, with their names, what differs and what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.model import Policy
from gate.core.run import Attempt, BaseTree, Confirmation, Looks, Run
from gate.core.unite import Refusal, unite
from tests.conftest import Golden
from tests.core.unite.support import API, BUNDLE, DB, given, of, refused, run, shard
from tests.helpers.judging import ELSEWHERE, measured

ONE = shard(1, measured(API, [1.0]), measured(DB, [1.0]))
TWO = shard(2, measured(BUNDLE, [1.0]))
WHOLE = run(measured(API, [1.0, 2.0]), run_id="x-1")
AGAIN = run(measured(API, [1.5, 2.5]), run_id="x-2", started="2026-11-22T13:00:00Z")
GENERATORS = tuple(
    shard(1, measured(API, [1.0]), split=(("api",),), generator=(number, 2), run_id=f"g-{number}")
    for number in (1, 2)
)


def of_commit(made: Run, **more: object) -> Run:
    return replace(made, commit=replace(made.commit, **more))  # type: ignore[arg-type]


def promising(made: Run, **more: object) -> Run:
    return replace(made, promises=replace(made.promises, **more))  # type: ignore[arg-type]


def beside(commit: str, *budgets: str) -> BaseTree:
    return BaseTree(commit, commit, 1, budgets)


def numbered(made: Run, number: int, **more: object) -> Run:
    assert made.shards is not None
    part = replace(made.shards.parts[0], shard=number)
    return replace(made, shards=replace(made.shards, parts=(part,), **more))  # type: ignore[arg-type]


CASES = {
    "the same run twice": (TWO, TWO),
    "a run that is united already": (
        replace(ONE, shards=replace(ONE.shards, parts=(*ONE.shards.parts, *TWO.shards.parts))),  # type: ignore[union-attr, type-var]
        TWO,
    ),
    "another commit": (ONE, of_commit(TWO, sha="0123456789abcdef")),
    "another tree of the same commit": (ONE, of_commit(TWO, tree="u")),
    "uncommitted changes": (ONE, of_commit(TWO, dirty=True)),
    "no commit at all": (of_commit(ONE, sha=""), TWO),
    "another base commit": (ONE, of_commit(TWO, base="0123456789abcdef")),
    "another base beside head": (
        replace(ONE, base=beside("p0", "api")),
        replace(TWO, base=beside("p1", "bundle")),
    ),
    "another limit": (ONE, promising(TWO, objectives=(of("api", limit=3.0), BUNDLE, DB))),
    "an objective more": (ONE, promising(TWO, objectives=(*TWO.promises.objectives, of("web")))),
    "another policy": (ONE, promising(TWO, policy=Policy(alarm_rate=0.02, profile="nightly"))),
    "other weights": (ONE, promising(TWO, weights=(("api", 2.0),))),
    "a shard and a run of no shard": (ONE, run(measured(BUNDLE, [1.0]), run_id="x-3")),
    "another number of shards": (
        ONE,
        shard(2, measured(BUNDLE, [1.0]), split=(("api",), ("bundle",), ("db",))),
    ),
    "another split": (
        ONE,
        shard(2, measured(BUNDLE, [1.0]), split=(("api",), ("bundle", "db"))),
    ),
    "the same shard twice": (TWO, replace(TWO, id="x-4")),
    "the same load generator twice": (GENERATORS[0], replace(GENERATORS[0], id="g-3")),
    "load generators at different times": (
        GENERATORS[0],
        replace(GENERATORS[1], started="2026-11-22T12:30:00Z"),
    ),
    "a load generator without a time": (GENERATORS[0], replace(GENERATORS[1], started="noon")),
    "one objective in two environments": (WHOLE, replace(AGAIN, environment=ELSEWHERE)),
    "one objective measured in two ways": (
        WHOLE,
        run(replace(AGAIN.measurements[0], shape=(("script", "2"),)), run_id="x-2"),
    ),
    "an earlier attempt": (
        WHOLE,
        replace(AGAIN, earlier=(Attempt(WHOLE.id, WHOLE.started, ("api",)),)),
    ),
    "repeats until something was decided": (
        WHOLE,
        replace(AGAIN, looks=(Looks("api", (1, 2), (1, 2)),)),
    ),
    "suspects measured again in one of two": (
        WHOLE,
        replace(AGAIN, confirmation=Confirmation((API.id,))),
    ),
    "one of two with the base beside it": (WHOLE, replace(AGAIN, base=beside("p0", "api"))),
}


def test_what_is_refused_and_what_is_said(golden: Golden) -> None:
    text = ""
    for name, runs in CASES.items():
        found = refused(*runs)
        text += f"{name}\n  gate: {found.message}\n  hint: {found.hint}\n"
    golden("refusals.txt", text)


@pytest.mark.parametrize("name", CASES)
def test_every_order_of_files_is_refused(name: str) -> None:
    files = given(*CASES[name])
    assert isinstance(unite(files[::-1]), Refusal)
    assert unite(files[::-1]) == unite(files)
