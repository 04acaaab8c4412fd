"""Sign-offs for tests of what shows them: one that failed with all in it, one that passed."""

from __future__ import annotations

from dataclasses import replace

from gate.core.run import Commit
from gate.core.signoff import (
    Approval,
    FileDigest,
    Given,
    Revision,
    Signoff,
    StoredRun,
    Written,
    documented,
)
from gate.core.verdict import Outcome
from gate.testing import samples
from gate.testing.sample_outcomes import (
    HOSTILE,
    hostile_outcome,
    mixed_outcome,
    passing_outcome,
)

AT = "2026-11-20T09:36:00Z"
ENDED = "2026-11-20T09:35:12Z"
_SUM = "0123456789abcdef" * 4

GIVEN = Given(
    at=AT,
    release=Revision("v1.4", samples.HEAD, "c0ffee", "Ada Lovelace <ada@example.org>"),
    previous=Revision("v1.3", samples.BASE, "decaf"),
    perfgate="0.9.0",
    python="3.11.7",
    budgets=(
        FileDigest("budgets/api.yml", _SUM, 512, "be5fc5a1"),
        FileDigest("budgets/waivers.yml", _SUM[::-1], 240, "a11ce0de"),
    ),
    records=(FileDigest("run.json", _SUM, 41233), FileDigest("outcome.json", _SUM, 20111)),
    baselines=(
        StoredRun(
            FileDigest("baseline/01.run.json", _SUM, 40001),
            FileDigest("baseline/01.outcome.json", _SUM, 20002),
            distance=14,
            rung="explicit",
        ),
    ),
    artifacts=(FileDigest("dist/shop-1.4.tar.gz", _SUM, 1048576),),
    approvals=(
        Approval("Grace Hopper", "2026-11-20T09:30:00Z", "approvals.json"),
        Approval("Ada Lovelace", AT, "command line", is_author=True),
    ),
    written=(Written("budgets/waivers.yml", 1, "Ada Lovelace <ada@example.org>", "2026-11-02"),),
    url="https://ci.example.org/runs/42",
    signed=True,
    notes=("web could not be measured on v1.3 here (its build failed)",),
)


def mixed_signoff() -> tuple[Signoff, Outcome]:
    """A release with a promise of every status: FAILED."""
    return _of(GIVEN, mixed_outcome())


def passing_signoff() -> tuple[Signoff, Outcome]:
    """A release whose promises are all kept, unsigned and approved by nobody: PASSED."""
    given = replace(
        GIVEN, baselines=(), artifacts=(), approvals=(), written=(), url="", signed=False, notes=()
    )
    return _of(given, passing_outcome(), waived=False)


def hostile_signoff(names: tuple[str, ...] = HOSTILE) -> tuple[Signoff, Outcome]:
    """The mixed sign-off with one of these names in every place that a stranger can fill."""
    at = [names[i % len(names)] for i in range(14)]
    given = replace(
        GIVEN,
        release=replace(GIVEN.release, name=at[0], author=at[1]),
        previous=replace(GIVEN.previous, name=at[2]),
        budgets=tuple(replace(each, path=at[3], blob=at[4]) for each in GIVEN.budgets),
        artifacts=tuple(replace(each, path=at[5]) for each in GIVEN.artifacts),
        approvals=(Approval(at[6], at[7], at[8]),),
        written=tuple(replace(each, author=at[9], day=at[10]) for each in GIVEN.written),
        url=at[11],
        notes=(at[12], at[13]),
    )
    return _of(given, hostile_outcome(names))


def _of(given: Given, outcome: Outcome, *, waived: bool = True) -> tuple[Signoff, Outcome]:
    run = samples.run()
    commit: Commit = replace(run.commit, base=given.previous.commit)
    promises = run.promises if waived else replace(run.promises, waivers=())
    return documented(
        given, replace(run, commit=commit, promises=promises), outcome, ENDED
    ), outcome
