"""Histories for people: in the terminal, as JSON, and as a static site."""

from gate.reports.history.model import History, Mover
from gate.reports.history.record import as_json
from gate.reports.history.site import pages
from gate.reports.history.terminal import render

__all__ = ["History", "Mover", "as_json", "pages", "render"]
