from __future__ import annotations

import json
from pathlib import Path

from gate.runners.pytest_benchmark import RUNNER
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.testing import Behaviour, Case, Fake, RunnerContract, question, write_fake
from tests.runners.pytest_benchmark.support import PROBED, benchmarks, report


class TestPytestBenchmark(RunnerContract):
    def case(self, behaviour: Behaviour, place: Path) -> Case:
        (place / "bench").mkdir()
        (place / "bench" / "test_x.py").touch()
        fake = Fake(
            output=benchmarks(test_a=[0.5, 0.25, 0.75], test_b=[1.0]),
            partial=benchmarks(test_a=[0.5]),
            flag="--benchmark-json=",
            beside={
                "--perfgate-report=": (
                    report(test_a="passed", test_b="failed"),
                    report(test_a="passed", test_b="passed"),
                )
            },
            replies={"-c": json.dumps(PROBED)},
            partial_code=1,
        )
        python = write_fake(place / "venv" / "bin" / "python", fake, behaviour)
        asked = (
            question("each", "median(time)", each="test"),
            question("one", 'p90(time{test:"bench/test_x.py::test_a"})'),
            question("two", 'max(time{test:"bench/test_x.py::test_b"})'),
        )
        options = PytestBenchmarkOptions(paths=("bench",), python=str(python))
        return Case(RUNNER, options, asked, place, env={"PATH": "/usr/bin:/bin"})
