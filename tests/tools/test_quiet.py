"""What the machine tells about itself becomes a reading; what it does not tell stays untold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gate.tools.quiet import Counters, Look, Watch, counters, reading

TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
FIRST = "sys/devices/system/cpu/cpu0"


def put(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_an_empty_machine_tells_nothing(tmp_path: Path) -> None:
    found = counters(tmp_path)
    assert (found.busy, found.stolen, found.ceilings, found.clock) == (None, None, (), None)
    assert (found.hot, found.throttled, found.waited) == (None, None, None)
    untold = Watch(tmp_path).untold()
    assert {"steal", "the cores' frequency", "throttling for heat"} <= set(untold)


def test_a_machine_that_tells_everything(tmp_path: Path) -> None:
    put(tmp_path, "proc/stat", f"cpu  {5 * TICK} 0 {TICK} 900 7 3 2 {TICK} 0 0\ncpu0 1 2\n")
    put(tmp_path, f"{FIRST}/cpufreq/scaling_max_freq", "3000000\n")
    put(tmp_path, f"{FIRST}/cpufreq/scaling_cur_freq", "1500000\n")
    put(tmp_path, f"{FIRST}/cpufreq/cpuinfo_max_freq", "3000000\n")
    put(tmp_path, f"{FIRST}/thermal_throttle/core_throttle_count", "4\n")
    put(tmp_path, f"{FIRST}/thermal_throttle/package_throttle_count", "3\n")
    put(tmp_path, "proc/self/cgroup", "0::/docker/abc\n")
    put(tmp_path, "sys/fs/cgroup/cpu.stat", "usage_usec 9\nthrottled_usec 2500000\n")
    put(tmp_path, "proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n")
    found = counters(tmp_path)
    assert (found.busy, found.stolen) == (6.0, 1.0)
    assert (found.ceilings, found.clock, found.hot) == ((3000000.0,), 0.5, 7)
    assert (found.throttled, found.waited) == (2.5, 1.5)


@pytest.mark.parametrize(
    ("path", "text", "seconds"),
    [
        pytest.param("sys/fs/cgroup/job/cpu.stat", "throttled_usec 1000000\n", 1.0, id="its own"),
        pytest.param("sys/fs/cgroup/cpu.stat", "throttled_usec 2000000\n", 2.0, id="a container"),
        pytest.param("sys/fs/cgroup/cpu/cpu.stat", "throttled_time 3000000000\n", 3.0, id="v1"),
        pytest.param("sys/fs/cgroup/cpu.stat", "throttled_usec soon\n", None, id="garbage"),
    ],
)
def test_a_container_out_of_its_quota(
    tmp_path: Path, path: str, text: str, seconds: float | None
) -> None:
    put(tmp_path, "proc/self/cgroup", "0::/job\n")
    put(tmp_path, path, text)
    assert counters(tmp_path).throttled == seconds


@pytest.mark.parametrize("text", ["", "cpu\n", "cpu  1 2\n", "garbage\n", "cpu  a b c\n"])
def test_a_machine_that_tells_garbage_tells_nothing(tmp_path: Path, text: str) -> None:
    put(tmp_path, "proc/stat", text)
    put(tmp_path, f"{FIRST}/cpufreq/scaling_max_freq", "<unknown>\n")
    found = counters(tmp_path)
    assert (found.busy, found.stolen, found.ceilings) == (None, None, ())


def look(**values: object) -> Look:
    at = {"at": 1.0, **values}
    return Look(Counters(**at), None)  # type: ignore[arg-type]


def test_a_reading_is_what_happened_between_two_looks() -> None:
    before = look(busy=1.0, stolen=0.5, ceilings=(3.0, 2.0), clock=0.9, hot=1, throttled=1.0)
    after = look(
        at=3.0, busy=3.0, stolen=0.75, ceilings=(3.0, 1.5), clock=0.8, hot=4, throttled=1.5
    )
    found = reading(before, after, (3.0, 2.0))
    assert (found.seconds, found.busy, found.stolen, found.throttled) == (2.0, 2.0, 0.25, 0.5)
    assert (found.ceiling, found.clock, found.hot) == (0.75, 0.8, 3)
    assert (found.others, found.unsure, found.waited) == (None, None, None)


def test_counters_that_go_back_say_nothing_bad() -> None:
    before, after = look(busy=5.0, hot=9), look(at=0.5, busy=1.0, hot=1, ceilings=(1.0,))
    found = reading(before, after, (3.0, 2.0))
    assert (found.seconds, found.busy, found.hot, found.ceiling) == (0.0, 0.0, 0, None)


def test_this_machine_is_watched() -> None:
    watch = Watch()
    found = watch.reading(watch.look(), watch.look())
    assert found.seconds >= 0
