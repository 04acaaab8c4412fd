"""What preparing and starting a service can end in."""

from __future__ import annotations

from dataclasses import dataclass

from gate.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class Down:
    """A service that cannot be measured, and why. Nothing of it runs."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tree that is built. `kept` says that an earlier preparation still holds."""

    kept: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NotPrepared:
    """A tree that could not be built, and why."""

    reason: Reason
