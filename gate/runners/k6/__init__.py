"""The k6 runner: one unit is one run of the script, read sample by sample."""

from gate.runners.k6.runner import RUNNER

__all__ = ["RUNNER"]
