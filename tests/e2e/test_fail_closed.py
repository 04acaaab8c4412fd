"""Nothing passes because nothing was measured or compared, and each refusal says what to do."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gate.tools import Found
from tests.e2e.project import BUNDLE, Project
from tests.e2e.server import Handler, Server
from tests.runners.k6.site import dead_url

TOLERANCE = f"{BUNDLE}    tolerance: 1%\n"
BENCHMARK = "def test_sort(benchmark):\n    benchmark(sorted, range(100))\n"

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.mark.needs_k6
def test_a_mistyped_tag_is_missing(project: Project) -> None:
    project.service("well")
    project.load("p95(http_req_duration{op:raed})")
    project.commit()
    project.gate("check").ends(
        3,
        "nothing matched http_req_duration{op:raed}: op was 'read'",
        "correct the selector, or remove the objective",
    )


@pytest.mark.needs_node
@pytest.mark.needs_chrome
@pytest.mark.xdist_group("chrome")
def test_a_page_that_is_not_there_is_missing(project: Project) -> None:
    project.service("well")
    project.pages("/absent")
    project.commit()
    project.gate("check").ends(
        3, "page home did not load", "404", "mend the page, or correct its address in the budget"
    )


@pytest.mark.needs_node
@pytest.mark.needs_chrome
@pytest.mark.xdist_group("chrome")
def test_a_page_whose_server_refuses_is_missing(project: Project) -> None:
    project.pages("/", head=f"base: {dead_url()}")
    project.commit()
    project.gate("check").ends(
        3, "page home did not load", "mend the page, or correct its address in the budget"
    )


@pytest.mark.needs_k6
def test_a_service_that_dies_during_the_load_is_missing(project: Project) -> None:
    project.service("dies")
    project.load(options="vus: 1, iterations: 60", pause=0.01)
    project.commit()
    project.gate("check").ends(
        3,
        "service shop did not run: it ended with code 3 meanwhile",
        "it said: the pool is exhausted",
        "start it by hand to see why; it is described in budgets/services.yml",
    )


@pytest.mark.parametrize(
    ("behaviour", "timeout", "words"),
    [
        pytest.param(["never-listens"], "1 s", "came no answer", id="does not listen"),
        pytest.param(["never-ready"], "5 s", "came status 503", id="is never ready"),
        pytest.param(["says-and-dies", "no!"], "20 s", "it said: no!", id="dies at once"),
    ],
)
def test_a_service_that_never_gets_ready_is_missing(
    behaviour: list[str], timeout: str, words: str, project: Project
) -> None:
    project.service(*behaviour, timeout=timeout)
    project.load()
    project.commit()
    project.gate("check").ends(3, "service shop did not run", words, "start it by hand to see why")


def test_an_external_service_that_refuses_is_missing(project: Project) -> None:
    url = dead_url()
    project.budget("services", f"shop: {{ready: {url}/, timeout: 1 s, exports: {{BASE: {url}}}}}")
    project.load()
    project.commit()
    project.gate("check").ends(3, f"it has no `command:` and at {url}/", "start it by hand")


@pytest.mark.needs_k6
def test_a_base_that_refuses_every_request_is_missing(project: Project) -> None:
    project.load(head=f"env: {{BASE: {dead_url()}}}")
    project.commit()
    project.gate("check").ends(
        3,
        "none of 40 requests was answered",
        "connection refused",
        "see that the server runs, and that the script asks it where it listens",
    )


@pytest.mark.needs_k6
@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        pytest.param("half-503", "20 x status 503 at GET /ok", id="by a status"),
        pytest.param("half-closed", "20 x EOF", id="by hanging up"),
    ],
)
def test_a_server_that_refuses_half_the_requests_fails(
    behaviour: str, words: str, project: Project
) -> None:
    project.service(behaviour)
    project.load()
    project.commit()
    project.gate("check").ends(
        1,
        "api/rate(http_req_failed) 50 %",
        "is beyond the limit, at most 5 %",
        words,
        "if it has to wait, a waiver in budgets/waivers.yml opens the gate",
    )
    assert project.statuses()["api/rate(http_req_failed)"] == "fail"


@contextmanager
def strangers(note: Path) -> Iterator[None]:
    """Somebody who takes every port that a service writes into `note`."""
    servers: dict[int, Server] = {}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            said = note.read_text("ascii") if note.exists() else ""
            if said and int(said) not in servers:
                servers[int(said)] = server = Server(("127.0.0.1", int(said)), Handler)
                threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield
    finally:
        done.set()
        watching.join()
        for server in servers.values():
            server.shutdown()
            server.server_close()


@linux
def test_another_server_that_takes_the_free_port_is_not_measured(
    project: Project, tmp_path: Path
) -> None:
    note = tmp_path / "port"
    project.service("lets-another-listen", str(note))
    project.load()
    project.commit()
    with strangers(note):
        done = project.gate("check")
    done.ends(3, "another server answers at http://127.0.0.1:", "end that server")


def test_another_server_on_a_fixed_port_is_not_measured(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        project.service("well")
        services = (project.root / "budgets/services.yml").read_text(encoding="utf-8")
        ready, fixed = "{port}/healthz", f"{port}/healthz?wanted={{port}}"
        project.budget("services", services.replace(ready, fixed))
        project.load()
        project.commit()
        done = project.gate("check")
    done.ends(
        3,
        f"another server answers at http://127.0.0.1:{port}/healthz; it is not measured",
        "end that server, or let the service take a free port with {port}",
    )


def test_a_service_may_not_ask_for_a_fixed_port_at_all(project: Project) -> None:
    project.service("well")
    services = (project.root / "budgets/services.yml").read_text(encoding="utf-8")
    project.budget("services", services.replace("{port}/healthz", "8000/healthz"))
    project.load()
    project.gate("check").ends(2, "budgets/services.yml:1:", "pass {port} to the command")


PARAMETRIZED = """\
import json, pathlib, pytest
SIZES = json.loads(pathlib.Path("sizes.json").read_text())
@pytest.mark.parametrize("n", SIZES)
def test_sort(benchmark, n):
    benchmark(sorted, range(n))
