"""What k6 logged, one JSON object a line: exceptions of the script, errors, an early stop."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Log:
    """What matters of a log: exceptions by scenario, the first of them, the last error."""

    exceptions: Mapping[str, int] = field(default_factory=dict)
    exception: str = ""
    error: str = ""
    stopped: str = ""

    @property
    def said(self) -> str:
        """What explains a failure best."""
        return self.error or self.exception


def read_log(stderr: bytes) -> Log:
    """Read k6's log; lines that are no JSON (a panic's) count only where there is nothing else."""
    exceptions: Counter[str] = Counter()
    exception = error = stopped = plain = ""
    for line in stderr.splitlines():
        entry = _entry(line)
        if entry is None:
            plain = plain or _short(line.decode("utf-8", "replace"))
            continue
        message = _short(str(entry.get("msg", "")))
        if entry.get("level") not in {"error", "fatal", "panic"}:
            continue
        # Exceptions in iterations are logged like this; those in setup() have a hint instead.
        if entry.get("source") == "stacktrace":
            exceptions[str(entry.get("scenario", ""))] += 1
            exception = exception or message
        elif "abortOnFail" in message:
            stopped = stopped or message
        elif entry.get("source") != "console":
            error = message
    return Log(exceptions, exception, error or (plain if not exceptions else ""), stopped)


def console(stderr: bytes, mark: str) -> Iterator[str]:
    """What the script logged itself after a mark."""
    for line in stderr.splitlines():
        message = str((_entry(line) or {}).get("msg", ""))
        if message.startswith(mark):
            yield message[len(mark) :]


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) else None


def _short(message: str) -> str:
    return " ".join(message.split())[:_LONGEST]
