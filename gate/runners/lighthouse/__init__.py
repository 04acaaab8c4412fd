"""Lighthouse: pages loaded and flows run in a real Chrome, one load a unit.

Driven directly through its Node API, or by Lighthouse CI where a team has a lighthouserc.
"""

from __future__ import annotations

from gate.runners.lighthouse.runner import RUNNER

__all__ = ["RUNNER"]
