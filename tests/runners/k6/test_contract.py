from __future__ import annotations

from pathlib import Path

from gate.runners.k6 import RUNNER
from gate.testing.fake_program import Behaviour
from gate.testing.runner_contract import Case, RunnerContract, question
from tests.runners.k6.fake_k6 import SCRIPT, FakeK6, write_fake_k6
from tests.runners.k6.support import options, request

READS = [point for i in range(40) for point in request(i / 10, 10 + i % 7, op="read")]
WRITES = [point for i in range(40) for point in request(4 + i / 10, 30, op="write")]


class TestK6(RunnerContract):
    """k6 answers each question exactly once, whatever it does."""

    def case(self, behaviour: Behaviour, place: Path) -> Case:
        fake = FakeK6([*READS, *WRITES], partial=READS)
        tool = write_fake_k6(place, fake, behaviour)
        questions = (
            question("api/read", "p95(http_req_duration{op:read})"),
            question("api/write", "p95(http_req_duration{op:write})"),
            question("api/errors", "rate(http_req_failed)"),
            question("api/each", "p95(http_req_duration)", each="op"),
        )
        return Case(RUNNER, options(script=SCRIPT, k6=str(tool)), questions, place, timeout=15)
