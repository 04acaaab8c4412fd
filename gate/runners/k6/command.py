"""How k6 is called: flags that v0.57 to v2.2 know, and none that only some of them do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

# The REST API stays off, so that two runs never ask for the same port.
_LOG = ("--no-color", "--log-format", "json", "--log-output", "stderr")
_ALONE = ("--address", "", "--include-system-env-vars=true")


def run(k6: Path, module: Path, config: Path, samples: Path, outputs: Iterable[str]) -> list[str]:
    """Run the module; every sample goes to `samples`, gzipped, and to the user's own outputs.

    It is not quiet: its progress on stdout alone says how many iterations were interrupted.
    """
    also = [part for output in outputs for part in ("--out", output)]
    return [
        *(str(k6), "run", *_LOG, *_ALONE, "--no-usage-report"),
        *("--config", str(config)),
        *("--out", f"json={samples}", *also),
        str(module),
    ]


def archive(k6: Path, module: Path, config: Path) -> list[str]:
    """Check the script with its thresholds, and write all that it is made of to stdout."""
    return [
        *(str(k6), "archive", "--quiet", *_LOG, *_ALONE, "--exclude-env-vars"),
        *("--config", str(config), "--archive-out", "-", str(module)),
    ]


def inspect(k6: Path, module: Path, config: Path) -> list[str]:
    """Run a module's beginning only."""
    return [str(k6), "inspect", "--quiet", *_LOG, *_ALONE, "--config", str(config), str(module)]
