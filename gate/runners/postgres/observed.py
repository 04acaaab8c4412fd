"""What happened on the server during one unit, and how questions are answered from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.core.sample import Counts, Data, Reduced
from gate.core.sli import Beyond
from gate.runners.postgres.facts import Fact, most_repeated, most_time, slowest
from gate.runners.postgres.logfiles import TOOL as LOG
from gate.runners.postgres.slow import Slow, bad_side
from gate.runners.postgres.statements import TOOL, Statement
from gate.seams.runner import Found, Load, NotFound, Question

_NO_LOAD = because(Code.NOT_OBSERVED, during="named in `during:`")


@dataclass(frozen=True, slots=True)
class Observed:
    """One unit: the statements that count, what the log says by bound, and the load behind it."""

    database: str
    statements: tuple[Statement, ...]
    slow: Mapping[Beyond, Slow | Reason]
    block: int
    load: Load

    @property
    def calls(self) -> int:
        """Finished calls of the statements that count."""
        return sum(each.calls for each in self.statements)


def answer(question: Question, seen: Observed) -> Found | NotFound:
    """Answer one question, or say why this unit cannot."""
    data = _data(question, seen)
    if isinstance(data, Reason):
        return NotFound(question.objective, question.sli, data)
    return Found(question.objective, question.sli, data, _facts(question, seen))


def _data(question: Question, seen: Observed) -> Data | Reason:
    sli, calls = question.sli, seen.calls
    if sli.beyond is not None:
        return _share(sli.beyond, seen)
    if not calls:
        detail = (
            f"no statement that counts finished in the database {seen.database} meanwhile: "
            "is it the one that the load reaches?"
        )
        return because(Code.ZERO_SAMPLES, tool=TOOL, detail=detail)
    match (sli.statistic, sli.metric):
        case ("mean", "query_duration"):
            return Reduced(sum(each.time for each in seen.statements) / calls, calls)
        case ("count", "calls"):
            return Reduced(float(calls), calls)
        case ("rate", "calls"):
            return Reduced(calls / seen.load.seconds, calls) if seen.load.seconds > 0 else _NO_LOAD
        case ("mean", "queries_per_request"):
            requests = seen.load.requests
            return Reduced(calls / requests, requests) if requests > 0 else _NO_LOAD
        case ("mean", "rows"):
            return Reduced(sum(each.rows for each in seen.statements) / calls, calls)
        case ("rate", "cache_hit"):
            return _cache_hit(seen)
        case ("mean" | "sum" as statistic, "temp_bytes"):
            written = float(sum(each.temp for each in seen.statements) * seen.block)
            return Reduced(written / calls if statistic == "mean" else written, calls)
        case _:
            return because(Code.NOT_REPORTED, tool=TOOL, detail=f"it has no {sli}")


def _cache_hit(seen: Observed) -> Data | Reason:
    hit = sum(each.hit for each in seen.statements)
    asked = hit + sum(each.read for each in seen.statements)
    if not asked:
        return because(Code.ZERO_SAMPLES, tool=TOOL, detail="no statement asked for a block")
    return Counts(hit, asked)


def _share(bound: Beyond, seen: Observed) -> Data | Reason:
    slow = seen.slow[bound]
    if isinstance(slow, Reason):
        return slow
    trials = seen.calls + slow.unfinished
    if not trials:
        return because(Code.ZERO_SAMPLES, tool=TOOL, detail="no statement that counts was run")
    fault = _fault(bound, slow, seen)
    if fault:
        return because(Code.OUTPUT_UNREADABLE, tool=LOG, detail=fault)
    beyond = slow.finished + slow.unfinished
    kept = bound.compare.startswith(">")
    return Counts(beyond if kept else trials - beyond, trials)


def _fault(bound: Beyond, slow: Slow, seen: Observed) -> str:
    """How log and view contradict each other, "" where they do not."""
    if slow.finished > seen.calls:
        return (
            f"it tells of {slow.finished} statements beyond the bound, "
            f"the view of {seen.calls} calls in all"
        )
    # A call that set a new maximum beyond the bound has run now; its line has to be there.
    proved = [s for s in seen.statements if s.record and bad_side(bound).holds(s.record)]
    if len(proved) > slow.lines:
        return (
            f"{len(proved)} statements had calls beyond the bound and it tells of {slow.lines}: "
            "sessions that began before log_min_duration_statement was set for their role have to "
            "be opened anew"
        )
    return ""


def _facts(question: Question, seen: Observed) -> tuple[Fact, ...]:
    sli = question.sli
    if sli.beyond is not None:
        slow = seen.slow[sli.beyond]
        return slowest(slow, seen.statements) if isinstance(slow, Slow) else ()
    match sli.metric:
        case "query_duration":
            return most_time(seen.statements)
        case "queries_per_request" | "calls":
            return most_repeated(seen.statements, seen.load.requests)
        case _:
            return ()
