"""A gate that measures one unit and can be killed: `python -m … URL OUT SECONDS`.

Prints the reason of what it could not measure; ends with 143 where it was told to stop.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from gate.process import Stopped, stop_on_signals
from gate.runners.lighthouse import RUNNER
from gate.seams.runner import Refused, UnitAnswer
from tests.runners.lighthouse.support import ask, job, options


def main(url: str, out: str, seconds: str) -> int:
    """Open a job on one page, measure it once."""
    asked = job(Path(out), dict(os.environ), ask("lcp{page:home}"), timeout=float(seconds))
    try:
        with stop_on_signals(), RUNNER.open(asked, options(pages={"home": url})) as session:
            answer = session if isinstance(session, Refused) else session.unit(0)
    except Stopped as stopped:
        return 128 + stopped.number
    given = answer.not_found[0] if isinstance(answer, UnitAnswer) else answer
    sys.stdout.write(given.reason.sentence)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
