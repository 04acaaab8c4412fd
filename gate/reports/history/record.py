"""A history as JSON, for who wants to go on with it."""

from __future__ import annotations

import json

from gate.core.trend import Point
from gate.reports.history.model import History
from gate.reports.safe import clean

SCHEMA = 1


def as_json(history: History) -> str:
    """Points, change points and environments; numbers in base units, 9 significant digits."""
    history = clean(history)
    return json.dumps(_tree(history), ensure_ascii=False, indent=2) + "\n"


def _tree(history: History) -> dict[str, object]:
    track = {p.entry: t for t in history.trace.tracks for p in t.points}
    return {
        "schema_version": SCHEMA,
        "objective": history.name,
        "branch": history.branch,
        "unit": history.dimension.value,
        "points": [
            {**_point(p), **_interval(*track[p.entry].interval(p.value))}
            for p in history.trace.points
        ],
        "changes": [
            {
                "move": change.move.value,
                "at": change.at.at,
                "run": change.at.entry,
                "was": _number(change.was),
                "now": _number(change.now),
                "change": _number(change.amount),
                **_interval(change.low, change.high),
                "absolute": change.absolute,
                "slope": _number(change.slope),
                "after": mover.first,
                "up_to": mover.last,
                "commits": mover.count,
                "authors": list(mover.authors),
            }
            for change, mover in history.moved
        ],
        "environments": [
            {
                "environment": band.environment,
                "series": band.series,
                "first": history.trace.points[band.first].at,
                "last": history.trace.points[band.end - 1].at,
                "runs": band.end - band.first,
                "told": dict(history.environments).get(band.environment, ""),
            }
            for band in history.trace.bands
        ],
    }


def _point(point: Point) -> dict[str, object]:
    return {
        "at": point.at,
        "run": point.entry,
        "commit": point.commit,
        "environment": point.environment,
        "value": _number(point.value),
        "n": point.n,
        "status": point.status,
    }


def _interval(low: float, high: float) -> dict[str, object]:
    return {"low": _number(low), "high": _number(high)}


def _number(value: float) -> float:
    return float(f"{value:.9g}")
