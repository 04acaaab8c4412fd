"""A secret shows nowhere: no record, report, note or message, also where a tool quotes it."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.e2e.project import BUNDLE, Done, Project, flat
from tests.e2e.test_exit_codes import PLUGIN

SECRET = 'tr0ub4dor "&3"'
PASSWORD = "c0rrect/horse?é"
NAMED = "secrets: [TOKEN]\n"
REPORTS = ("html", "json", "junit", "markdown", "terminal")


@pytest.fixture
def secretive(project: Project) -> Project:
    """A project whose policy names the secret TOKEN, which the environment holds."""
    project.env["TOKEN"] = SECRET
    project.budget("policy", NAMED)
    return project


def checked(project: Project, **env: str) -> Done:
    """Commit and check with every report; explain the first objective."""
    project.commit()
    reports = [f"--report={name}=out/{name}" for name in REPORTS]
    done = project.gate("check", *reports, **env)
    explained = project.gate("explain", next(iter(project.statuses())), **env)
    return Done(done.code, done.out + explained.out, done.err + explained.err)


def shows(project: Project, done: Done, *secrets: str) -> list[str]:
    """Where one of the secrets shows, as it is or as a URL, JSON or HTML writes it."""
    forms = {form for secret in secrets for form in forms_of(secret)}
    places = {"the terminal": done.said.encode()}
    for folder in (".gate", "out"):
        for path in sorted(project.root.joinpath(folder).rglob("*")):
            if path.is_file():
                packed = path.suffix == ".gz"
                content = path.read_bytes()
                places[str(path)] = gzip.decompress(content) if packed else content
    assert len(places) > len(REPORTS)
    return [name for name, text in places.items() if any(form in text for form in forms)]


def forms_of(secret: str) -> set[bytes]:
    said = {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
    said |= {secret.replace("&", "&amp;").replace('"', mark) for mark in ("&#34;", "&quot;", '"')}
    return {form.encode() for form in said} | {secret.encode("utf-8")}


def test_the_search_finds_what_is_there(secretive: Project) -> None:
    secretive.bundle(text=BUNDLE.replace("runner", f"owner: '{SECRET}'\nrunner"))
    secretive.env.pop("TOKEN")
    done = checked(secretive)
    assert len(shows(secretive, done, SECRET)) > len(REPORTS)


@pytest.mark.needs_k6
def test_a_named_secret_that_the_load_script_throws_and_tags(secretive: Project) -> None:
    secretive.service("well")
    secretive.load("p95(http_req_duration)", head="service: shop\nenv: {KEY: '${TOKEN}'}")
    load = (secretive.root / "load.js").read_text(encoding="utf-8")
    tagged = load.replace("'GET /ok'", "`GET /${__ITER % 3}?key=${__ENV.KEY}`")
    throws = "if (__ITER % 2) { throw new Error(`no rights: ${__ENV.KEY}`); }\n  sleep("
    secretive.write("load.js", tagged.replace("sleep(0);", f"{throws}0);"))
    done = checked(secretive)
    done.ends(3, "no rights: ***")
    assert shows(secretive, done, SECRET) == []


@pytest.mark.needs_k6
def test_a_named_secret_in_tags_of_what_was_measured(secretive: Project) -> None:
    secretive.service("well")
    secretive.load("rate(http_req_failed)", limit="90%")
    load = (secretive.root / "load.js").read_text(encoding="utf-8")
    named = load.replace("'GET /ok'", "`GET /${__ITER % 3}?key=${__ENV.TOKEN}`")
    secretive.write("load.js", named.replace("/ok`", "/absent`"))
    done = checked(secretive)
    assert "?key=***" in done.said
    assert shows(secretive, done, SECRET) == []


@pytest.mark.parametrize(
    ("service", "code", "said"),
    [
        pytest.param(
            "prepare: [[sh, -c, 'echo $TOKEN; exit 3', '${TOKEN}']]",
            3,
            "ended with code 3: ***",
            id="build",
        ),
        pytest.param("prepare: [['${TOKEN}']]", 3, "`***` could not be started", id="no build"),
        pytest.param(
            f"command: ['{sys.executable}', -c, 'import os, sys; sys.exit(os.environ[\"KEY\"])']\n"
            "  ready: 'http://127.0.0.1:{port}/'\n  env: {KEY: '${TOKEN}'}",
            3,
            "it said: ***",
            id="service",
        ),
        pytest.param(
            "command: ['${TOKEN}']\n  ready: 'http://127.0.0.1:{port}/'",
            3,
            "*** could not be started",
            id="no service",
        ),
        pytest.param(
            "ready: 'http://127.0.0.1:1/?key=${TOKEN}'\n  timeout: 1 s",
            3,
            "the path of `ready:` has",
            id="address",
        ),
    ],
)
def test_a_named_secret_that_a_service_quotes(
    service: str, code: int, said: str, secretive: Project
) -> None:
    secretive.budget("services", f"shop:\n  {service}\n")
    secretive.load()
    done = checked(secretive)
    done.ends(code, said)
    assert shows(secretive, done, SECRET) == []


FAKE_NODE = """\
#!{python}
import json, sys
if "--version" in sys.argv:
    print("v24.15.0")
