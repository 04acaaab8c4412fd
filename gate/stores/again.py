"""Trying again, a bounded number of times with growing pauses of chance length.

Chance keeps writers that met once from meeting again and again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

_SHORTEST, _LONGEST = 0.02, 2.0


def pauses(seconds: float) -> Iterator[int]:
    """The number of each try, from 0, pausing before the next until `seconds` have gone by.

    The last try begins before the time is over; a try itself may take longer.
    """
    chance = random.Random()  # noqa: S311  # no secret: it only spreads the writers out
    end = time.monotonic() + seconds
    longest, tries = _SHORTEST, 0
    while True:
        yield tries
        tries += 1
        pause = chance.uniform(0.0, longest)
        if time.monotonic() + pause >= end:
            return
        time.sleep(pause)
        longest = min(longest * 1.6, _LONGEST)
