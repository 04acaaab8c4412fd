"""Whether what a pytest process told can be trusted, and why not."""

from __future__ import annotations

from gate import process
from gate.core.reasons import Code, Reason, because
from gate.runners.pytest_benchmark.driving import of_head
from gate.runners.pytest_benchmark.output import Output

TOOL = "pytest-benchmark"
_MEASURED = frozenset({0, 1})
_HINTS = {
    2: "pytest was interrupted, or a module could not be imported",
    3: "pytest broke",
    4: "pytest refused its arguments",
}


def trusted(
    done: process.Finished, told: Output | None, paths: tuple[str, ...], *, put: bool
) -> Output | Reason:
    """What was measured, or why nothing of this process can be trusted.

    `put` says that head's benchmarks were put into the base's tree: a new one may need what the
    base has not, so that a module which breaks is no reason, as long as others run.
    """
    if told is not None and told.foreign:
        return of_head(told.foreign)
    ran = told is not None and (told.benchmarks or told.counted)
    broken = [b for b in told.broken if b.outcome == "failed"] if told is not None else []
    if broken and not (put and ran):
        first = broken[0]
        return _crashed(done, f"{first.test} could not be collected: {first.why}")
    if done.code == 5 or (told is not None and not told.ended and done.code in _MEASURED):
        return _nothing(told, paths)
    if done.code not in _MEASURED:
        hint = _HINTS.get(done.code, "it was killed" if done.code < 0 else "it broke")
        return _crashed(done, f"{hint}: {done.tail}")
    if told is None:
        return because(Code.OUTPUT_EMPTY, tool=TOOL, detail=done.tail or "it said nothing")
    if not ran and any(each.outcome == "passed" for each in told.ended):
        detail = f"benchmarks ran and were not timed: {done.tail}"
        return because(Code.OUTPUT_EMPTY, tool=TOOL, detail=detail)
    return told


def _crashed(done: process.Finished, detail: str) -> Reason:
    return because(Code.TOOL_CRASHED, tool="pytest", exit=done.code, detail=detail)


def _nothing(told: Output | None, paths: tuple[str, ...]) -> Reason:
    skipped = [f"{each.test} skips itself: {each.why}" for each in told.broken] if told else []
    detail = "; ".join(["pytest collected no benchmark", *skipped])
    remedy = "correct `paths:` and `args:`; a benchmark is a test with the fixture `benchmark`"
    return because(Code.NOTHING_MATCHED, selector=" ".join(paths), detail=detail, remedy=remedy)
