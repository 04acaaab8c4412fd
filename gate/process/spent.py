"""How long programs took that were run to their end; whoever wants a part takes a difference."""

from __future__ import annotations

import threading

_lock = threading.Lock()
_seconds = 0.0


def add(seconds: float) -> None:
    """Count one program."""
    global _seconds  # noqa: PLW0603  # one process has one tally, as it has one clock
    with _lock:
        _seconds += seconds


def spent() -> float:
    """Seconds that all programs took so far which `run` ran to their end."""
    return _seconds
