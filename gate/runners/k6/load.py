"""Whether the load was what the script promises; answers from another load are not given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.runners.k6.asked import Asked
from gate.runners.k6.collect import Collection
from gate.runners.k6.logs import Log
from gate.runners.k6.options import K6Options
from gate.runners.k6.plan import Scenario
from gate.runners.k6.progress import Progress
from gate.runners.k6.sources import Type

# What tells about a load that went wrong is answered also then.
_WITNESSES = frozenset(
    {
        "http_req_failed",
        "browser_http_req_failed",
        "dropped_iterations",
        "iterations_dropped",
    }
)


@dataclass(frozen=True, slots=True)
class LoadCheck:
    """What was wrong with the load.

    `dropped` withholds latency and throughput, `broken` all but the witnesses, `stopped` (a
    threshold with abortOnFail) all but the script's own rows.
    """

    dropped: Reason | None = None
    broken: Reason | None = None
    stopped: Reason | None = None
    notes: tuple[Reason, ...] = ()

    def withholds(self, asked: Asked) -> Reason | None:
        """Why this question is not answered from this load, None where it is."""
        if self.stopped is not None:
            return None if asked.whole else self.stopped
        if asked.source.metric.name in _WITNESSES:
            return None
        if self.dropped is not None and asked.source.type is not Type.RATE:
            return self.dropped
        return self.broken


def check_load(
    collection: Collection,
    log: Log,
    progress: Progress,
    plan: Sequence[Scenario],
    options: K6Options,
) -> LoadCheck:
    """Compare the load that was made with the one that the script describes."""
    excluded = set(options.exclude_scenarios)
    notes: list[Reason] = []
    dropped = _dropped(collection, options.dropped_share, notes)
    broken = _threw(collection, log, excluded, options.dropped_share, notes)
    broken = broken or _unfinished(collection, plan, excluded, options.dropped_share)
    broken = broken or _interrupted(collection, progress, plan)
    stopped = because(Code.LOAD_TRUNCATED, detail=log.stopped) if log.stopped else None
    return LoadCheck(dropped, broken, stopped, tuple(notes))


def _dropped(collection: Collection, share: float, notes: list[Reason]) -> Reason | None:
    """The worst scenario counts: a small one may be lost in the sum."""
    worst, reason = 0.0, None
    for scenario, lost in sorted(collection.dropped.items()):
        planned = lost + collection.iterations[scenario]
        if lost and lost / planned > worst:
            worst = lost / planned
            detail = f"scenario {scenario} had no free virtual user, so this is another load"
            reason = because(
                Code.LOAD_DROPPED,
                dropped=lost,
                planned=planned,
                detail=detail,
                remedy="raise maxVUs, lower the rate, or see why the server is slow",
            )
    if reason is not None and worst <= share:
        notes.append(reason)
    return reason if worst > share else None


def _threw(
    collection: Collection, log: Log, excluded: set[str], share: float, notes: list[Reason]
) -> Reason | None:
    threw = sum(n for name, n in log.exceptions.items() if name not in excluded)
    ended = sum(n for name, n in collection.ended.items() if name not in excluded)
    if not threw:
        return None
    detail = f"{threw} of {ended} iterations threw an exception: {log.exception}"
    reason = because(Code.LOAD_TRUNCATED, detail=detail, remedy="correct the script")
    if threw > share * ended:
        return reason
    notes.append(reason)
    return None


def _unfinished(
    collection: Collection, plan: Iterable[Scenario], excluded: set[str], share: float
) -> Reason | None:
    for scenario in plan:
        if scenario.iterations is None or scenario.name in excluded:
            continue
        done = collection.ended[scenario.name] + collection.never_begun[scenario.name]
        if scenario.iterations - done > share * scenario.iterations:
            detail = f"{done} of {scenario.iterations} iterations of {scenario.name} ended"
            remedy = "see why the server did not answer; raise maxDuration where it takes longer"
            return because(Code.LOAD_TRUNCATED, detail=detail, remedy=remedy)
    return None


def _interrupted(
    collection: Collection, progress: Progress, plan: Iterable[Scenario]
) -> Reason | None:
    """Where a scenario's iterations need not end, only users at work to the very end tell of it."""
    exact = all(scenario.waits for scenario in plan)
    if not (progress.interrupted > 0 if exact else collection.clock.overran):
        return None
    many = f"{progress.interrupted} iterations were" if exact else "iterations were"
    many = "1 iteration was" if exact and progress.interrupted == 1 else many
    detail = f"{many} still running when gracefulStop was over"
    remedy = "see why the server did not answer; raise gracefulStop where iterations are long"
    return because(Code.LOAD_TRUNCATED, detail=detail, remedy=remedy)
