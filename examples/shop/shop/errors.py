"""What stops the shop from starting."""

from __future__ import annotations


class ShopError(Exception):
    """A reason that a person can do something about, and what."""

    def __init__(self, what: str, hint: str) -> None:
        """Keep both sentences."""
        super().__init__(what)
        self.what = what
        self.hint = hint
