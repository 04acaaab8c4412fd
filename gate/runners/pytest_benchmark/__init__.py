"""The runner `pytest-benchmark`: whole pytest processes in the user's own Python."""

from gate.runners.pytest_benchmark.runner import PytestBenchmark

RUNNER = PytestBenchmark()

__all__ = ["RUNNER"]
