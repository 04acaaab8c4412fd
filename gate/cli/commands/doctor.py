"""`gate doctor`: what is here, what is missing, and how to get it; `--noise`: what it can hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gate.cli.options import opened, selecting
from gate.cli.progress import progress
from gate.cli.show import colour_wanted
from gate.cli.streams import out, plain
from gate.errors import UsageError

_MARKS = {"ok": ("✓", "32"), "warn": ("!", "33"), "bad": ("✗", "31")}


@click.command("doctor")
@click.option("--noise", is_flag=True, help="Measure head against itself: which tolerance holds?")
@click.option(
    "--time",
    "time",
    default="",
    metavar="TIME",
    help="With --noise: how long to measure, such as `2 min`. Default: the policy's `time:`.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The lines, or with --noise the numbers, as JSON."
)
@click.option("--quiet", is_flag=True, help="No progress on stderr.")
@selecting
def command(*, noise: bool, time: str, as_json: bool, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # click's parameters
    """Look at tools and machine; exit 3 where something that the budgets need is missing.

    With --noise the machine is measured instead: exit 3 where nothing could be.
    """
    if noise:
        return _noise(time, as_json=as_json, quiet=quiet, **given)
    if time or any(given.values()):
        raise UsageError(
            "--time, --only, --budgets and --profile belong to `gate doctor --noise`",
            hint="`gate doctor` alone looks at everything there is",
        )
    return _doctor(as_json=as_json)


def _doctor(*, as_json: bool) -> int:
    from gate.app.doctor import examine
    from gate.core.verdict import Exit
    from gate.tools import Level

    lines = examine(Path.cwd())
    bad = any(line.status is Level.BAD for line in lines)
    if as_json:
        import json
        from dataclasses import asdict

        out(json.dumps([asdict(line) for line in lines], indent=2, ensure_ascii=False) + "\n")
        return Exit.MISSING if bad else Exit.OK
    colour = colour_wanted()
    for line in lines:
        mark, code = _MARKS[line.status.value]
        shown = f"\x1b[{code}m{mark}\x1b[0m" if colour else mark
        out(f"{shown} {plain(f'{line.what}: {line.found}')}\n")
        if line.remedy:
            out(plain(f"  -> {line.remedy}\n"))
    return Exit.MISSING if bad else Exit.OK


def _noise(time: str, *, as_json: bool, quiet: bool, **given: Any) -> int:  # noqa: ANN401  # the same
    from gate.app.noise import measure_noise
    from gate.app.noise_table import noise_json, noise_text
    from gate.core.verdict import Exit

    seconds = _seconds(time) if time else None
    workspace = opened(**given)
    allowed = workspace.spec.promises.policy.time if seconds is None else seconds
    with progress(quiet=quiet) as told:
        noise = measure_noise(workspace, told, allowed)
    out(noise_json(noise) if as_json else plain(noise_text(noise)))
    return Exit.OK if noise.measured else Exit.MISSING


def _seconds(text: str) -> float:
    from gate.core.units import Dimension, UnitError, expect

    try:
        seconds = expect(text, Dimension.TIME)
    except UnitError as error:
        raise UsageError(f"--time {text[:40]}: {error}", hint="such as `2 min`") from None
    if seconds <= 0:
        raise UsageError(f"--time {text[:40]}: expected a time above 0", hint="such as `2 min`")
    return seconds