else:
    sys.exit("I do not know " + json.dumps(json.load(sys.stdin)["settings"]["extraHeaders"]))
"""


@pytest.mark.needs_node
@pytest.mark.needs_chrome
def test_a_header_that_the_tool_quotes(project: Project, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text(FAKE_NODE.format(python=sys.executable), encoding="utf-8")
    node.chmod(0o755)
    headers = "headers: {Authorization: 'Bearer ${KEY}', X-Plain: '" + PASSWORD + "'}"
    project.pages("/", head=f"base: http://127.0.0.1:1\n{headers}")
    done = checked(project, PERFGATE_NODE=str(node), KEY=SECRET)
    assert done.code == 3
    assert 'I do not know {"Authorization": "***", "X-Plain": "***"}' in flat(done.said)
    assert shows(project, done, SECRET, PASSWORD) == []


@contextmanager
def database(says: str) -> Iterator[int]:
    """Something that speaks enough of PostgreSQL's protocol to refuse everybody, aloud."""
    fields = b"".join(
        kind + text.encode() + b"\0"
        for kind, text in ((b"S", "FATAL"), (b"C", "28P01"), (b"M", says))
    )
    refusal = b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                asked = client.recv(8)
                if asked[4:] == struct.pack("!I", 80877103):  # may we use TLS?
                    client.sendall(b"N")
                client.recv(4096)
                client.sendall(refusal)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.needs_k6
@pytest.mark.parametrize("where", ["environment", "service"])
def test_a_dsn_that_the_database_quotes(where: str, project: Project) -> None:
    pytest.importorskip("psycopg")
    says = f"password authentication failed: {PASSWORD}, or {quote(PASSWORD, safe='')}"
    with database(says) as port:
        dsn = f"postgresql://shop:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/shop"
        project.service("well")
        project.load("rate(http_req_failed)", limit="90%")
        project.budget(
            "db",
            "runner: postgres\nduring: api\nservice: shop\ndsn: ${DSN}\n"
            "objectives:\n  - {sli: mean(query_duration), limit: 1 s}\n",
        )
        if where == "environment":
            done = checked(project, DSN=dsn)
            others = (["validate"], ["plan"], ["doctor"], ["judge"], ["report"])
            said = "".join(project.gate(*words, DSN=dsn).said for words in others)
            done = Done(done.code, done.out, done.err + said)
        else:
            path = project.root / "budgets/services.yml"
            services = json.loads(path.read_text(encoding="utf-8"))
            services["shop"]["exports"]["DSN"] = dsn
            project.budget("services", json.dumps(services))
            done = checked(project)
    done.ends(3, "password authentication failed: ***")
    assert shows(project, done, PASSWORD, dsn) == []


def test_a_budget_that_is_wrong_where_the_secret_stands(secretive: Project) -> None:
    secretive.load(head="env: {'not a name': '${TOKEN}'}")
    secretive.pages("/", head="base: '${TOKEN}'")
    done = secretive.gate("check")
    done.ends(2, "budgets/web.yml:2", "***")
    assert not [form for form in forms_of(SECRET) if form in done.said.encode()]


def test_a_bug_that_quotes_the_secret(secretive: Project, tmp_path: Path) -> None:
    entry = tmp_path / "boom-1.0.dist-info"
    entry.mkdir()
    quotes = PLUGIN.replace('"a runner\'s own mistake"', 'job.env["TOKEN"]')
    (tmp_path / "boom.py").write_text(quotes, encoding="utf-8")
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: boom\nVersion: 1.0\n", "utf-8")
    (entry / "entry_points.txt").write_text("[gate.runners]\nboom = boom:RUNNER\n", "utf-8")
    secretive.bundle(text=BUNDLE.replace("runner: bundle", "runner: boom"))
    done = secretive.gate("check", PYTHONPATH=str(tmp_path))
    assert done.code == 70
    assert "ZeroDivisionError: ***" in done.err
    assert SECRET not in done.said
