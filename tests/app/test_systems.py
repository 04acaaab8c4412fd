from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gate.app.progress import Silent
from gate.app.systems import Systems, child_environment, without_our_venv
from gate.core.reasons import Code
from gate.services import Service
from gate.tools import NODE, Found, locate
from tests.process.support import until
from tests.services.support import SERVERS, answers, port_of


class Told(Silent):
    """Remembers the notes."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def service(kind: str, **fields: Any) -> Service:
    given: dict[str, Any] = {
        "name": "shop",
        "command": (sys.executable, str(SERVERS), kind, "{port}"),
        "ready": "http://127.0.0.1:{port}/healthz",
        "exports": (("SHOP_URL", "http://127.0.0.1:{port}"),),
        "timeout": 20.0,
        "grace": 0.3,
    }
    return Service(**{**given, **fields})


def systems(root: Path, *services: Service, told: Told | None = None) -> Systems:
    return Systems(services, root, dict(os.environ), told or Told())


class TestOneServiceForTheWholeCheck:
    def test_is_up_once_and_gone_at_the_end(self, tmp_path: Path) -> None:
        told = Told()
        with systems(tmp_path, service("http"), told=told) as here:
            assert here.ensure("shop", serves=True) is None
            first = here.exports["SHOP_URL"]
            assert here.ensure("shop", serves=True) is None
            assert here.exports["SHOP_URL"] == first
            assert here.check("shop") is None
            assert answers(port_of(first))
            assert here.seconds > 0
        assert not answers(port_of(first))
        assert sum("started" in note for note in told.notes) == 1

    def test_is_only_prepared_where_nobody_needs_it_up(self, tmp_path: Path) -> None:
        prepare = ((sys.executable, "-c", "open('built', 'a').write('x')"),)
        with systems(tmp_path, service("http", prepare=prepare)) as here:
            assert here.ensure("shop", serves=False) is None
            assert here.exports == {"SHOP_URL": "http://127.0.0.1:{port}"}
            assert here.check("shop") is None
            assert here.ensure("shop", serves=False) is None
            assert here.ensure("shop", serves=True) is None
        assert (tmp_path / "built").read_text() == "x"

    def test_is_not_started_where_it_cannot_be_prepared(self, tmp_path: Path) -> None:
        prepare = ((sys.executable, "-c", "import sys; sys.exit('no npm here')"),)
        told = Told()
        with systems(tmp_path, service("http", prepare=prepare), told=told) as here:
            for _ in range(2):
                reason = here.ensure("shop", serves=True)
                assert reason is not None
                assert reason.code is Code.PREPARE_FAILED
                assert "no npm here" in reason.sentence
        assert len(told.notes) == 1

    def test_that_does_not_come_up_is_not_tried_again(self, tmp_path: Path) -> None:
        told = Told()
        with systems(tmp_path, service("dies"), told=told) as here:
            for _ in range(2):
                reason = here.ensure("shop", serves=True)
                assert reason is not None
                assert reason.code is Code.SERVICE_FAILED
            assert here.check("shop") == reason
            assert here.exports == {"SHOP_URL": "http://127.0.0.1:{port}"}
        assert len(told.notes) == 1

    def test_that_ends_in_the_middle_is_noticed(self, tmp_path: Path) -> None:
        program = (
            "import sys, http.server as h\n"
            "class H(h.BaseHTTPRequestHandler):\n"
            "    def do_GET(self):\n"
            "        self.path == '/die' and __import__('os')._exit(7)\n"
            "        self.send_response(200); self.end_headers()\n"
            "h.HTTPServer(('127.0.0.1', int(sys.argv[1])), H).serve_forever()\n"
        )
        command = (sys.executable, "-c", program, "{port}")
        with systems(tmp_path, service("", command=command)) as here:
            assert here.ensure("shop", serves=True) is None
            url = here.exports["SHOP_URL"]
            with pytest.raises(OSError, match=r".*"):
                _get(f"{url}/die")
            assert until(lambda: here.check("shop"))
            reason = here.check("shop")
            assert reason is not None
            assert "ended with code 7" in reason.sentence

    def test_others_go_on_beside_it(self, tmp_path: Path) -> None:
        other = service("http", name="api", exports=(("API_URL", "http://127.0.0.1:{port}"),))
        with systems(tmp_path, service("dies"), other) as here:
            assert here.ensure("shop", serves=True) is not None
            assert here.ensure("api", serves=True) is None
            assert answers(port_of(here.exports["API_URL"]))


def _get(url: str) -> None:
    urllib.request.urlopen(url, timeout=10)  # noqa: S310  # our own server


VENV = str(Path(sys.prefix))
INSIDE = str(Path(sys.prefix) / "bin")


class TestTheEnvironmentOfWhatWeStart:
    @pytest.mark.parametrize(
        ("environ", "expected"),
        [
            pytest.param(
                {"VIRTUAL_ENV": VENV, "PATH": f"{INSIDE}:/usr/bin"},
                {"PATH": "/usr/bin"},
                id="leaves the gate's own environment behind",
            ),
            pytest.param(
                {
                    "VIRTUAL_ENV": VENV,
                    "VIRTUAL_ENV_PROMPT": "x",
                    "PATH": f"/a:{INSIDE}/:/b:{INSIDE}",
                },
                {"PATH": "/a:/b"},
                id="however it is written on PATH",
            ),
            pytest.param(
                {"VIRTUAL_ENV": f"{VENV}/../{Path(VENV).name}", "PATH": f"{INSIDE}:/b"},
                {"PATH": "/b"},
                id="and however it is named",
            ),
            pytest.param(
                {"VIRTUAL_ENV": "/home/me/app/.venv", "PATH": "/home/me/app/.venv/bin:/usr/bin"},
                {"VIRTUAL_ENV": "/home/me/app/.venv", "PATH": "/home/me/app/.venv/bin:/usr/bin"},
                id="keeps another one",
            ),
            pytest.param(
                {"PYTHONHOME": "/x", "__PYVENV_LAUNCHER__": "/y", "PYTHONPATH": "/z"},
                {"PYTHONPATH": "/z"},
                id="has no other Python's home",
            ),
            pytest.param(
                {"VIRTUAL_ENV": VENV, "PATH": f":{INSIDE}:/b"},
                {"PATH": ":/b"},
                id="keeps the current folder where it is on PATH",
            ),
            pytest.param({"VIRTUAL_ENV": VENV}, {"PATH": ""}, id="may have no PATH at all"),
            pytest.param(
                {"VIRTUAL_ENV": "", "A": "1"}, {"VIRTUAL_ENV": "", "A": "1"}, id="or none"
            ),
        ],
    )
    def test_it(self, environ: Mapping[str, str], expected: Mapping[str, str]) -> None:
        before = dict(environ)
        assert without_our_venv(environ) == expected
        assert environ == before

    def test_python_is_the_user_s_own(self, tmp_path: Path) -> None:
        theirs = tmp_path / "python3"
        theirs.write_text("#!/bin/sh\n")
        theirs.chmod(0o755)
        environ = {"VIRTUAL_ENV": VENV, "PATH": f"{INSIDE}{os.pathsep}{tmp_path}"}
        found = shutil.which("python3", path=child_environment(environ)["PATH"])
        assert found == str(theirs)

    def test_a_node_on_path_is_the_one(self, tmp_path: Path) -> None:
        node = tmp_path / "node"
        node.write_text("#!/bin/sh\n")
        node.chmod(0o755)
        assert child_environment({"PATH": str(tmp_path)}) == {"PATH": str(tmp_path)}

    @pytest.mark.needs_node
    def test_without_one_the_managed_comes_last(self, tmp_path: Path) -> None:
        environ = {k: v for k, v in os.environ.items() if k != "PATH"}
        environ["PATH"] = str(tmp_path)
        managed = locate(NODE, env=environ)
        assert isinstance(managed, Found)
        path = child_environment(environ)["PATH"].split(os.pathsep)
        assert path == [str(tmp_path), str(managed.path.parent)]
