"""Which checks are left, in which order, and until when one is begun."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from bench.against.work import Row, Work, default_folder


def left(work: Work, wanted: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is not done yet: kind and number, each kind spread over the whole.

    So what was stopped has some of every kind in proportion, and a machine that is slow for a while
    is slow for all of them. The first kind begins.
    """
    jobs = [
        ((number + at / len(wanted)) / times, kind, number)
        for at, (kind, times) in enumerate(wanted.items())
        for number in range(times)
        if number not in work.numbers(kind)
    ]
    return [(kind, number) for _, kind, number in sorted(jobs)]


def run(
    work: Work,
    wanted: Mapping[str, int],
    one: Callable[[str, int], Row],
    told: Callable[[Row], str],
    within: float,
) -> None:
    """Run what is left, one after the other; none is begun after `within` seconds."""
    began, jobs = time.monotonic(), left(work, wanted)
    for at, (kind, number) in enumerate(jobs):
        if time.monotonic() - began > within:
            print(f"{within:.0f} s are over, {len(jobs) - at} checks are left", flush=True)
            return
        print(f"{at + 1} of {len(jobs)}: {told(one(kind, number))}", flush=True)


def tidy_when_terminated() -> None:
    """Let SIGTERM do what Ctrl-C does: the check is ended, what was planted is taken away."""
    signal.signal(signal.SIGTERM, _stopped)


def _stopped(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def parser(about: str | None, folder: str) -> argparse.ArgumentParser:
    """The options that every long benchmark has."""
    made = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "--work", type=Path, default=default_folder() / folder, help="keeps what was done"
    )
    made.add_argument(
        "--within", type=float, default=float("inf"), help="seconds after which no check is begun"
    )
    made.add_argument("--mixed", action="store_true", help="count other versions' checks, too")
    made.add_argument("--write", action="store_true", help="put the tables into docs/against.md")
    return made
