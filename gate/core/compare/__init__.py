"""Comparing: two sides, the runs before them and what is tolerated become a comparison. Pure."""
