"""Errors that the user can mend. Anything else that is raised is our bug and shows itself."""

from __future__ import annotations

from gate.core.exits import Exit


class GateError(Exception):
    """Something the user can mend: what is wrong, a hint what to do, and the exit code."""

    exit: Exit = Exit.USAGE

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the hint beside the message."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GateError):
    """The command line or the checkout is wrong."""


class SpecError(GateError):
    """A budget file is wrong; the message starts with its place."""


class StoreError(GateError):
    """A store of baselines cannot be read or written."""


class RecordError(GateError):
    """A run or outcome record cannot be read."""


class ToolError(GateError):
    """A tool cannot be installed or used at all."""

    exit = Exit.MISSING


class NothingToDoError(GateError):
    """There is no budget at all, so nothing could be measured."""

    exit = Exit.MISSING
