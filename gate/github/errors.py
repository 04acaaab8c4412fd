"""What GitHub refused or could not answer."""

from __future__ import annotations

from gate.errors import GateError

UNKNOWN = 0
"""The status of an answer that never came: what was asked may have been done or not."""


class GitHubError(GateError):
    """A request that GitHub did not grant: its status, `UNKNOWN` where there was no answer."""

    def __init__(self, message: str, *, status: int = UNKNOWN, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status

    @property
    def denied(self) -> bool:
        """Whether the token may not do that, as that of a fork's change may not write."""
        return self.status in {401, 403, 404}

    @property
    def lost(self) -> bool:
        """Whether it is not known if what was asked was done."""
        return self.status == UNKNOWN or self.status >= 500
