"""Durations as k6 writes them: Go's `1m30s`, or milliseconds as a number."""

from __future__ import annotations

import re

_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
_SECONDS["µs"] = _SECONDS["us"]
_PART = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)")


def seconds(written: object) -> float | None:
    """The duration in seconds; None where there is none or it cannot be read."""
    if isinstance(written, int | float) and not isinstance(written, bool):
        return written / 1000
    if not isinstance(written, str):
        return None
    parts = _PART.findall(written)
    if not parts or "".join(number + unit for number, unit in parts) != written:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
