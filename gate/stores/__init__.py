"""Stores of runs: opened from the policy's `baseline.store`."""

from gate.stores.registry import open_store

__all__ = ["open_store"]
