"""What was dropped is said by side, with the worst that happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.quiet import Cause, Disturbance, Disturbed, Quiet, Watched
from gate.reports.quiet import disturbed_repeats
from gate.testing.sample_outcomes import passing_outcome

CC = Disturbance(Cause.OTHERS, 0.61, "cc1")
LD = Disturbance(Cause.OTHERS, 0.4, "ld")
SLOW = Disturbance(Cause.FREQUENCY, 0.9)
SLOWER = Disturbance(Cause.FREQUENCY, 0.7)


def gone(unit: int, *by: Disturbance) -> Disturbed:
    return Disturbed(unit, dropped=True, by=by)


def kept(unit: int, *by: Disturbance) -> Disturbed:
    return Disturbed(unit, dropped=False, by=by)


BOTH_SIDES = (
    "api: 2 of 12 repeats dropped on both sides and measured again (1 head, 1 base): another "
    "process (cc1) took 61 % of a core; the cores were held to 90 % of their frequency"
)
TOGETHER = (
    "api: 1 of 6 repeats dropped on both sides and measured again (1 side by side): another "
    "process (ld) took 40 % of a core"
)
KEPT = (
    "api: 2 of 6 repeats were disturbed and kept, as at most one in 5 is dropped: the cores were "
    "held to 70 % of their frequency"
)
KEPT_TOO = (
    "web: 1 of 4 repeats were disturbed and kept, as at most one in 5 is dropped: another process "
    "(cc1) took 61 % of a core"
)


@pytest.mark.parametrize(
    ("quiet", "said"),
    [
        pytest.param((), (), id="nothing was watched"),
        pytest.param((Quiet("api", Watched.HEAD, 5),), (), id="a quiet machine"),
        pytest.param(
            (
                Quiet("api", Watched.HEAD, 12, 2, (gone(3, LD),)),
                Quiet("api", Watched.BASE, 12, 2, (gone(1, CC, SLOW),)),
            ),
            (BOTH_SIDES,),
            id="both sides, the worst of each cause",
        ),
        pytest.param(
            (
                Quiet("api", Watched.HEAD, 6, 1, (gone(3, LD),)),
                Quiet("api", Watched.HEAD, 6, 1),
                Quiet("api", Watched.BASE, 6, 1, (gone(1, CC, SLOW),)),
            ),
            (BOTH_SIDES,),
            id="a first look and its confirmation",
        ),
        pytest.param(
            (
                Quiet("api", Watched.BOTH, 6, 1, (gone(0, LD), kept(0, SLOW), kept(4, SLOWER))),
                Quiet("web", Watched.HEAD, 4, 0, (kept(2, CC),)),
            ),
            (TOGETHER, KEPT, KEPT_TOO),
            id="what had to be kept, budget by budget",
        ),
    ],
)
def test_disturbed_repeats(quiet: tuple[Quiet, ...], said: tuple[str, ...]) -> None:
    assert disturbed_repeats(replace(passing_outcome(), quiet=quiet)) == said
