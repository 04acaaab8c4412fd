"""Distributions and intervals in plain arithmetic; no dependency, the same digits everywhere."""
