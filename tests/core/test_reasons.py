"""Every reason has a sentence, and shows what it knows."""

from typing import Any

import pytest

from gate.core.reasons import _SENTENCES, Code, Reason, because


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_sentence(code: Any) -> None:
    assert _SENTENCES[code]
    assert Reason(code).sentence


def test_facts_fill_the_sentence() -> None:
    reason = because(Code.TOOL_TIMED_OUT, tool="k6", seconds=60)
    assert reason.sentence == "k6 did not end within 60 s"


def test_a_fact_that_is_absent_shows() -> None:
    assert because(Code.TOOL_TIMED_OUT, tool="k6").sentence == "k6 did not end within ? s"


def test_a_fact_from_a_stranger_is_bounded_and_stays_text() -> None:
    reason = because(Code.TOOL_CRASHED, tool="{exit}", exit=1, detail="x" * 5000)
    assert reason.sentence.startswith("{exit} ended with code 1")
    assert len(reason.sentence) < 2100


def test_a_reason_may_carry_its_own_remedy() -> None:
    assert because(Code.NO_RIGHTS, remedy="GRANT x").remedy == "GRANT x"
    assert because(Code.TOOL_ABSENT).remedy.startswith("run `gate doctor`")


# Verdicts about numbers, and what somebody decided: there is nothing to mend.
NOTHING_TO_DO = {
    Code.WITHIN,
    Code.BEYOND,
    Code.STRADDLES,
    Code.BEYOND_WARN,
    Code.IMPROVED,
    Code.NOT_EXACT,
    Code.NOT_BY_THIS_CHANGE,
    Code.NEW_OBJECTIVE,
    Code.BOOTSTRAP,
    Code.RETIRED,
    Code.NOT_SELECTED,
    Code.NOT_CONCERNED,
    Code.NO_CODE_OF_TREE,  # these two are notes, no reasons
    Code.HARNESS_PUT,
    Code.SERVICE_FOREIGN,  # who knows the address says it
}


@pytest.mark.parametrize("code", sorted(set(Code) - NOTHING_TO_DO))
def test_what_was_not_measured_says_what_to_do(code: Code) -> None:
    assert because(code).remedy
