"""`python -m gate` is the command."""

from gate.cli import entry

entry()
