from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gate.core.reasons import Code
from gate.services import Down, Service, Up, running
from tests.services.support import SERVERS, answers, port_of, service

linux = pytest.mark.skipif(sys.platform != "linux", reason="the owner of a port is read in /proc")


@contextlib.contextmanager
def up(what: Service, root: Path) -> Iterator[Up]:
    with running(what, root, os.environ) as outcome:
        assert isinstance(outcome, Up), outcome
        yield outcome


def down(what: Service, root: Path) -> Down:
    with running(what, root, os.environ) as outcome:
        assert isinstance(outcome, Down)
        return outcome


def wait_until_gone(port: int) -> None:
    deadline = time.monotonic() + 15
    while answers(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(port)


@pytest.mark.parametrize("kind", ["http", "slow"])
def test_a_service_answers_within_its_context_and_is_gone_after(kind: str, tmp_path: Path) -> None:
    said: list[str] = []
    with running(service(kind), tmp_path, os.environ, say=said.append) as outcome:
        assert isinstance(outcome, Up)
        port = port_of(outcome.exports["SHOP_URL"])
        assert answers(port)
        assert outcome.check() is None
    assert not answers(port)
    assert said == [f"shop: started, waiting for http://127.0.0.1:{port}/healthz"]


def test_a_service_that_ignores_sigterm_is_gone_all_the_same(tmp_path: Path) -> None:
    with up(service("stubborn"), tmp_path) as outcome:
        port = port_of(outcome.exports["SHOP_URL"])
    assert not answers(port)


def test_a_redirect_is_an_answer_and_is_not_followed(tmp_path: Path) -> None:
    with up(service("http", ready="http://localhost:{port}/moved"), tmp_path):
        pass


def test_ready_may_be_a_bare_tcp_port(tmp_path: Path) -> None:
    with up(service("http", ready="tcp://127.0.0.1:{port}"), tmp_path):
        pass


def test_environment_and_further_ports_are_filled_in(tmp_path: Path) -> None:
    script = (
        "import os, json, pathlib, runpy, sys;"
        "pathlib.Path('seen').write_text(os.environ['DB'] + ' ' + os.environ['OTHER']);"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = (sys.executable, "-c", script, str(SERVERS), "http", "{port}")
    what = service(
        "http",
        command=command,
        env=(("DB", "127.0.0.1:{port_db}"),),
        exports=(("DATABASE_URL", "postgresql://u@127.0.0.1:{port_db}/shop"), ("J", "{json}")),
    )
    with running(what, tmp_path, {**os.environ, "DB": "theirs", "OTHER": "kept"}) as outcome:
        assert isinstance(outcome, Up)
        number = port_of(outcome.exports["DATABASE_URL"])
        assert outcome.exports["J"] == "{json}"
        assert (tmp_path / "seen").read_text() == f"127.0.0.1:{number} kept"


@pytest.mark.parametrize(
    ("what", "detail"),
    [
        pytest.param(
            service("dies"),
            "it ended with code 1 before it was ready; it said: no database here",
            id="it-dies-at-once-and-its-words-are-clean",
        ),
        pytest.param(
            service("silent", timeout=0.4), "not ready within 0.4 s", id="it-never-listens"
        ),
        pytest.param(service("unwell", timeout=4), "came status 503", id="it-answers-503"),
        pytest.param(
            service("http", ready="https://127.0.0.1:{port}/", timeout=1),
            "came no answer (",
            id="no-tls-where-it-should-be",
        ),
        pytest.param(
            service("dribble", timeout=4),
            "came an answer that is not HTTP",
            id="a-server-that-dribbles-is-cut-off",
        ),
        pytest.param(
            service("http", command=("no-such-program", "{port}")),
            "no-such-program could not be started",
            id="the-program-is-absent",
        ),
        pytest.param(
            service("http", cwd="../.."), "is no folder of the tree", id="outside-the-tree"
        ),
        pytest.param(service("http", cwd="absent"), "is no folder of the tree", id="no-folder"),
        pytest.param(service("http", ready=""), "no `ready:`", id="nothing-to-wait-for"),
        pytest.param(
            service("http", ready="http://192.0.2.7:{port}/"),
            "`ready:` is at 192.0.2.7; load goes to loopback only",
            id="ready-elsewhere",
        ),
        pytest.param(
            service("http", exports=(("URL", "https://shop.example:{port}/"),)),
            "the export URL is at shop.example; load goes to loopback only",
            id="an-export-elsewhere",
        ),
        pytest.param(
            service("http", command=(), ready="http://shop.example/"),
            "`ready:` is at shop.example",
            id="an-external-service-elsewhere",
        ),
        pytest.param(service("taken"), "Address already in use", id="a-port-lost-twice"),
    ],
)
def test_a_service_that_is_not_up_is_down_with_the_reason(
    what: Service, detail: str, tmp_path: Path
) -> None:
    reason = down(what, tmp_path).reason
    assert reason.code is Code.SERVICE_FAILED
    assert detail in reason.sentence


def test_a_lost_port_is_tried_once_more_with_a_new_one(tmp_path: Path) -> None:
    script = (
        "import pathlib, runpy, sys; tries = pathlib.Path('tries'); first = not tries.exists();"
        "open(tries, 'a').write(sys.argv[3] + '\\n');"
        "first and sys.exit('OSError: [Errno 98] Address already in use');"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = (sys.executable, "-c", script, str(SERVERS), "http", "{port}")
    with up(service("http", command=command), tmp_path) as outcome:
        tries = (tmp_path / "tries").read_text().split()
        assert len(tries) == 2
        assert outcome.exports["SHOP_URL"].endswith(tries[-1])


def test_somebody_elses_server_on_the_port_is_not_measured(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        fixed = service("http", ready=f"http://127.0.0.1:{port}/?token=planted")
        reason = down(fixed, tmp_path).reason
    assert reason.code is Code.SERVICE_FOREIGN
    assert f"http://127.0.0.1:{port}/;" in reason.sentence
    assert "planted" not in str(reason.facts)
    assert "{port}" in reason.remedy


@linux
def test_a_server_that_took_the_port_after_our_look_is_not_measured(tmp_path: Path) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = (sys.executable, str(SERVERS), "lost", str(port))
    fixed = service("lost", command=command, ready=f"http://127.0.0.1:{port}/")
    try:
        assert down(fixed, tmp_path).reason.code is Code.SERVICE_FOREIGN
    finally:
        for process in psutil.process_iter(["cmdline"]):
            if (process.info["cmdline"] or [])[-3:] == [str(SERVERS), "http", str(port)]:
                process.kill()


def test_a_server_that_is_a_grandchild_without_our_mark_is_ours(tmp_path: Path) -> None:
    with up(service("child"), tmp_path) as outcome:
        assert outcome.check() is None
        port = port_of(outcome.exports["SHOP_URL"])
    assert not answers(port)


def test_a_service_that_died_meanwhile_says_so(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, runpy, sys; pathlib.Path('pid').write_text(str(os.getpid()));"
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = (sys.executable, "-c", script, str(SERVERS), "http", "{port}")
    with up(service("http", command=command), tmp_path) as outcome:
        port = port_of(outcome.exports["SHOP_URL"])
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
        wait_until_gone(port)
        reason = outcome.check()
        assert reason is not None
        assert reason.code is Code.SERVICE_FAILED
        assert "ended with code -9 meanwhile; it said nothing" in reason.sentence


def test_an_external_service_is_only_asked(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        ready = f"tcp://127.0.0.1:{theirs.getsockname()[1]}"
        with up(service("", command=(), ready=ready, exports=()), tmp_path) as outcome:
            assert outcome.check() is None
            theirs.close()
            reason = outcome.check()
            assert reason is not None
            assert "nothing answers" in reason.sentence
            assert outcome.last_words == ""
    gone = service("", command=(), ready=ready, exports=(), timeout=0.2)
    assert "no `command:`" in down(gone, tmp_path).reason.sentence


def test_a_service_that_is_only_prepared_has_nothing_to_start(tmp_path: Path) -> None:
    with up(Service("assets"), tmp_path) as outcome:
        assert outcome.check() is None


def test_a_killed_gate_leaves_no_service_behind(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, time\n"
        "from gate.services import running\n"
        "from tests.services.support import service\n"
        "with running(service('stubborn'), pathlib.Path('.'), os.environ) as up:\n"
        "    print(up.exports['SHOP_URL'], flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).resolve().parents[2]
    argv = [sys.executable, "-c", script]
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": "."}
    ) as gate:
        assert gate.stdout is not None
        port = port_of(gate.stdout.readline().strip())
        assert answers(port)
        gate.kill()
    wait_until_gone(port)
