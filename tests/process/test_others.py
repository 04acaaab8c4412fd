"""What others take of the processors is seen, and what we take is never taken for theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from gate.process import others
from gate.process.others import Cost, Key, Look, amounts_of, read_cost
from tests.process.support import gate_process, python

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

BURN = """
import sys, time
open("/proc/self/comm", "w").write(sys.argv[1])
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    pass
"""

# What a gate sees while it runs children that burn, in every way in which they can hide.
WATCHING = f"""
import json
from gate.process import others
BURN = {BURN!r}
def burner(name, seconds, *before):
    return [*before, sys.executable, "-I", "-S", "-c", BURN, name, seconds]
DETACH = '''
import os, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    os._exit(0)
os.wait()
'''
before = others.look()
with process.start(burner("ours-child", "9")), process.start(
    [sys.executable, "-I", "-S", "-c", DETACH, *burner("ours-detached", "9")]
), process.start(burner("ours-bare", "9", "env", "-i")):
    process.run(burner("ours-reaped", "0.3"), timeout=20)
    process.run([sys.executable, "-I", "-S", "-c", DETACH, *burner("ours-orphan", "0.2")],
                timeout=20)
    time.sleep(1.0)
    after = others.look(before.ours)
    theirs = others.amounts_of(before, after)
    print(json.dumps({{
        "others": {{cost.name: amount for cost, amount in theirs.items()}},
        "ours": sorted({{after.costs[key].name for key in after.ours}}),
        "taken": others.taken(before, after).sure,
    }}))
"""


@linux
def test_a_burner_of_others_is_seen_and_ours_are_not() -> None:
    argv = [*python(BURN), "theirs", "60"]
    with subprocess.Popen(argv) as burner:
        try:
            with gate_process(WATCHING) as gate:
                said, complaint = gate.communicate(timeout=60)
        finally:
            burner.kill()
    assert said, complaint
    seen = json.loads(said)
    assert seen["others"]["theirs"] > 0
    assert not [name for name in seen["others"] if name.startswith("ours-")]
    assert {"ours-child", "ours-detached", "ours-bare"} <= set(seen["ours"])
    assert seen["taken"] > 0


GATE, SHELL, MAKE, CC, OURS, INIT = (Key(pid, "1") for pid in (50, 40, 60, 61, 51, 1))


def cost(key: Key, parent: int, own: float, children: float = 0.0, **more: bool) -> Cost:
    kernel, zombie = more.get("kernel", False), more.get("zombie", False)
    return Cost(key, parent, 0, f"p{key.pid}", own, children, kernel, zombie)


def seen(*costs: Cost) -> Look:
    found: Mapping[Key, Cost] = {each.key: each for each in costs}
    ours = frozenset({GATE, OURS} & found.keys())
    return Look(0.0, found, ours, frozenset({40, 1}))


AROUND = (cost(INIT, 0, 1.0), cost(SHELL, 1, 1.0), cost(GATE, 40, 5.0))


@pytest.mark.parametrize(
    ("before", "after", "amounts"),
    [
        pytest.param(AROUND, AROUND, {}, id="nobody did anything"),
        pytest.param(
            (*AROUND, cost(MAKE, 1, 1.0)), (*AROUND, cost(MAKE, 1, 1.5)), {60: 0.5}, id="another"
        ),
        pytest.param(AROUND, (*AROUND, cost(MAKE, 1, 0.5)), {60: 0.5}, id="another that began"),
        pytest.param(
            (*AROUND, cost(MAKE, 1, 1.0)),
            (*AROUND, cost(MAKE, 1, 1.0, 0.75)),
            {60: 0.75},
            id="children of another that came and went",
        ),
        pytest.param(
            (*AROUND, cost(MAKE, 1, 1.0), cost(CC, 60, 3.0)),
            (*AROUND, cost(MAKE, 1, 1.0, 3.25)),
            {60: 0.25},
            id="what a child had before is not counted again when its parent gets it",
        ),
        pytest.param(
            (*AROUND, cost(MAKE, 1, 1.0), cost(CC, 60, 3.0)),
            (*AROUND, cost(MAKE, 1, 1.0)),
            {},
            id="a parent that got nothing owes nothing",
        ),
        pytest.param(
            AROUND,
            (cost(INIT, 0, 1.0, 9.0), cost(SHELL, 1, 1.0, 9.0), cost(GATE, 40, 9.0, 9.0)),
            {},
            id="orphans of ours that ended at our ancestors, and we ourselves",
        ),
        pytest.param(
            (*AROUND, cost(OURS, 50, 1.0)), (*AROUND, cost(OURS, 1, 4.0)), {}, id="once ours"
        ),
        pytest.param(
            (*AROUND, cost(OURS, 50, 1.0)),
            (*AROUND, cost(MAKE, 1, 0.0)),
            {},
            id="ours that ended",
        ),
        pytest.param(
            (*AROUND, cost(MAKE, 2, 1.0, kernel=True)),
            (*AROUND, cost(MAKE, 2, 4.0, kernel=True)),
            {},
            id="the kernel's own threads, which carry our packets",
        ),
        pytest.param(
            AROUND, (*AROUND, cost(MAKE, 1, 4.0, zombie=True)), {}, id="an unknown that is dead"
        ),
    ],
)
def test_whose_time_it_is(
    before: tuple[Cost, ...], after: tuple[Cost, ...], amounts: dict[int, float]
) -> None:
    found = amounts_of(seen(*before), seen(*after))
    assert {each.key.pid: amount for each, amount in found.items()} == amounts


LINE = b"7 (a ) b) S 3 7 6 0 -1 4194560 0 0 0 0 120 30 40 10 20 0 1 0 777 0 0 0"


def test_a_line_of_the_kernel() -> None:
    found = read_cost(7, LINE, 100)
    assert found == Cost(Key(7, "777"), 3, 6, "a ) b", 1.5, 0.5, kernel=False, zombie=False)


@pytest.mark.parametrize("line", [b"", b"7 (x) S 3", b"7 (x S 3 7 6"])
def test_a_line_that_is_cut_is_nobody(line: bytes) -> None:
    assert read_cost(7, line, 100) is None


@linux
def test_who_listens_may_have_worked_for_us() -> None:
    code = """
    import socket, sys, time
    open("/proc/self/comm", "w").write(sys.argv[1])
    line = socket.create_server(("127.0.0.1", 0)) if sys.argv[1] == "server" else None
    print("up", flush=True)
    while True:
        pass
    """
    with (
        subprocess.Popen([*python(code), "server"], stdout=subprocess.PIPE) as server,
        subprocess.Popen([*python(code), "worker"], stdout=subprocess.PIPE) as worker,
    ):
        try:
            for each in (server, worker):
                assert each.stdout is not None
                each.stdout.readline()
            listening = others._listening()
            assert others._serves(server.pid, listening)
            assert not others._serves(worker.pid, listening)
        finally:
            server.kill()
            worker.kill()
    assert others._serves(server.pid, listening), "nobody can look into one that is gone"
