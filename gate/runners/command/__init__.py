"""The runner `command`: a whole command, timed and counted."""

from gate.runners.command.runner import Command

RUNNER = Command()

__all__ = ["RUNNER"]
