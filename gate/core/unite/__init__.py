"""Uniting: the runs of one check, measured in shards, become the run that is judged. Pure."""

from gate.core.unite.given import Given, Refusal
from gate.core.unite.whole import unite

__all__ = ["Given", "Refusal", "unite"]
