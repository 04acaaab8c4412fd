"""Being asked to stop: once is enough, and nothing that we started is left."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.process import Stopped, stop_on_signals
from gate.process.signals import shielded
from tests.process.support import DETACHED, gate_process, gone, living, pid_in, python, until

# A gate that runs a child with a detached grandchild, and says how it ended.
GATE = """
child = {child!r}
note = {note!r}
try:
    with process.stop_on_signals():
        with process.start(child, grace={grace}) as running:
            pathlib.Path(note + ".child").write_text(str(running.pid))
            running.wait(60)
except process.Stopped as stopped:
    print("left:", tree.marked(tree.session_mark()), flush=True)
    sys.stdout.flush()
    os._exit(128 + stopped.number)
"""


def gate(note: Path, child: str, grace: float = 6.0) -> str:
    argv = [*python(DETACHED + child), str(note)]
    return GATE.format(child=argv, note=str(note), grace=grace)


POLITE = "detach(sys.argv[1])\ntime.sleep(60)"
DEAF = "detach(sys.argv[1])\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(60)"


def ended(started: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = started.communicate(timeout=30)
    return started.returncode, out, err


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param(signal.SIGINT, 130, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, id="SIGTERM"),
        pytest.param(signal.SIGHUP, 129, id="a terminal that closes"),
    ],
)
def test_a_signal_ends_every_child(number: signal.Signals, code: int, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with gate_process(gate(note, POLITE)) as running:
        left = pid_in(note)
        running.send_signal(number)
        assert ended(running) == (code, "left: ()\n", "")
    assert gone(left)


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_a_second_signal_does_not_stop_the_clean_up(second: signal.Signals, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with gate_process(gate(note, DEAF, grace=1.0)) as running:
        left, child = pid_in(note), pid_in(tmp_path / "pid.child")
        running.send_signal(signal.SIGINT)
        while running.poll() is None:
            running.send_signal(second)
            with_pause(0.01)
        assert ended(running) == (130, "left: ()\n", "")
    assert gone(left, child)


def with_pause(seconds: float) -> None:
    threading.Event().wait(seconds)


@pytest.mark.parametrize("moment", [0.0, 0.2], ids=["at its beginning", "in its middle"])
def test_a_first_signal_during_the_clean_up_waits_for_its_end(
    moment: float, tmp_path: Path
) -> None:
    note = tmp_path / "pid"
    child = [*python(DETACHED + DEAF), str(note)]
    code = f"""
    started = process.start({child!r}, grace=2.5)
    try:
        with process.stop_on_signals(), started:
            while not os.path.exists({str(note)!r}): time.sleep(0.01)
            print("ending", flush=True)
    finally:
        print("left:", tree.marked(tree.session_mark()), flush=True)
    """
    with gate_process(code) as running:
        left = pid_in(note)
        assert running.stdout is not None
        assert running.stdout.readline() == "ending\n"
        with_pause(moment)
        running.send_signal(signal.SIGTERM)
        code_, out, err = ended(running)
    assert (code_, out) == (1, "left: ()\n")
    assert err.endswith("gate.process.signals.Stopped: 15\n")
    assert gone(left)


def test_a_keyboard_interrupt_ends_every_child_as_well(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = [*python(DETACHED + POLITE), str(note)]
    code = f"""
    try:
        process.run({child!r}, timeout=60)
    except KeyboardInterrupt:
        print("left:", tree.marked(tree.session_mark()))
    """
    with gate_process(code) as running:
        left = pid_in(note)
        running.send_signal(signal.SIGINT)
        assert ended(running) == (0, "left: ()\n", "")
    assert gone(left)


def test_a_check_under_nohup_outlives_its_terminal() -> None:
    code = """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with process.stop_on_signals():
        print("up", flush=True)
        done = process.run(["sleep", "0.5"], timeout=20)
    print(done.code)
    """
    with gate_process(code) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        running.send_signal(signal.SIGHUP)
        assert ended(running) == (0, "0\n", "")


def test_what_is_started_while_cleaning_up_still_listens() -> None:
    code = """
    try:
        with process.stop_on_signals():
            try:
                os.kill(os.getpid(), signal.SIGINT)
            finally:
                done = process.run(["sleep", "60"], timeout=0.2, grace=20)
                print(done.code, done.timed_out)
    except process.Stopped as stopped:
        print(stopped.number)
    """
    with gate_process(code) as running:
        assert ended(running) == (0, "-15 True\n2\n", "")


@pytest.mark.parametrize("spread", range(3))
def test_a_signal_at_any_moment_of_many_starts(spread: int, tmp_path: Path) -> None:
    code = """
    try:
        with process.stop_on_signals():
            print("up", flush=True)
            while True:
                process.run(["true"], timeout=5)
    except process.Stopped as stopped:
        print(stopped.number, tree.marked(tree.session_mark()))
    """
    with gate_process(code) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        with_pause(0.1 + spread * 0.0137)
        running.send_signal(signal.SIGTERM)
        assert ended(running) == (0, "15 ()\n", "")


@pytest.fixture
def kept() -> Iterator[None]:
    """The handlers of the tests themselves, put back whatever happens."""
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("kept")
def test_a_signal_raises_once() -> None:

    def asked_thrice() -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGTERM)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(Stopped) as caught, stop_on_signals():
        asked_thrice()
    assert caught.value.number == signal.SIGTERM
    # The process is about to end with the code of the first one.
    signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGINT)


def test_what_was_there_before_comes_back() -> None:
    before = {number: signal.getsignal(number) for number in (2, 15, 1)}
    with stop_on_signals(), shielded():
        assert signal.getsignal(signal.SIGINT) is not before[2]
    assert {number: signal.getsignal(number) for number in (2, 15, 1)} == before


@pytest.mark.usefixtures("kept")
def test_a_shield_holds_signals_back() -> None:
    done: list[bool] = []

    def work() -> None:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        done.append(True)

    with pytest.raises(Stopped) as caught, stop_on_signals(), shielded(), shielded():
        work()
    assert (caught.value.number, done) == (15, [True])


def test_in_another_thread_nothing_changes() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work() -> None:
        with stop_on_signals(), shielded():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_gone_means_gone() -> None:
    # The tests above believe it: a process that lives must not look gone.
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        assert not until(lambda: not living(sleeper.pid), 0.1)
        sleeper.kill()
    assert gone(sleeper.pid)
