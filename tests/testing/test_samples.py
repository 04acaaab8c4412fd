"""The samples hold what they say, and survive being recorded."""

from __future__ import annotations

import pytest

from gate.core.verdict import Effect, Exit, Outcome, Status
from gate.record import decode_outcome, decode_run, encode_outcome, encode_run
from gate.testing import sample_outcomes, samples

_OUTCOMES = {
    "empty": sample_outcomes.empty_outcome(),
    "passing": sample_outcomes.passing_outcome(),
    "mixed": sample_outcomes.mixed_outcome(),
    "hostile": sample_outcomes.hostile_outcome(),
    "large": sample_outcomes.large_outcome(50),
}


def test_the_run_survives_being_recorded() -> None:
    run = samples.run()
    assert decode_run(encode_run(run)) == run


@pytest.mark.parametrize("outcome", _OUTCOMES.values(), ids=_OUTCOMES.keys())
def test_an_outcome_survives_being_recorded(outcome: Outcome) -> None:
    assert decode_outcome(encode_outcome(outcome)) == outcome


def test_the_mixed_outcome_has_every_status_and_every_effect() -> None:
    rows = _OUTCOMES["mixed"].rows
    assert {row.status for row in rows} == set(Status)
    assert {verdict.status for row in rows for verdict in row.verdicts} == set(Status)
    assert {verdict.effect for row in rows for verdict in row.verdicts} == set(Effect)
    assert len({row.objective.id for row in rows}) == len(rows)


def test_the_hostile_outcome_uses_every_hostile_name() -> None:
    text = repr(_OUTCOMES["hostile"])
    assert [name for name in sample_outcomes.HOSTILE if repr(name)[1:-1] not in text] == []
    assert _OUTCOMES["hostile"].exit is Exit.FAILED
