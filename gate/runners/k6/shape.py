"""What shapes the numbers of a k6 budget; never limits, names or places."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from gate.runners.k6.archive import Archive
from gate.runners.k6.asked import Asked
from gate.runners.k6.options import K6Options

# The options that make the load; the others say how it is judged or shown.
_LOAD = """
    batch batchPerHost blacklistIPs blockHostnames discardResponseBodies dns duration
    executionSegment hosts insecureSkipTLSVerify iterations localIPs maxRedirects
    minIterationDuration noConnectionReuse noCookiesReset noVUConnectionReuse rps scenarios
    stages tlsCipherSuites tlsVersion userAgent vus
"""
_OWN_SERVER = re.compile(r"//(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?", re.IGNORECASE)

Shape = tuple[tuple[str, str], ...]


def shape_of(archive: Archive, options: K6Options, version: str) -> Shape:
    """Script and files, the load's options, the budget's variables, cuts, and k6's own version."""
    load = {
        key: archive.options[key] for key in _LOAD.split() if archive.options.get(key) is not None
    }
    cuts = {
        "warmup": options.warmup_seconds,
        "exclude": sorted(options.exclude_scenarios),
        "max_dropped": options.dropped_share,
    }
    return (
        ("script", _digest(archive.files)),
        ("load", _digest(_set(load))),
        ("env", _digest({name: _place_free(value) for name, value in options.env.items()})),
        ("cuts", _digest(cuts)),
        ("k6", ".".join(version.split(".")[:2])),
    )


def shapes_of(questions: Iterable[Asked], options: K6Options) -> Mapping[str, Shape]:
    """How the script's own metrics are declared, for the questions that ask for one."""
    return {
        asked.objective: (("metric", _digest([own.type, own.unit])),)
        for asked in questions
        if (own := options.metrics.get(asked.source.metric.name)) is not None
    }


def _set(value: Any) -> Any:  # noqa: ANN401  # JSON
    """Without what is not set: a later k6 has more options that are null."""
    if not isinstance(value, dict):
        return _place_free(value) if isinstance(value, str) else value
    return {k: _set(v) for k, v in value.items() if v is not None}


def _place_free(value: str) -> str:
    """A service of ours listens on another port each time."""
    return _OWN_SERVER.sub("//service", value)


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
