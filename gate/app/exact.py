"""Exact numbers are verified: what is seen for the first time is built and measured twice."""

from __future__ import annotations

from collections.abc import Iterable

from gate.app.bench import Bench
from gate.app.history import pasts
from gate.app.measure import Contest, measure_unit
from gate.app.progress import Progress, Silent
from gate.app.workspace import Workspace
from gate.core.judge.sides import units
from gate.core.metric import Kind


def verify_exact(workspace: Workspace, contests: Iterable[Contest], progress: Progress) -> None:
    """Measure a second time, after another build, every budget with an exact series that is new.

    New is a series that no stored run of this commit and its ancestors measured twice and equal. It
    is done on the base where that is measured in turn, else on head, and last of all: a build may
    disturb what runs. What was kept from an earlier check is left as it is: nobody knows whether it
    could be built now. The judge refuses as exact what then differs.
    """
    known: frozenset[tuple[str, str]] | None = None
    for contest in contests:
        bench = _bench(contest)
        series = _exact(bench)
        if bench.ended or not series:
            continue
        if known is None:
            known = _known(workspace)
        if series - known:
            _again(contest, bench, progress)


def _bench(contest: Contest) -> Bench:
    """The base, where it was measured; what is exact is so in both trees."""
    base = contest.base
    return base if base is not None and _exact(base) else contest.head


def _exact(bench: Bench) -> frozenset[tuple[str, str]]:
    """The exact series that were measured once; those of several repeats show it by themselves."""
    return frozenset(
        (m.objective, m.series_key)
        for m in bench.ledger.measurements()
        if m.kind is Kind.EXACT and len(m.units) == 1
    )


def _known(workspace: Workspace) -> frozenset[tuple[str, str]]:
    return frozenset(
        (m.objective, m.series_key)
        for past in pasts(workspace.store, workspace.commit, before="9999")
        for m in past.run.measurements
        if m.kind is Kind.EXACT and len(m.units) > 1 and len(set(units(m).values)) == 1
    )


class _NotesOnly(Silent):
    """Passes notes on; a unit beyond the repeats has no number among them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def note(self, text: str) -> None:
        """Pass it on."""
        self._progress.note(text)


def _again(contest: Contest, bench: Bench, progress: Progress) -> None:
    budget, systems, notes = contest.budget, bench.systems, bench.ledger.notes
    seen = f"{budget.name}: exact numbers that were never seen before"
    done = f"{seen} were measured twice; nothing here builds what they are of"
    if budget.service and systems.builds(budget.service):
        if not systems.built(budget.service):
            notes.append(f"{seen} are not verified: what {budget.service} built before was kept")
            return
        progress.note(f"{seen}: {budget.service} is built and measured again")
        failed = systems.build_again(budget.service)
        if failed is not None:
            notes.append(f"{seen} are not verified: {failed.sentence}")
            return
        done = f"{seen}: {budget.service} was built and measured twice"
    index = contest.begun
    contest.begun += 1
    if measure_unit(bench, index, _NotesOnly(progress)):
        notes.append(done)
