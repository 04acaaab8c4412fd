"""Reports: an outcome becomes text. Pure: no clock, no network, no file but the package's own."""

from gate.reports.registry import find, names

__all__ = ["find", "names"]
