"""What every answer of a runner keeps to: each question once, and a reason that says something."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from gate.core.reasons import Reason
from gate.core.sample import reduce_unit
from gate.seams.runner import Question, Refused, UnitAnswer, UnitFailed


def check_answer(answer: UnitAnswer, questions: tuple[Question, ...]) -> None:
    """Assert that each question is answered exactly once, and nothing that was not asked."""
    asked = {q.objective: q for q in questions}
    given = [(f.objective, f.sli) for f in answer.found]
    given += [(lacking.objective, lacking.sli) for lacking in answer.not_found]
    twice = [key for key, times in Counter(given).items() if times > 1]
    assert not twice, f"answered more than once: {twice}"
    assert {objective for objective, _ in given} == asked.keys()
    for objective, sli in given:
        each = asked[objective].each
        bare = sli if not each else replace(sli, tags=tuple(t for t in sli.tags if t[0] != each))
        assert bare == asked[objective].sli, f"{objective} was answered with {sli}"
    for q in questions:
        times = sum(objective == q.objective for objective, _ in given)
        assert times == 1 or q.each, f"{q.objective} was answered {times} times"
    for found in answer.found:
        each = asked[found.objective].each
        assert not each or found.sli.tag(each), f"{found.sli} does not name its {each}"
        reduce_unit(found.data, found.sli)
    for lacking in answer.not_found:
        check_reason(lacking.reason)


def check_reason(reason: Reason) -> None:
    """Assert that a reason says something: its sentence has every fact that it uses."""
    assert reason.sentence
    if not any("?" in text for _, text in reason.facts):
        assert "?" not in reason.sentence, f"a fact is absent: {reason.sentence}"


def check_nothing_measured(
    result: UnitAnswer | UnitFailed | Refused, questions: tuple[Question, ...]
) -> None:
    """Assert that there is no data, and a reason for it."""
    if isinstance(result, UnitAnswer):
        assert result.found == ()
        check_answer(result, questions)
    else:
        check_reason(result.reason)
