"""The pure core: values in, verdicts out. No files, clock, environment or randomness."""
