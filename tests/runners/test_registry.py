from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gate import process
from gate.errors import UsageError
from gate.runners import registry


def _plugin(place: Path, name: str, *entries: str) -> None:
    info = place / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = "\n".join(["[gate.runners]", *entries])
    (info / "entry_points.txt").write_text(f"{lines}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_the_built_in_runners_have_names() -> None:
    built_in = {"bundle", "command", "k6", "lighthouse", "postgres", "pytest-benchmark"}
    assert set(registry.names()) >= built_in
    assert list(registry.names()) == sorted(registry.names())


@pytest.mark.parametrize("name", registry.RUNNERS.builtin)
def test_a_built_in_runner_is_found_by_its_own_name(name: str) -> None:
    assert registry.find(name).name == name


def test_an_unknown_runner_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="there is no runner 'lighthose'") as caught:
        registry.find("lighthose")
    assert "did you mean lighthouse?" in caught.value.hint
    assert "bundle, command, k6" in caught.value.hint


def test_a_plugin_is_found(site: Path) -> None:
    (site / "stopwatch_plugin.py").write_text("class R:\n    name = 'stopwatch'\nRUNNER = R()\n")
    _plugin(site, "gate-stopwatch", "stopwatch = stopwatch_plugin:RUNNER")
    assert "stopwatch" in registry.names()
    assert registry.find("stopwatch").name == "stopwatch"


def test_a_plugin_does_not_replace_a_built_in_runner(site: Path) -> None:
    _plugin(site, "evil", "bundle = no_such_module:RUNNER")
    assert registry.find("bundle").name == "bundle"
    assert registry.names().count("bundle") == 1


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        pytest.param("late = no_such_module:RUNNER", "no_such_module", id="its module is absent"),
        pytest.param("late = json:RUNNER", "RUNNER", id="its module has no runner"),
    ],
)
def test_a_broken_plugin_is_named(entry: str, words: str, site: Path) -> None:
    _plugin(site, "gate-late", entry)
    with pytest.raises(UsageError, match=f"'late' of gate-late cannot be loaded: .*{words}"):
        registry.find("late")


def test_two_plugins_of_one_name_are_an_error(site: Path) -> None:
    _plugin(site, "gate-one", "twice = json:loads")
    _plugin(site, "gate-two", "twice = json:dumps")
    with pytest.raises(UsageError, match="offered twice: gate-one, gate-two"):
        registry.find("twice")


def test_the_registry_loads_no_runner_and_no_library_of_one() -> None:
    heavy = "brotli requests psutil psycopg gate.runners.bundle gate.runners.k6"
    program = (
        "import sys; from gate.runners.registry import names; names();"
        f"print([m for m in {heavy.split()!r} if m in sys.modules])"
    )
    done = process.run([sys.executable, "-c", program], timeout=30, env=os.environ)
    assert isinstance(done, process.Finished)
    assert (done.stdout.decode().strip(), done.code) == ("[]", 0), done.tail
