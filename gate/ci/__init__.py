"""Where we run: git facts, which CI, and which commit to compare with."""
