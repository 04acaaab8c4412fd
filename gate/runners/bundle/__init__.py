"""The runner `bundle`: raw, gzip and brotli sizes of what a build wrote, by glob."""

from gate.runners.bundle.runner import Bundle

RUNNER = Bundle()

__all__ = ["RUNNER"]
