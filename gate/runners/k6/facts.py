"""What a unit knows about causes: the slowest requests by name, the errors by name."""

from __future__ import annotations

from collections import Counter

from gate.core.units import Dimension, show
from gate.runners.k6.histogram import Histogram
from gate.runners.k6.points import Point

_SHOWN = 3
_NAMES = 200  # a name for each URL would be no fact but a second record
_OTHER = "(other names)"

Facts = tuple[tuple[str, str], ...]


class Slowest:
    """The 95th percentile of each request name."""

    def __init__(self) -> None:
        """Begin empty."""
        self._names: dict[str, Histogram] = {}

    def add(self, point: Point, seconds: float) -> None:
        """Take in one request."""
        name = point.tags.get("name", _OTHER)
        if name not in self._names and len(self._names) >= _NAMES:
            name = _OTHER
        histogram = self._names.get(name)
        if histogram is None:
            histogram = self._names[name] = Histogram()
        histogram.add(seconds)

    def facts(self) -> Facts:
        """The slowest names; nothing where all requests have one name."""
        if len(self._names) < 2:
            return ()
        slow = sorted(
            ((h.quantile(0.95), name, h.n) for name, h in self._names.items()),
            key=lambda each: (-each[0], each[1]),
        )
        parts = [f"{name} p95 {show(p95, Dimension.TIME)} (n {n})" for p95, name, n in slow]
        return (("slowest requests", "; ".join(parts[:_SHOWN])),)


class Failures:
    """How often each kind of failure came at each name."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kinds: Counter[tuple[str, str]] = Counter()

    def add(self, point: Point) -> None:
        """Count one failed request."""
        where = point.tags.get("name") or point.tags.get("url") or _OTHER  # a socket has no name
        key = (_kind(point.tags), where)
        if key not in self._kinds and len(self._kinds) >= _NAMES:
            key = (key[0], _OTHER)
        self._kinds[key] += 1

    @property
    def n(self) -> int:
        """How many failed."""
        return self._kinds.total()

    def text(self) -> str:
        """The commonest failures, "" where nothing failed."""
        common = sorted(self._kinds.items(), key=lambda each: (-each[1], each[0]))
        return "; ".join(f"{n} x {kind} at {name}" for (kind, name), n in common[:_SHOWN])

    def facts(self) -> Facts:
        """The commonest failures as a fact."""
        text = self.text()
        return (("failed requests", text),) if text else ()


def _kind(tags: dict[str, str]) -> str:
    status = tags.get("status", "0")
    if status != "0":
        return f"status {status}"
    error = tags.get("error", "")[:120] or "no answer"
    return f"{error} (error code {tags['error_code']})" if "error_code" in tags else error
