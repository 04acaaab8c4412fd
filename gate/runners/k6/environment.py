"""The environment of k6: nothing in it may change what the script says.

Names from k6's lib/options.go, internal/cmd/runtime_options.go and cmd/state, v0.57 to v2.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SUMMARY = "PERFGATE_K6_SUMMARY"

# Each of these replaces an option of the script (K6_VUS even wipes its scenarios), or hides what
# we read. They are refused in a budget and not inherited.
_NAMES = """
    ADDRESS BATCH BATCH_PER_HOST CONFIG CONSOLE_OUTPUT DISCARD_RESPONSE_BODIES DURATION
    EXECUTION_SEGMENT EXECUTION_SEGMENT_SEQUENCE FEATURES HTTP_DEBUG INCLUDE_SYSTEM_ENV_VARS
    ITERATIONS LINGER LOG_FORMAT LOG_OUTPUT MAX_REDIRECTS METRIC_SAMPLES_BUFFER_SIZE
    MIN_ITERATION_DURATION NEW_MACHINE_READABLE_SUMMARY NO_CONNECTION_REUSE NO_COOKIES_RESET
    NO_SETUP NO_SUMMARY NO_TEARDOWN NO_THRESHOLDS NO_VU_CONNECTION_REUSE PAUSED
    PROFILING_ENABLED RPS SCENARIOS STAGES SUMMARY_EXPORT SUMMARY_MODE SUMMARY_TIME_UNIT
    SUMMARY_TREND_STATS SYSTEM_TAGS TAGS THRESHOLDS THROW TYPE VUS
"""
TAKES_OVER = frozenset(f"K6_{name}" for name in _NAMES.split())
_OURS = {
    "K6_NO_USAGE_REPORT": "true",
    "K6_NEW_MACHINE_READABLE_SUMMARY": "false",
    # Since v1.2 k6 may fetch and run another k6 for a script that imports k6/x/….
    "K6_AUTO_EXTENSION_RESOLUTION": "false",
    "K6_ADDRESS": "",
}


def environment(
    inherited: Mapping[str, str], own: Mapping[str, str], summary: Path | None = None
) -> dict[str, str]:
    """The inherited environment without what takes over, the budget's own, then ours."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in TAKES_OVER and name != "K6_OUT"
    }
    wanted = {SUMMARY: str(summary)} if summary else {}
    return {**kept, **own, **_OURS, **wanted}


def outputs(inherited: Mapping[str, str], own: Mapping[str, str]) -> tuple[str, ...]:
    """What the user's K6_OUT names: `--out` replaces it, so it has to be said again."""
    said = own.get("K6_OUT", inherited.get("K6_OUT", ""))
    return tuple(filter(None, map(str.strip, said.split(","))))
