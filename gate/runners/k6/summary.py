"""The summary that the wrapper lets k6 write at the end: it says that the run is whole.

Shape of handleSummary(data), the same in v0.57, v1.1 and v2.2: `metrics` by name with `values`,
`state.testRunDurationMs`. The samples are counted against it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LARGEST = 64 * 1024 * 1024
# What JSON of another shape comes to; a number or a depth without end included.
_UNLIKE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Summary:
    """How long the run took in seconds (setup and teardown included), and totals of counters."""

    seconds: float
    totals: Mapping[str, int]


def read_summary(path: Path) -> Summary | str:
    """Read the summary, or say why it cannot be."""
    try:
        if path.stat().st_size > _LARGEST:
            return f"the summary is larger than {_LARGEST} bytes"
        data = json.loads(path.read_bytes())
        seconds = float(data["state"]["testRunDurationMs"]) / 1000
        totals = dict(_totals(data["metrics"]))
    except FileNotFoundError:
        return "k6 wrote no summary"
    except (OSError, *_UNLIKE) as error:
        return f"the summary is not what k6 writes ({type(error).__name__}: {error})"
    if not math.isfinite(seconds) or seconds <= 0:
        return f"the summary says that the run took {seconds} s"
    return Summary(seconds, totals)


def _totals(metrics: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [
        (name, round(metric["values"]["count"]))
        for name, metric in metrics.items()
        if metric["type"] == "counter"
    ]
