"""One run made of the runs of all shards of a check, whatever the order of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from gate.core.model import Objective, Origin
from gate.core.run import (
    Attempt,
    BaseTree,
    Commit,
    Confirmation,
    Environment,
    Run,
    Shards,
    Skipped,
)
from gate.core.shards import generator_of
from gate.core.unite.agree import disagreement
from gate.core.unite.answers import Answered, Asked, together
from gate.core.unite.given import Given, Refusal, in_order
from gate.core.unite.pieces import numbered
from gate.core.unite.shared import clash

T = TypeVar("T")


def unite(given: Sequence[Given]) -> Run | Refusal:
    """The run that these runs make together, or why they do not; a single one is itself.

    They are of one commit and one set of promises. Shards may differ in environment; the units of
    one objective share theirs.
    """
    if len(given) == 1:
        return given[0].run
    ordered = in_order(given)
    return disagreement(ordered) or clash(ordered) or _united(ordered)


def _united(given: Sequence[Given]) -> Run:
    runs = numbered(given)
    first = runs[0]
    promises = replace(first.promises, objectives=_objectives(runs))
    asked = Asked({o.id: o.sli for o in promises.objectives}, given[0].generators)
    answers = together([Answered(run.measurements, run.missing) for run in runs], asked)
    started = min(run.started for run in runs)
    new = set(chain.from_iterable(run.new_objectives for run in runs))
    return replace(
        first,
        id=_id(runs, started),
        started=started,
        seconds=sum(run.seconds for run in runs),
        commit=_commit([run.commit for run in runs]),
        environment=_environment([run.environment for run in runs]),
        promises=promises,
        measurements=answers.measurements,
        missing=answers.missing,
        skipped=_skipped(runs),
        failed_attempts=_all(run.failed_attempts for run in runs),
        quiet=_all(run.quiet for run in runs),
        tools=_tools(run.tools for run in runs),
        looks=_all(run.looks for run in runs),
        tool_seconds=sum(run.tool_seconds for run in runs),
        new_objectives=tuple(o.id for o in promises.objectives if o.id in new),
        loosened=_once(run.loosened for run in runs),
        notes=_once(run.notes for run in runs),
        base=_base([run.base for run in runs], asked),
        trial=_trial(runs),
        earlier=_earlier(runs),
        unread=max(run.unread for run in runs),
        confirmation=_confirmation(runs, asked),
        shards=Shards(given[0].split, given[0].generators, tuple(each.part for each in given)),
    )


def _all(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(chain.from_iterable(groups))


def _once(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


def _tools(groups: Iterable[tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(set(chain.from_iterable(groups))))


def _id(runs: Sequence[Run], started: str) -> str:
    """The same id whenever the same runs are united, shaped like that of the earliest."""
    digest = hashlib.sha256("\n".join(sorted(run.id for run in runs)).encode()).hexdigest()
    earliest = min(run.id for run in runs if run.started == started)
    return f"{earliest.rpartition('-')[0] or 'united'}-{digest[:6]}"


def _trial(runs: Sequence[Run]) -> str:
    """What names the question of all: that of one, or of all where they ran in different places."""
    trials = sorted({run.trial for run in runs})
    if len(trials) == 1 or not trials[0]:
        return trials[0]
    return hashlib.sha256("\n".join(trials).encode()).hexdigest()[:32]


def _commit(commits: Sequence[Commit]) -> Commit:
    """The one commit; a branch that they do not agree on is none, of the history the longest."""
    branches = {commit.branch for commit in commits}
    ancestors = max((commit.ancestors for commit in commits), key=lambda each: (len(each), each))
    branch = commits[0].branch if len(branches) == 1 else ""
    return replace(commits[0], branch=branch, ancestors=ancestors)


def _environment(environments: Sequence[Environment]) -> Environment:
    """The one environment, or each fact with all that it was."""
    if len(set(environments)) == 1:
        return environments[0]
    known = [dict(each.facts) for each in environments]
    names = dict.fromkeys(name for each in known for name in each)
    facts = tuple(
        (name, "; ".join(sorted({each.get(name, "") for each in known} - {""}))) for name in names
    )
    return Environment(facts, _once(each.compared for each in environments))


def _objectives(runs: Sequence[Run]) -> tuple[Objective, ...]:
    """What the budgets promise, then what the scripts of each shard do."""
    every = {o.id: o for run in runs for o in run.promises.objectives}
    own = [o for o in every.values() if o.origin is not Origin.SCRIPT]
    return (*own, *(o for o in every.values() if o.origin is Origin.SCRIPT))


def _skipped(runs: Sequence[Run]) -> tuple[Skipped, ...]:
    """What no run was asked for: in a matrix each run is asked for something else."""
    everywhere = set.intersection(*({each.objective for each in run.skipped} for run in runs))
    return tuple(each for each in runs[0].skipped if each.objective in everywhere)


def _earlier(runs: Sequence[Run]) -> tuple[Attempt, ...]:
    """The attempts before this one; what is a part of it is none of them.

    Load generators tried as often as the first of them did.
    """
    parts = {run.id for run in runs}
    telling = [run for run in runs if generator_of(run) <= 1]
    known = (each for run in telling for each in run.earlier)
    found = {each.run_id: each for each in known if each.run_id not in parts}
    return tuple(sorted(found.values(), key=lambda each: (each.started, each.run_id)))


def _base(bases: Sequence[BaseTree | None], asked: Asked) -> BaseTree | None:
    """The base as all measured it. Each run drew an order of its own: the seed is the first one's.

    What is not measured on the base beside a run is compared with stored ones, budget by budget.
    """
    found = [base for base in bases if base is not None]
    if not found:
        return None
    sides = [Answered(base.measurements, base.missing) for base in found]
    answers = together(sides, asked)
    return replace(
        found[0],
        budgets=tuple(sorted({name for base in found for name in base.budgets})),
        measurements=answers.measurements,
        missing=answers.missing,
        failed_attempts=_all(base.failed_attempts for base in found),
        tools=_tools(base.tools for base in found),
        turns=_all(base.turns for base in found),
    )


def _confirmation(runs: Sequence[Run], asked: Asked) -> Confirmation | None:
    """The suspects of all; no two of them measured the same again."""
    found = [run.confirmation for run in runs if run.confirmation is not None]
    if not found:
        return None
    answers = together([Answered(each.measurements, each.missing) for each in found], asked)
    return Confirmation(
        suspects=_once(each.suspects for each in found),
        measurements=answers.measurements,
        missing=answers.missing,
        failed_attempts=_all(each.failed_attempts for each in found),
        base=_base([each.base for each in found], asked),
        looks=_all(each.looks for each in found),
    )
