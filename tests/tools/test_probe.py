from pathlib import Path

import pytest

from gate.tools import probe


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def put(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.mark.parametrize(
    ("text", "cores"),
    [("150000 100000\n", 1.5), ("max 100000\n", None), ("", None), ("1 0\n", None), ("x", None)],
)
def test_the_quota_of_a_container(root: Path, text: str, cores: float | None) -> None:
    put(root, "sys/fs/cgroup/cpu.max", text)
    assert probe.quota(root) == cores


@pytest.mark.parametrize(
    ("total", "bound", "size"),
    [
        pytest.param("MemTotal:        2048 kB\n", "max\n", 2048 * 1024, id="no bound"),
        pytest.param("MemTotal:        2048 kB\n", "1000\n", 1000, id="a smaller bound"),
        pytest.param("", "", None, id="not told"),
    ],
)
def test_the_memory_is_the_smaller_bound(
    root: Path, total: str, bound: str, size: int | None
) -> None:
    put(root, "proc/meminfo", total)
    put(root, "sys/fs/cgroup/memory.max", bound)
    assert probe.memory(root) == size


@pytest.mark.parametrize(
    ("text", "load"), [("1.51 0.9 0.7 1/200 99\n", 1.51), ("", None), ("busy", None)]
)
def test_the_load_of_the_last_minute(root: Path, text: str, load: float | None) -> None:
    put(root, "proc/loadavg", text)
    assert probe.load(root) == load


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("some avg10=12.50 avg60=1.00 avg300=0.10 total=5\nfull avg10=9.00 …", 0.125),
        ("full avg10=9.00 avg60=1.00 avg300=0.10 total=5\n", None),
        ("", None),
    ],
)
def test_the_pressure_on_the_cores(root: Path, text: str, part: float | None) -> None:
    put(root, "proc/pressure/cpu", text)
    assert probe.pressure(root) == part


def test_a_virtual_machine_has_no_governor(root: Path) -> None:
    assert probe.governor(root) is None
    put(root, "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n")
    assert probe.governor(root) == "powersave"


@pytest.mark.parametrize(
    ("allowed", "refused", "can"),
    [
        pytest.param("95000", "", True, id="namespaces are allowed"),
        pytest.param("0", "", False, id="no namespace is left"),
        pytest.param("95000", "1", False, id="AppArmor refuses them"),
        pytest.param("", "", None, id="not told"),
    ],
)
def test_whether_chrome_can_have_its_sandbox(
    root: Path, allowed: str, refused: str, *, can: bool | None
) -> None:
    put(root, "proc/sys/user/max_user_namespaces", allowed)
    put(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns", refused)
    assert probe.sandbox(root) is can


def test_this_machine_has_a_core_and_a_clock() -> None:
    machine = probe.look()
    assert machine.cores >= 1
    assert machine.now > 0
