"""Two processes whose rounds alternate, and the CPU time of each round."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

from gate import process
from gate.runners.pytest_benchmark import inside
from gate.runners.pytest_benchmark.beside import Beside, Call, run_beside
from gate.runners.pytest_benchmark.referee import Referee

LOGS = """
import os, time
def note(test):
    with open(os.environ["LOG"], "a") as log:
        log.write(f"{os.environ['NAME']} {test} {time.monotonic()}\\n")
def test_a(benchmark):
    benchmark.pedantic(lambda: (note("a"), time.sleep(0.02)), rounds=6)
"""


def call(folder: Path, name: str, text: str = LOGS, *more: str, log: str = "log") -> Call:
    """A pytest process with the plugin."""
    place = folder / name
    place.mkdir()
    (place / "test_x.py").write_text(text)
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    env |= {"NAME": name, "LOG": str(folder / log)}
    env |= {"PYTHONPATH": str(Path(inside.__file__).parent), "PERFGATE_CPU": str(place / "cpu")}
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "benchmark", "-p", "perfgate_turns"]
    argv += ["-p", "no:cacheprovider", f"--rootdir={place}", "--benchmark-disable-gc", *more]
    return Call([*argv, f"--benchmark-json={place}/out.json", str(place)], place, env)


def notes(folder: Path) -> list[tuple[str, str]]:
    lines = (folder / "log").read_text().splitlines()
    return [(name, test) for name, test, _ in map(str.split, lines)]


def codes(ended: tuple[Beside, Beside]) -> list[int]:
    return [e.done.code if isinstance(e.done, process.Finished) else -1 for e in ended]


@pytest.mark.parametrize("first", [0, 1])
def test_rounds_alternate(first: int, tmp_path: Path) -> None:
    ended = run_beside((call(tmp_path, "head"), call(tmp_path, "base")), timeout=60, first=first)
    assert codes(ended) == [0, 0]
    names = [name for name, _ in notes(tmp_path)]
    # The last call of each is pytest-benchmark's own, for the result.
    one, other = ("base", "head") if first else ("head", "base")
    assert names[:12] == [one, other] * 6


def test_every_round_has_its_cpu_time(tmp_path: Path) -> None:
    burns = (
        "def test_a(benchmark): benchmark.pedantic(sum, args=(range(200_000),), rounds=5)\n"
        "def test_b(benchmark): benchmark.pedantic(sum, args=([1],), rounds=3, iterations=50)\n"
        "def test_c(benchmark): benchmark(sum, [1])\n"
        "def test_d(): pass\n"
    )
    quick = ("--benchmark-max-time=0.01", "--benchmark-min-rounds=3", "--benchmark-warmup=on")
    run_beside(
        (call(tmp_path, "head", burns, *quick), call(tmp_path, "base", burns, *quick)),
        timeout=60,
        first=0,
    )
    for name in ("head", "base"):
        written = json.loads((tmp_path / name / "out.json").read_bytes())["benchmarks"]
        rounds = {each["fullname"]: each["stats"]["data"] for each in written}
        spent = json.loads((tmp_path / name / "cpu").read_bytes())
        assert {test: len(each) for test, each in spent.items() if each} == {
            test: len(each) for test, each in rounds.items()
        }
        wall, cpu = rounds["test_x.py::test_a"], spent["test_x.py::test_a"]
        assert all(0 < c < 1.5 * w + 0.001 for w, c in zip(wall, cpu, strict=True))


OTHERS = {
    "one has a test more": LOGS + "def test_b(benchmark): benchmark.pedantic(note, args=('b',))\n",
    "one fails": LOGS.replace("def test_a(benchmark):", "def test_a(benchmark):\n    1 / 0\n#"),
    "one dies": LOGS + "def test_0(): os._exit(3)\n",
    "one cannot be imported": "import nothing\n",
    "one has no test": "\n",
}


@pytest.mark.parametrize("what", OTHERS)
def test_nobody_waits_for_what_never_comes(what: str, tmp_path: Path) -> None:
    head = call(tmp_path, "head")
    other = call(tmp_path, "base", OTHERS[what])
    began = time.monotonic()
    ended = run_beside((head, other), timeout=60, first=1)
    assert codes(ended)[0] == 0
    assert time.monotonic() - began < 50
    assert [name for name, test in notes(tmp_path) if test == "a"].count("head") == 6


def test_one_that_does_not_start_leaves_the_other(tmp_path: Path) -> None:
    head = call(tmp_path, "head")
    ended = run_beside((head, Call(["/nowhere"], tmp_path, {})), timeout=60, first=1)
    assert codes(ended) == [0, -1]


def test_a_time_out_ends_both(tmp_path: Path) -> None:
    hangs = "import time\ndef test_a(benchmark): benchmark(time.sleep, 60)\n"
    calls = call(tmp_path, "head", hangs), call(tmp_path, "base", hangs)
    ended = run_beside(calls, timeout=15, first=1)
    assert [isinstance(e.done, process.Finished) and e.done.timed_out for e in ended] == [True] * 2
    assert [e.waited for e in ended] == [True, False]


def test_without_the_plugin_both_just_run(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", "print(1)"]
    calls = (Call(argv, tmp_path, os.environ), Call(argv, tmp_path, os.environ))
    assert codes(run_beside(calls, timeout=60, first=0)) == [0, 0]


def test_a_stranger_on_the_line_is_not_believed() -> None:
    ours, theirs = zip(socket.socketpair(), socket.socketpair(), strict=True)
    referee = Referee((ours[0], ours[1]), 0)
    until = time.monotonic() + 20
    thread = threading.Thread(target=referee.run, args=(lambda: True, until))
    thread.start()
    theirs[0].sendall(b'\xff\n{"a": 1}\n[1, 2]\n7\n"x"\n["take"]\n["take", "t"]\n["give", null]\n')
    theirs[1].close()
    assert theirs[0].recv(1) == b"g"
    theirs[0].close()
    thread.join(20)
    assert not thread.is_alive()
    for line in ours:
        line.close()
