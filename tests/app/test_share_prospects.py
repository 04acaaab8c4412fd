"""What a plan says of limits on shares."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gate.app.share_prospects import share_lines
from gate.core.past import Past
from gate.core.run import Measurement
from gate.core.sample import Counts, Unit
from gate.testing import samples
from tests.spec.fakes import read, write

BUDGET = """\
runner: k6
script: load.js
base: http://127.0.0.1:1
objectives:
  - sli: rate(http_req_failed)
    limit: 2%
"""


def lines(root: Path, events: int) -> list[str]:
    write(root, api=BUDGET)
    (root / "load.js").write_text("export default () => {}")
    spec = read(root)
    budget = spec.budget("api")
    (objective,) = budget.objectives
    measured = Measurement(
        objective.id,
        objective.sli,
        objective.dimension,
        objective.better,
        objective.kind,
        (Unit(Counts(max(events, 0), 10_000), 0),),
    )
    run = replace(samples.run(), measurements=(measured,))
    past = (Past(run, samples.outcome(run), 1),) if events >= 0 else ()
    return list(share_lines(spec, budget, past))


def test_room_to_spare_is_told(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, 100)
    assert line == (
        "  api/rate(http_req_failed): limit, headroom +99 %, undecided and blocked in 0 % of runs\n"
    )


def test_a_share_at_its_limit_is_often_blocked(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, 199)
    assert "blocked in 4" in line


def test_without_a_stored_run_nothing_is_claimed(tmp_path: Path) -> None:
    (line,) = lines(tmp_path, -1)
    assert "after the first stored run" in line
