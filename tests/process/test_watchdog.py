"""The gate is killed, and still nothing is left of what it started."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from gate.process import watchdog
from tests.process.support import DETACHED, gate_process, gone, living, pid_in, python

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

WATCHDOG = "from gate.process import watchdog\nprint(watchdog._guards[-1].process.pid, flush=True)"


def first_line(running: object) -> int:
    stdout = getattr(running, "stdout", None)
    assert stdout is not None
    return int(stdout.readline())


@pytest.mark.parametrize("deaf", [False, True], ids=["that listens", "deaf to SIGTERM"])
def test_a_killed_gate_leaves_no_child(deaf: bool, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = [*python(f"{DETACHED}\ndetach(sys.argv[1], {deaf})\ntime.sleep(60)"), str(note)]
    code = f"""
    with process.start({child!r}) as running:
        {WATCHDOG.replace(chr(10), "; ")}
        pathlib.Path({str(note)!r} + ".child").write_text(str(running.pid))
        time.sleep(60)
    """
    with gate_process(code) as running:
        watching = first_line(running)
        left, started = pid_in(note), pid_in(tmp_path / "pid.child")
        assert all(map(living, (watching, left, started)))
        running.send_signal(signal.SIGKILL)
        # Nothing holds the gate's own output open: who reads it learns that it is gone.
        assert running.communicate(timeout=30) == ("", "")
        assert gone(left, started, watching)


def test_it_outlives_what_asks_the_gate_to_stop(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = [*python(f"{DETACHED}\ndetach(sys.argv[1])\ntime.sleep(60)"), str(note)]
    code = f"""
    with process.start({child!r}) as running:
        {WATCHDOG.replace(chr(10), "; ")}
        time.sleep(60)
    """
    with gate_process(code) as running:
        watching, left = first_line(running), pid_in(note)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(watching, number)
        running.send_signal(signal.SIGKILL)
        assert gone(left, watching)


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("", id="by its end"),
        pytest.param("sys.exit(3)", id="by an exit"),
        pytest.param("raise SystemExit(0)", id="by an exception"),
        pytest.param("sys.stdout.flush(); os._exit(0)", id="at once, as the command line does"),
    ],
)
def test_it_goes_away_with_the_gate_without_a_word(end: str) -> None:
    code = f"process.run(['true'], timeout=5)\n{WATCHDOG}\n{end}"
    with gate_process(code, "-X", "dev", "-W", "error") as running:
        out, err = running.communicate(timeout=30)
        assert err == ""
        assert gone(int(out))


def test_one_is_enough_and_a_dead_one_is_replaced() -> None:
    code = """
    from gate.process import watchdog
    for _ in range(3):
        process.run(["true"], timeout=5)
        watching = watchdog._guards[-1].process
        print(watching.pid)
        if _ == 1:
            watching.kill()
            watching.wait()
    """
    with gate_process(code, "-X", "dev", "-W", "error") as running:
        out, err = running.communicate(timeout=30)
    first, again, other = map(int, out.split())
    assert (first == again, other == again, err) == (True, False, "")


def test_without_it_nothing_starts() -> None:
    code = """
    sys.executable = "/no/such/python"
    print(process.run(["true"], timeout=5).why)
    """
    with gate_process(code) as running:
        out, err = running.communicate(timeout=30)
    assert (out, err) == (
        "true: the watchdog could not be started: No such file or directory\n",
        "",
    )


def test_it_starts_no_second_time_in_this_process() -> None:
    from gate.process import run

    run(["true"], timeout=5)
    before = list(watchdog._guards)
    run(["true"], timeout=5)
    assert watchdog._guards == before