"""
RETIRED = """\
- id: 'bench/median(time{test:"bench/test_speed.py::test_sort[20]"})'
  reason: the list is never so long
  owner: team-shop
"""


def test_a_benchmark_that_vanished_is_missing_until_it_is_retired(project: Project) -> None:
    project.write("sizes.json", "[10, 20]")
    project.benchmarks(PARAMETRIZED)
    project.commit()
    project.gate("check").ends(3, "no comparable baseline")
    project.write("sizes.json", "[10]")
    project.commit()
    project.gate("check").ends(
        3,
        "test_sort[20]",
        "the baseline has it, this run did not measure it",
        "say where it went: `was:` in the budget or an entry in budgets/retired.yml",
    )
    project.budget("retired", RETIRED)
    project.commit()
    project.gate("check").ends(0)
    assert "skipped" in project.statuses().values()


SLEEPS = """\
import json, pathlib, pytest, time
@pytest.mark.parametrize("name", json.loads(pathlib.Path("names.json").read_text()))
def test_it(benchmark, name): benchmark(time.sleep, 0.05 if name == "slow" else 0.01)
"""


def test_a_benchmark_that_is_new_is_told_and_compared_from_then_on(project: Project) -> None:
    project.write("names.json", '["a"]')
    project.benchmarks(SLEEPS)
    project.commit()
    project.gate("check").ends(3, "no comparable baseline")
    project.write("names.json", '["a", "slow"]')
    project.commit()
    project.gate("check").ends(0, "test_it[slow]", "new since the base commit")
    assert [s for s in project.statuses().values() if s == "missing"] == ["missing"]
    project.commit("no change")
    project.gate("check").ends(0)
    assert "missing" not in project.statuses().values()


def test_a_glob_that_matches_nothing_is_missing(project: Project) -> None:
    project.bundle(text=BUNDLE.replace(".js", ".mjs"))
    project.commit()
    project.gate("check").ends(
        3,
        "nothing matched dist/*.mjs",
        "build before measuring (`prepare:` of a service), or correct `files:`",
    )


def only_git(folder: Path) -> Path:
    """A folder for PATH that holds nothing but git."""
    folder.mkdir()
    git = subprocess.run(["which", "git"], check=True, capture_output=True, text=True).stdout
    (folder / "git").symlink_to(git.strip())
    return folder


def test_an_absent_k6_is_missing(project: Project, tmp_path: Path) -> None:
    project.service("well")
    project.load()
    project.commit()
    project.env.pop("PERFGATE_K6", None)
    path = only_git(tmp_path / "bin")
    done = project.gate("check", PATH=str(path), PERFGATE_CACHE=str(tmp_path / "cache"))
    done.ends(3, "k6 was not found: PATH (k6): not found", "`gate tools install k6`")


def wrapper(path: Path, k6: Found, shell: str) -> str:
    """A k6 that misbehaves when it is asked to run a load."""
    path.write_text(
        f'#!/bin/sh\nk6="{k6.path}"\nif [ "$1" = run ]; then\n{shell}\nfi\nexec "$k6" "$@"\n',
        encoding="utf-8",
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.needs_k6
def test_a_k6_that_kills_itself_is_missing(project: Project, k6: Found, tmp_path: Path) -> None:
    project.service("well")
    project.load()
    project.commit()
    fake = wrapper(tmp_path / "k6", k6, "kill -KILL $$")
    project.gate("check", PERFGATE_K6=fake).ends(
        3,
        "k6 ended with code -9: signal 9 killed it",
        "mend what it complains about; `gate doctor`",
    )


@linux
@pytest.mark.needs_k6
def test_a_k6_that_is_killed_in_the_middle_is_missing(project: Project) -> None:
    project.service("well")
    project.load(options="vus: 1, duration: '60s'", pause=0.01)
    project.commit()
    with project.started("check") as gate:
        os.kill(loading(project), signal.SIGKILL)
        said, _ = gate.communicate(timeout=60)
    assert gate.returncode == 3
    assert "k6 ended with code -9: signal 9 killed it" in said.decode()
    assert "`gate doctor` shows which tools are used" in said.decode()


def loading(project: Project) -> int:
    """Wait until k6 writes samples of this project's load; its process id."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for samples in project.root.glob(".gate/work-*/api-*/unit-*/samples.json.gz"):
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and str(samples).encode() in command(entry):
                    return int(entry.name)
        time.sleep(0.02)
    pytest.fail("k6 did not start")


