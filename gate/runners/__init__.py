"""The runners: one package for each tool, found by name in `gate.runners.registry`."""
