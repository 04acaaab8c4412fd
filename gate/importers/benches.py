"""A pytest-benchmark budget with a tolerance for every test, for the two tools that watch one."""

from __future__ import annotations

from gate.importers.shape import Asked, Draft, Ledger, Line

NOT_OURS = (
    "perfgate has no runner for its output; the runner `command` times a program, "
    "pytest-benchmark times Python"
)


def draft(ledger: Ledger, paths: tuple[str, ...], asked: Asked) -> Draft:
    """The budget; `paths` are those of the pytest command in the file."""
    chosen = asked.paths or paths
    why = "given with --path" if asked.paths else "the paths of the pytest command in the file"
    if not chosen and ledger.promises:
        chosen = (".",)
        why = "the file names no path: write where your benchmarks lie"
    head = (
        Line("runner", "pytest-benchmark", "pytest-benchmark measures"),
        Line("paths", tuple(dict.fromkeys(chosen)), why),
    )
    return Draft("bench", head, tuple(ledger.promises))
