"""Whether runs are of one check: of one commit, by the same promises, split in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass, replace

from gate.core.model import Objective, Origin, Place, Promises
from gate.core.run import Run
from gate.core.shards import name_of
from gate.core.unite.given import Given, Refusal, pairs, shared_budgets

_ONE_COMMAND = "measure every shard of a check with the same command but for the shard's number"


def disagreement(given: Sequence[Given]) -> Refusal | None:
    """Why these runs are not of one check, None where they are; the first reason counts."""
    for check in (
        _twice,
        _united_before,
        _commits,
        _bases,
        _promises,
        _splits,
        _numbers,
        _attempts,
    ):
        found = check(given)
        if found is not None:
            return found
    return None


def _twice(given: Sequence[Given]) -> Refusal | None:
    for one, two in pairs(given):
        if one.run.id == two.run.id:
            message = f"{one.name} and {two.name} are the same run, {one.run.id}"
            return Refusal(message, "give every run once")
    return None


def _united_before(given: Sequence[Given]) -> Refusal | None:
    for each in given:
        if each.run.shards is not None and len(each.run.shards.parts) > 1:
            message = f"{each.name} is made of {len(each.run.shards.parts)} runs already"
            return Refusal(message, "judge it alone, or give all runs of the check at once")
    return None


def _commits(given: Sequence[Given]) -> Refusal | None:
    first = given[0]
    for each in given:
        commit = each.run.commit
        if not commit.sha:
            message = f"{each.name} names no commit: nobody can tell that all measured the same"
            return Refusal(message, "measure shards in a git repository, on one commit")
        if commit.dirty:
            message = (
                f"{each.name} measured a tree with uncommitted changes: nobody can tell that all "
                "measured the same"
            )
            return Refusal(message, "commit first, then measure every shard of that commit")
        for kind in ("sha", "tree"):
            mine, other = (getattr(it, kind) for it in (first.run.commit, commit))
            if mine != other:
                what = {"sha": "commits", "tree": f"trees of commit {commit.sha[:12]}"}[kind]
                message = (
                    f"{first.name} and {each.name} measured different {what}, "
                    f"{mine[:12]} and {other[:12]}"
                )
                return Refusal(message, "give the runs of one commit")
    return None


def _bases(given: Sequence[Given]) -> Refusal | None:
    """The commit that the change starts from, and the one that was measured in turn."""
    hint = "check the same history out in every shard, and name the base: `--against REV`"
    for one, two in pairs(given):
        for mine, other in zip(_bases_of(one.run), _bases_of(two.run), strict=True):
            if mine != other and None not in (mine, other):
                message = (
                    f"{one.name} and {two.name} have different base commits, "
                    f"{(mine or 'none')[:12]} and {(other or 'none')[:12]}"
                )
                return Refusal(message, hint)
    return None


def _bases_of(run: Run) -> tuple[str | None, str | None, str | None]:
    """The base commit as text; None for a base that was not measured."""
    fresh = run.confirmation.base if run.confirmation is not None else None
    beside = run.base.commit if run.base is not None else None
    return run.commit.base, beside, fresh.commit if fresh is not None else None


def _promises(given: Sequence[Given]) -> Refusal | None:
    first = given[0]
    for each in given[1:]:
        differs = _promise_difference(first, each)
        if differs:
            message = f"{first.name} and {each.name} were measured for different promises: "
            return Refusal(message + differs, _ONE_COMMAND)
    return None


def _promise_difference(one: Given, two: Given) -> str:
    """The first thing that is promised differently, "" where nothing is."""
    mine, other = one.run.promises, two.run.promises
    ours, theirs = (_by_id(promises) for promises in (mine, other))
    for id_, objective in ours.items():
        if id_ in theirs and _bare(objective) != _bare(theirs[id_]):
            return f"{id_} differs in {', '.join(_changed(objective, theirs[id_]))}"
    for (name, has), known in (((one.name, ours), theirs), ((two.name, theirs), ours)):
        for id_, objective in has.items():
            # What a script promises is known only where it ran.
            if id_ not in known and objective.origin is not Origin.SCRIPT:
                return f"only {name} promises {id_}"
    if mine.policy != other.policy:
        return f"the policy differs in {', '.join(_changed(mine.policy, other.policy))}"
    for name in ("waivers", "accepted", "retired", "weights"):
        if _all_bare(getattr(mine, name)) != _all_bare(getattr(other, name)):
            return f"the {name} differ"
    return ""


def _by_id(promises: Promises) -> dict[str, Objective]:
    return {objective.id: objective for objective in promises.objectives}


def _bare(value: object) -> object:
    """A promise without the place where it is written."""
    if is_dataclass(value) and hasattr(value, "place"):
        return replace(value, place=Place())  # type: ignore[type-var]  # an instance, not a class
    return value


def _all_bare(values: Iterable[object]) -> list[object]:
    return [_bare(value) for value in values]


def _changed(one: object, two: object) -> list[str]:
    names = (f.name for f in fields(one) if f.name != "place")  # type: ignore[arg-type]  # of ours
    return [name for name in names if getattr(one, name) != getattr(two, name)]


def _splits(given: Sequence[Given]) -> Refusal | None:
    first = given[0]
    for each in given[1:]:
        said = _split_difference(first, each)
        if said:
            return Refusal(said, _ONE_COMMAND)
    return None


def _split_difference(one: Given, two: Given) -> str:
    if (len(one.split), one.generators) != (len(two.split), two.generators):
        return f"{one.name} is {_part(one)}, and {two.name} is {_part(two)}"
    for number, (mine, other) in enumerate(zip(one.split, two.split, strict=True), start=1):
        if mine != other:
            return (
                f"{one.name} and {two.name} split the check differently: shard {number} is "
                f"{', '.join(mine) or 'empty'} in the one and {', '.join(other) or 'empty'} "
                "in the other"
            )
    return ""


def _numbers(given: Sequence[Given]) -> Refusal | None:
    for one, two in pairs(given):
        places = [(each.part.shard, each.part.generator) for each in (one, two)]
        if one.split and places[0] == places[1]:
            message = f"{one.name} and {two.name} are both {_part(one)}"
            return Refusal(message, "give one run of each: where one was repeated, the last")
    return None


def _part(given: Given) -> str:
    shards = given.run.shards
    return (shards and name_of(given.part, shards)) or "of no shard"


def _attempts(given: Sequence[Given]) -> Refusal | None:
    """A run that was repeated after another one had been looked at is no further repeat of it."""
    for one, two in pairs(given):
        for before, after in ((one, two), (two, one)):
            known = before.run.id in {earlier.run_id for earlier in after.run.earlier}
            if known and not after.split and shared_budgets(one, two):
                message = (
                    f"{after.name} knows {before.name} as an earlier attempt at "
                    f"{shared_budgets(one, two)[0]}: what that measured is in it already"
                )
                return Refusal(message, f"leave {before.name} out")
    return None
