"""From what one process measured to the answer of every question."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.core.sample import Data, Reduced, Values, reduce_unit
from gate.core.sli import Sli
from gate.runners.pytest_benchmark.metrics import CPU_TIME, TIME
from gate.runners.pytest_benchmark.output import Benchmark, Counted, Ended, Output
from gate.seams.runner import Found, NotFound, Question

MOST_ROUNDS = 2000
"""How many rounds of one benchmark a unit keeps."""

_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process gave: benchmarks that passed, and those that did not with the reason."""

    benchmarks: tuple[Benchmark | Counted, ...]
    lacking: tuple[tuple[Ended, Reason], ...]
    facts: tuple[tuple[str, str], ...] = ()


def measured(
    output: Output, facts: tuple[tuple[str, str], ...] = (), metric: str = TIME.name
) -> Measured:
    """Only what ended well was measured: a wrong result is no fast result."""
    ended = {each.test: each for each in output.ended}
    given: tuple[Benchmark | Counted, ...] = output.benchmarks
    if metric == CPU_TIME.name:
        given = output.cpu
    elif metric != TIME.name:
        given = tuple(each for each in output.counted if each.metric == metric)
    timed = {each.test: each for each in given}
    good = [b for b in given if b.test in ended and ended[b.test].outcome == "passed"]
    known = {each.test for each in good}
    rounds = {each.test for each in output.benchmarks} if metric == CPU_TIME.name else set()
    lacking = [
        (each, _untold(test) if test in rounds and each.outcome == "passed" else _why(each))
        for test, each in ended.items()
        if test not in known
    ]
    lacking += [(_unseen(test), _why(_unseen(test))) for test in timed if test not in ended]
    return Measured(tuple(good), tuple(lacking), facts)


def answers(question: Question, found: Measured) -> Iterator[Found | NotFound]:
    """Each question once: with `each`, every member that there is, measured or not."""
    each, sli = question.each, question.sli
    if not each or sli.tag(each) is not None:
        yield _one(question.objective, sli, found)
        return
    there = False
    for member in _members(each, sli, found):
        there = True
        yield _one(question.objective, sli.with_tag(each, member), found)
    if not there:
        yield NotFound(question.objective, sli, _nothing(sli, found))


def vanished(question: Question, gone: Iterable[str]) -> Iterator[NotFound]:
    """Benchmarks that the base's tree has itself and head's benchmarks have not."""
    if question.each == "test" and not question.sli.tags:
        for test in gone:
            sli = question.sli.with_tag("test", test)
            yield NotFound(question.objective, sli, because(Code.VANISHED))


def _members(each: str, sli: Sli, found: Measured) -> tuple[str, ...]:
    """The values of a tag among the benchmarks that the SLI selects, those that failed too."""
    pairs = [(b.test, b.group) for b in found.benchmarks]
    pairs += [(ended.test, ended.group) for ended, _ in found.lacking]
    chosen = [pair for pair in pairs if _selects(sli, *pair)]
    values = (test if each == "test" else group for test, group in chosen)
    return tuple(dict.fromkeys(filter(None, values)))


def _one(objective: str, sli: Sli, found: Measured) -> Found | NotFound:
    chosen = [b for b in found.benchmarks if _selects(sli, b.test, b.group)]
    lacking = [why for ended, why in found.lacking if _selects(sli, ended.test, ended.group)]
    if lacking:
        return NotFound(objective, sli, lacking[0])
    if len(chosen) != 1:
        return NotFound(objective, sli, _nothing(sli, found) if not chosen else _many(sli, chosen))
    data, facts = _data(chosen[0], sli)
    return Found(objective, sli, data, (*facts, *found.facts))


def _selects(sli: Sli, test: str, group: str) -> bool:
    return sli.tag("test") in {None, test} and sli.tag("group") in {None, group}


def _data(benchmark: Benchmark | Counted, sli: Sli) -> tuple[Data, tuple[tuple[str, str], ...]]:
    """The rounds in order; beyond the bound every k-th, evenly from the first to the last.

    Thinning keeps the distribution and its drift, so that quantiles stay what they are; averaging
    neighbours would not. A minimum, maximum or mean is then taken over all rounds.
    """
    if isinstance(benchmark, Counted):
        return benchmark.data, benchmark.facts
    rounds, n = benchmark.rounds, len(benchmark.rounds)
    facts = (("rounds", str(n)), ("iterations in a round", str(benchmark.iterations)))
    if n <= MOST_ROUNDS:
        return Values(rounds), facts
    if sli.statistic in {"min", "max", "mean"}:
        return Reduced(reduce_unit(Values(rounds), sli), n), facts
    step = math.ceil(n / MOST_ROUNDS)
    return Values(rounds[::step]), (*facts, ("kept rounds", f"1 of {step}"))


def _why(ended: Ended) -> Reason:
    test = ended.test
    match ended.outcome:
        case "failed":
            detail = f"{test} failed: {ended.why}"
        case "skipped":
            detail = f"{test} was skipped: {ended.why}"
        case "passed":
            detail = f"{test} passed, but timed nothing: it does not call the fixture `benchmark`"
        case _:
            detail = f"{test} did not run to its end"
    remedy = "mend it, deselect it with `args:`, or list it in budgets/retired.yml"
    return because(Code.NOT_REPORTED, tool="pytest-benchmark", detail=detail, remedy=remedy)


def _untold(test: str) -> Reason:
    detail = f"{test} was timed, but not the CPU time of each of its rounds"
    remedy = "ask for `time`, or take a pytest-benchmark of which this can be told (4 to 5.3)"
    return because(Code.NOT_REPORTED, tool="pytest-benchmark", detail=detail, remedy=remedy)


def _unseen(test: str) -> Ended:
    return Ended(test, "", "", "")


def _nothing(sli: Sli, found: Measured) -> Reason:
    names = [b.test for b in found.benchmarks]
    wanted = sli.tag("test") or sli.tag("group") or ""
    if sli.tag("test") is None:
        names = sorted({b.group for b in found.benchmarks if b.group})
    near = difflib.get_close_matches(wanted, names, n=_NEAREST, cutoff=0.5)
    shown = f"nearest: {', '.join(near)}" if near else f"there is: {', '.join(names[:5]) or 'none'}"
    return because(Code.NOTHING_MATCHED, selector=sli.selector, detail=shown)


def _many(sli: Sli, chosen: list[Benchmark | Counted]) -> Reason:
    detail = f"{len(chosen)} benchmarks match; name one, or write `each: test`"
    return because(Code.NOTHING_MATCHED, selector=sli.selector, detail=detail)