def command(process: Path) -> bytes:
    """The command line of a process, nothing of one that is gone."""
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


CUT = """\
"$k6" "$@"; code=$?
for word in "$@"; do case "$word" in json=*)
  file="${word#json=}"; head -c HOW "$file" > "$file.cut"; mv "$file.cut" "$file"
esac; done
exit $code"""
FEWER = CUT.replace('head -c HOW "$file"', 'gzip -dc "$file" | head -n 100 | gzip')


@pytest.mark.needs_k6
@pytest.mark.parametrize(
    ("shell", "words"),
    [
        pytest.param(CUT.replace("HOW", "1000"), "output that cannot be read: samples", id="cut"),
        pytest.param(CUT.replace("HOW", "0"), "its file of samples is empty", id="empty"),
        pytest.param(FEWER, "of the 40 iterations that k6 counted", id="lines lost"),
    ],
)
def test_a_truncated_file_of_samples_is_missing(
    shell: str, words: str, project: Project, k6: Found, tmp_path: Path
) -> None:
    project.service("well")
    project.load()
    project.commit()
    fake = wrapper(tmp_path / "k6", k6, shell)
    project.gate("check", PERFGATE_K6=fake).ends(3, words, "do measure again")


def test_an_empty_budgets_folder_is_missing(project: Project) -> None:
    (project.root / "budgets").mkdir()
    project.gate("check").ends(3, "there is no budget in budgets", "hint: `gate init` writes")


def test_no_budgets_folder_is_missing(project: Project) -> None:
    project.gate("check").ends(3, "there is no folder budgets/", "hint: `gate init` writes")


def test_no_baseline_is_missing(project: Project) -> None:
    project.bundle(text=TOLERANCE)
    project.commit()
    project.gate("check").ends(
        3, "no comparable baseline: no earlier run is stored", "run `gate check` on the base branch"
    )


def test_a_shallow_clone_is_refused(project: Project, tmp_path: Path) -> None:
    project.bundle(text=TOLERANCE)
    for message in ("one", "two", "three"):
        project.commit(message)
    project.git("clone", "-q", "--depth=2", project.root.as_uri(), str(tmp_path / "shallow"))
    Project(tmp_path / "shallow", project.env).gate("check").ends(
        2, "this is a shallow clone of depth 2", "`fetch-depth: 0`", "`git fetch --unshallow`"
    )


def test_a_store_that_nobody_else_sees_is_refused_in_ci(project: Project) -> None:
    project.bundle(text=TOLERANCE)
    project.commit()
    project.gate("check", CI="true").ends(
        2, "which only this machine sees", "name a store that others see in budgets/policy.yml"
    )
    assert not (project.root / ".gate").exists()
