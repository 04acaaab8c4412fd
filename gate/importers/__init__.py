"""Budgets out of what a repository already promises in the words of another tool.

One module a format, each from text to drafts; nothing here reads a file or starts a program.
"""

from gate.importers.given import Given, UnreadableError
from gate.importers.registry import FORMATS, Format, detect, find
from gate.importers.shape import Asked, Draft, Imported, Kept, Lost, Promise
from gate.importers.text import Written, written

__all__ = [
    "FORMATS",
    "Asked",
    "Draft",
    "Format",
    "Given",
    "Imported",
    "Kept",
    "Lost",
    "Promise",
    "UnreadableError",
    "Written",
    "detect",
    "find",
    "written",
]
