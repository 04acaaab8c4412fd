"""The systems under test: prepared once for a tree, started on free ports, gone afterwards."""

from gate.seams.service import Service
from gate.services.address import refusal
from gate.services.model import Down, NotPrepared, Prepared
from gate.services.prepare import prepare
from gate.services.running import Up, running

__all__ = ["Down", "NotPrepared", "Prepared", "Service", "Up", "prepare", "refusal", "running"]
