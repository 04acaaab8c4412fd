"""What `gate doctor --noise` prints, byte for byte."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from gate.app.holding import HOLDS, NOT, UNKNOWN, Holding
from gate.app.noise import Noise
from gate.app.noise_table import facts, noise_json, noise_text
from gate.core.metric import Kind
from gate.core.quiet import Cause, Disturbance, Disturbed, Quiet, Reading, Watched
from gate.tools.probe import Machine

MACHINE = Machine(
    cores=4,
    quota=None,
    memory=8 << 30,
    load=0.75,
    pressure=0.02,
    governor="powersave",
    sandbox=True,
    superuser=False,
    now=0.0,
)
MOMENT = Reading(1.0, others=0.3, who="backup", unsure=0.01, busy=0.5, stolen=0.01)
HELD = (
    Holding(
        'bench/median(time{test:"test_a"})',
        "at most 5 % worse",
        HOLDS,
        units=7,
        detect=0.1,
        spread=0.012,
        finds=0.071,
        smallest=0.0,
        least=5,
        finds_least=0.083,
        most=11,
        finds_most=0.064,
        needs=4,
    ),
    Holding(
        "api/p95(http_req_duration)",
        "at most 5 % worse",
        NOT,
        "14 repeats would hold it: raise `repeat:` to 14; or measure on a quieter machine",
        units=3,
        kind=Kind.LATENCY,
        detect=0.1,
        spread=0.08,
        finds=1.4,
        smallest=None,
        least=5,
        finds_least=0.4,
        most=11,
        finds_most=0.21,
        needs=14,
    ),
    Holding("bundle/sum(size{file:app})", "no worse", HOLDS, units=1, kind=Kind.EXACT),
    Holding("db/mean(query_duration)", "at most 5 % worse", UNKNOWN, "there is no tool k6"),
)
CC = Disturbed(2, dropped=True, by=(Disturbance(Cause.OTHERS, 0.61, "cc1"),))
NOISE = Noise(
    MACHINE,
    MOMENT,
    ("throttling for heat",),
    118.4,
    (Quiet("bench", Watched.BOTH, 8, 1, (CC,)),),
    HELD,
)


def test_the_table(golden: Any) -> None:
    golden("noise.txt", noise_text(NOISE))


def test_the_json(golden: Any) -> None:
    golden("noise.json", noise_json(NOISE))
    assert json.loads(noise_json(NOISE))["objectives"][1]["needs"] == 14


def test_a_machine_that_tells_little_is_not_guessed() -> None:
    silent = replace(MACHINE, load=None, pressure=None, governor=None, quota=1.5)
    told = dict(facts(replace(NOISE, machine=silent, moment=Reading(1.0), quiet=(), untold=())))
    assert told == {"cores": "1.5", "measured for": "118 s"}


@pytest.mark.parametrize(("held", "measured"), [(HELD, True), (HELD[3:], False), ((), False)])
def test_whether_anything_was_measured(held: tuple[Holding, ...], measured: bool) -> None:
    assert replace(NOISE, held=held).measured is measured
