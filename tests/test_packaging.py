"""What a user gets from `pip install .`: the package and its data, and nothing of the workshop."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = (".json", ".txt", ".mjs", ".js", ".html", ".css", ".j2", ".py", ".typed")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def version(wheel: Path) -> str:
    """What the tag and the commits since made it; tests/test_release.py says how."""
    return wheel.name.split("-")[1]


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


def test_the_wheel_holds_the_package_and_its_metadata_alone(names: list[str], version: str) -> None:
    assert {name.split("/")[0] for name in names} == {"gate", f"perfgate-{version}.dist-info"}


def test_every_file_of_the_package_that_git_knows_is_in_the_wheel(names: list[str]) -> None:
    known = subprocess.check_output(["git", "ls-files", "gate"], cwd=ROOT, text=True).split()
    there = [name for name in known if (ROOT / name).exists()]
    assert set(there) <= set(names)
    assert not [name for name in there if not name.endswith(DATA)], "a new kind of file: meant?"


@pytest.mark.parametrize(
    "name",
    [
        "gate/py.typed",
        "gate/tools/pins/pins.json",
        "gate/tools/pins/k6.txt",
        "gate/tools/pins/node.txt",
        "gate/tools/node/package-lock.json",
    ],
)
def test_data_that_is_read_at_run_time_is_in_the_wheel(names: list[str], name: str) -> None:
    assert name in names


def test_the_metadata_says_what_the_project_promises(wheel: Path, version: str) -> None:
    info = f"perfgate-{version}.dist-info"
    with zipfile.ZipFile(wheel) as opened:
        told = Parser().parsestr(opened.read(f"{info}/METADATA").decode())
        scripts = opened.read(f"{info}/entry_points.txt").decode()
        assert f"{info}/licenses/LICENSE" in opened.namelist()
    assert (told["Name"], told["Version"]) == ("perfgate", version)
    assert told["Requires-Python"] == ">=3.11"
    assert told["License-Expression"] == "Apache-2.0"
    assert re.findall(r"^(\w+) = (\S+)$", scripts, re.MULTILINE) == [
        ("gate", "gate.cli:entry"),
        ("perfgate", "gate.cli:entry"),
    ]


def test_what_is_under_a_copyleft_licence_or_heavy_is_never_required(
    wheel: Path, version: str
) -> None:
    with zipfile.ZipFile(wheel) as opened:
        metadata = opened.read(f"perfgate-{version}.dist-info/METADATA").decode()
    required = re.findall(r"^Requires-Dist: ([\w-]+)(.*)$", metadata, re.MULTILINE)
    always = {name.lower() for name, rest in required if "extra ==" not in rest}
    assert "psycopg" in {name for name, _ in required}
    assert not always & {"psycopg", "psycopg-binary", "numpy", "scipy", "playwright", "pytest"}


def test_the_installed_wheel_runs_without_the_checkout(
    wheel: Path, version: str, tmp_path: Path
) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", tmp_path / "site", wheel], check=True, capture_output=True)
    env = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}

    def said(*argv: str) -> str:
        return subprocess.check_output([sys.executable, *argv], cwd=tmp_path, env=env, text=True)

    where = said("-c", "import gate; print(gate.__file__)").strip()
    assert Path(where).is_relative_to(tmp_path)
    assert version in said("-m", "gate", "--version")


def test_no_lock_file_names_a_package_index() -> None:
    locks = [
        *ROOT.glob("requirements/*.txt"),
        *ROOT.glob("gate/tools/pins/*.txt"),
        *ROOT.glob("gate/tools/node/package-lock.json"),
    ]
    assert len(locks) >= 5
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert not re.search(r'index-url|find-links|"resolved"|@ https?:', text), lock


def test_every_locked_package_has_a_hash() -> None:
    for lock in ROOT.glob("requirements/*.txt"):
        entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8"))
        pinned = [entry for entry in entries if "==" in entry.partition("\n")[0]]
        assert pinned
        assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []
