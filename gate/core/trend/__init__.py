"""How one number moved over many runs: its levels, its drifts, and where they change."""

from gate.core.trend.point import Point, Story
from gate.core.trend.trace import Band, Change, Move, Stretch, Trace, Track, trace

__all__ = ["Band", "Change", "Move", "Point", "Story", "Stretch", "Trace", "Track", "trace"]
