"""`--against REV`: the base measured in turn with head, in a tree and with services of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from gate.tools import Found
from tests.e2e.project import GATE, Project, make

pytestmark = pytest.mark.skipif(os.name == "nt", reason="nothing is measured there")

WORK = "def work(): return sum(range({}))\n"
BENCH = "from mine import work\n\ndef test_work(benchmark): benchmark(work)\n"
TOLERANCE = "  - sli: size{file:app, encoding:raw}\n    tolerance: 2%\n"
BUNDLE = 'runner: bundle\nservice: app\nfiles: {app: "dist/**/*.js"}\nobjectives:\n' + TOLERANCE
BUILD = "import pathlib as p, sys; p.Path('app.js').exists() or sys.exit('no app.js'); "
BUILD += "p.Path('dist').mkdir(exist_ok=True); "
BUILD += "p.Path('dist/app.js').write_bytes(p.Path('app.js').read_bytes()); "
BUILD += "open('LOG', 'a').write(str(p.Path.cwd()) + chr(10))"
ID = "bundle/sum(size{encoding:raw,file:app})"
TEST = 'bench/median(time{test:"bench/test_speed.py::test_work"})'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty repository whose cache is its own."""
    made = make(tmp_path / "repo", PERFGATE_CACHE=str(tmp_path / "cache"))
    made.write(".gitignore", ".gate/\n__pycache__/\n.benchmarks/\n.pytest_cache/\ndist/\n")
    return made


@pytest.fixture
def built(project: Project, tmp_path: Path) -> Project:
    """A bundle that `prepare` builds; each build is written down."""
    code = BUILD.replace("LOG", str(tmp_path / "builds"))
    service = {"prepare": [[sys.executable, "-I", "-S", "-c", code]]}
    project.budget("services", json.dumps({"app": service}))
    project.budget("bundle", BUNDLE)
    project.write("app.js", "x" * 1000)
    project.commit()
    return project


@pytest.fixture
def timed(project: Project) -> Project:
    """A benchmark of code in the tree."""
    project.benchmarks(BENCH, tolerance="100%")
    project.write("mine.py", WORK.format(2000))
    project.commit()
    return project


def builds(project: Project) -> list[str]:
    return project.root.with_name("builds").read_text().splitlines()


def row(project: Project, objective: str = ID) -> Any:
    """One row of the last outcome."""
    return next(r for r in project.record()["rows"] if r["objective"]["id"] == objective)


def left(project: Project) -> list[str]:
    """Trees that git knows beside the user's, and what is left of them in the cache."""
    trees = project.git("worktree", "list", "--porcelain").split("\n\n")[1:]
    entries = project.root.glob(".git/worktrees/*")
    cache = project.root.with_name("cache")
    found = [p for p in cache.rglob("*") if p.name.startswith("perfgate-") or p.name == "held"]
    return [*trees, *map(str, entries), *map(str, found), *map(str, project.root.glob(".gate/w*"))]


class TestTwoTrees:
    def test_a_change_is_found_and_unchanged_code_passes(self, built: Project) -> None:
        built.gate("check", "--against", "HEAD").ends(0, "against")
        assert row(built)["status"] == "pass"
        built.write("app.js", "x" * 1100)  # uncommitted: head is measured as it is
        built.gate("check", "--against", "HEAD").ends(1, "+100 B")
        assert row(built)["value"] == 1100
        assert row(built)["verdicts"][0]["baseline"]["rung"] == "against"
        assert left(built) == []

    def test_the_users_tree_index_and_stash_stay(self, built: Project) -> None:
        built.write("app.js", "stashed")
        built.git("stash")
        built.write("staged.txt", "staged")
        built.git("add", "staged.txt")
        built.write("app.js", "x" * 1001)
        built.write("untracked.txt", "new")
        before = [built.git(*words) for words in STATE]
        index = (built.root / ".git" / "index").read_bytes()
        built.gate("check", "--against", "HEAD").ends(0)
        assert [built.git(*words) for words in STATE] == before
        assert (built.root / ".git" / "index").read_bytes() == index

    def test_a_build_is_kept_by_commit(self, built: Project) -> None:
        # Of benchmarks: what is exact is built once more, to see whether it is.
        (built.root / "budgets" / "bundle.yml").unlink()
        built.benchmarks(BENCH)
        bench = built.root / "budgets" / "bench.yml"
        bench.write_text(f"service: app\n{bench.read_text()}")
        built.write("mine.py", WORK.format(2000))
        built.commit()
        for _ in range(2):
            built.gate("check", "--against", "HEAD").ends(0)
            base, head = builds(built)
            assert base != head == str(built.root)
            assert not Path(base).exists()
        built.write("app.js", "x" * 1001)
        built.commit()
        built.gate("check", "--against", "HEAD").ends(0)
        assert len(builds(built)) == 4  # another commit, of both
        built.gate("check", "--against", "HEAD~1").ends(0)
        assert len(builds(built)) == 4

    def test_what_the_base_cannot_build_is_missing(self, built: Project) -> None:
        built.git("rm", "--quiet", "app.js")
        broken = built.commit("broken")
        built.write("app.js", "x" * 1000)
        built.commit("mended")
        done = built.gate("check", "--against", "HEAD~1")
        done.ends(3, f"the base {broken[:12]} could not be measured", "no app.js")
        assert left(built) == []

    def test_what_the_base_did_not_promise_is_new(self, built: Project) -> None:
        css = BUNDLE.replace("app: ", "css: ").replace("file:app", "file:css")
        built.budget("more", css.replace("dist/**/*.js", "*.css"))
        built.write("new.css", "x" * 100)
        built.gate("check", "--against", "HEAD").ends(0, "new since the base commit")
        assert row(built, "more/sum(size{encoding:raw,file:css})")["status"] == "missing"

    def test_both_trees_are_in_the_record_which_is_judged_again(self, built: Project) -> None:
        built.write("app.js", "x" * 1100)
        built.gate("check", "--against", "main").ends(1)
        outcome = (built.root / ".gate" / "outcome.json").read_bytes()
        base = built.record("run")["base"]
        assert (base["revision"], base["commit"]) == ("main", built.git("rev-parse", "main"))
        built.gate("judge", ".gate/run.json").ends(1)
        assert (built.root / ".gate" / "outcome.json").read_bytes() == outcome

    def test_measure_does_it_too(self, built: Project) -> None:
        built.write("app.js", "x" * 1100)
        built.gate("measure", "--against", "HEAD").ends(0)
        built.gate("judge", ".gate/run.json", CI="true").ends(1, "+100 B")

    def test_another_check_with_the_same_base_has_a_tree_of_its_own(self, built: Project) -> None:
        slow = built.root.with_name("slow")
        code = f"import time, pathlib; pathlib.Path({str(slow)!r}).touch(); time.sleep(60)"
        services = (built.root / "budgets" / "services.yml").read_text()
        held = {"prepare": [[sys.executable, "-I", "-S", "-c", code]]}
        built.budget("services", json.dumps({"app": held}))
        with built.started("check", "--against", "HEAD") as other:
            until(slow.exists)
            built.budget("services", services)
            built.gate("check", "--against", "HEAD").ends(0)
            other.send_signal(signal.SIGTERM)
            assert other.wait(60) == 143
        assert left(built) == []


STATE = (
    ("status", "--porcelain"),
    ("stash", "list"),
    ("diff",),
    ("diff", "--cached"),
    ("branch", "--list", "-v"),
    ("symbolic-ref", "HEAD"),
)


def until(true: Any, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestInTurn:
    def test_a_slowdown_is_found_and_every_unit_has_its_neighbour(self, timed: Project) -> None:
        bench = timed.root / "budgets" / "bench.yml"
        bench.write_text(bench.read_text().replace("repeat: 2", "repeat: 4"))
        timed.write("mine.py", WORK.format(20_000))
        timed.gate("check", "--against", "HEAD").ends(1, "slower")
        base = timed.record("run")["base"]
        turns = [(turn["base"], turn["unit"]) for turn in base["turns"]]
        assert sorted(turns) == sorted((b, u) for b in (True, False) for u in range(4))
        twos = list(zip(turns[::2], turns[1::2], strict=True))
        assert all(one[1] == two[1] and one[0] != two[0] for one, two in twos)
        assert sum(first[0] for first, _ in twos) == 2  # balanced

    def test_benchmarks_come_and_go(self, timed: Project) -> None:
        more = "from mine import work, fresh\n\ndef test_new(benchmark): benchmark(fresh)\n"
        timed.write("bench/test_new.py", more)
        timed.write("mine.py", WORK.format(2000) + "def fresh(): pass\n")
        timed.gate("check", "--against", "HEAD").ends(0, "new since the base commit")
        timed.write("bench/test_speed.py", BENCH.replace("test_work", "test_other"))
        timed.gate("check", "--against", "HEAD").ends(3, "the baseline has it")
        assert row(timed, TEST)["status"] == "missing"
        gone = [{"id": TEST, "reason": "renamed", "owner": "us"}]
        timed.budget("retired", json.dumps(gone))
        timed.gate("check", "--against", "HEAD").ends(0)
        assert row(timed, TEST)["status"] == "skipped"


SERVER = """
import os, pathlib, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import answer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.path != "/healthz" and answer.wait()
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
with open(sys.argv[2], "a") as log:
    log.write(f"{os.getpid()} {sys.argv[1]} {pathlib.Path.cwd()}\\n")
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever(poll_interval=0.05)
"""


@pytest.fixture
def served(project: Project, k6: Found, tmp_path: Path) -> Project:
    """A load on a service whose code is in the tree; its starts are written down."""
    project.env["PERFGATE_K6"] = str(k6.path)
    project.write("server.py", SERVER)
    project.write("answer.py", "def wait(): pass\n")
    service = {
        "command": [sys.executable, "server.py", "{port}", str(tmp_path / "starts")],
        "ready": "http://127.0.0.1:{port}/healthz",
        "exports": {"BASE": "http://127.0.0.1:{port}"},
    }
    project.budget("services", json.dumps({"shop": service}))
    project.load("median(http_req_duration)")
    budget = (project.root / "budgets" / "api.yml").read_text()
    budget = budget.replace("limit: 10 s", "tolerance: {fail: 50%, floor: 5 ms}")
    project.budget("api", budget.replace("repeat: 1", "repeat: 2"))
    project.commit()
    return project


@pytest.mark.needs_k6
def test_each_tree_has_services_and_ports_of_its_own(served: Project, tmp_path: Path) -> None:
    served.write("answer.py", "import time\ndef wait(): time.sleep(0.05)\n")
    assert served.gate("check", "--against", "HEAD").code in {0, 1}  # a busy machine cannot tell
    record = served.record("run")
    fast, slow = (side["measurements"][0]["units"] for side in (record["base"], record))
    assert max(map(middle, fast)) < 0.05 < min(map(middle, slow))
    starts = [line.split() for line in (tmp_path / "starts").read_text().splitlines()]
    assert len({port for _, port, _ in starts}) == len({cwd for _, _, cwd in starts}) == 2
    assert not any(psutil.pid_exists(int(pid)) for pid, _, _ in starts)
    assert left(served) == []


def middle(unit: Any) -> float:
    """The median of a unit, in seconds."""
    values = sorted(unit["data"]["values"])
    return float(values[len(values) // 2])


class TestWhichRevision:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            pytest.param(["--against", "nowhere"], "git knows no such commit", id="unknown"),
            pytest.param(["--against", "--all"], "git knows no such commit", id="an option"),
            pytest.param(
                ["--against", "HEAD", "--baseline", "HEAD"], "two answers", id="two answers"
            ),
        ],
    )
    def test_a_wrong_one_is_refused(self, words: list[str], said: str, built: Project) -> None:
        built.gate("check", *words).ends(2, said)
        assert not built.root.with_name("builds").exists()

    def test_outside_git_there_is_none(self, built: Project) -> None:
        (built.root / ".git").rename(built.root.with_name("git"))
        built.gate("check", "--against", "HEAD").ends(2, "no git repository")

    def test_on_a_laptop_it_is_where_the_change_begins(self, built: Project) -> None:
        built.git("checkout", "-q", "-b", "topic")
        built.write("app.js", "x" * 1100)
        built.commit("larger")
        built.gate("plan").ends(0, "against: ", "is measured in turn: bundle")
        built.gate("check").ends(1, "+100 B")
        assert row(built)["verdicts"][0]["baseline"]["commit"] == built.git("rev-parse", "main")

    def test_it_is_not_where_a_stored_run_is_comparable(self, built: Project) -> None:
        built.gate("check").ends(3, "no comparable baseline")
        assert built.record("run")["base"] is None  # nothing changed since main
        built.git("checkout", "-q", "-b", "topic")
        built.write("app.js", "x" * 1100)
        built.commit("larger")
        built.gate("check").ends(1, "+100 B")
        assert built.record("run")["base"] is None

    def test_in_ci_nothing_is_measured_that_was_not_asked_for(self, built: Project) -> None:
        built.git("checkout", "-q", "-b", "topic")
        built.write("app.js", "x" * 1100)
        built.commit("larger")
        store = ("--store", f"shared-folder:{built.root.with_name('store')}")
        built.gate("check", *store, CI="true").ends(3, "`gate check --against REV`")
        built.gate("check", "--against", "main", CI="true").ends(1, "+100 B")


SLEEPS = "import time, pathlib\nfrom mine import work\n\ndef test_work(benchmark):\n"
SLEEPS += "    benchmark(work)\n    time.sleep(20)\n"


@pytest.fixture
def sleeping(timed: Project) -> Project:
    """A check that is long in the middle of a unit."""
    timed.write("bench/test_speed.py", SLEEPS)
    return timed


def family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.fixture
def caught(sleeping: Project) -> Iterator[tuple[Project, subprocess.Popen[bytes]]]:
    """A check in the middle of a unit, with both trees there."""
    with subprocess.Popen(
        [GATE, "check", "--against", "HEAD"],
        cwd=sleeping.root,
        env=sleeping.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until(lambda: any("pytest" in " ".join(_line(p)) for p in family(process)))
            yield sleeping, process
        finally:
            process.kill()


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_check_leaves_nothing(
    number: signal.Signals, caught: tuple[Project, subprocess.Popen[bytes]]
) -> None:
    project, process = caught
    until(lambda: left(project) != [])
    children = family(process)
    process.send_signal(number)
    killed = number is signal.SIGKILL
    assert process.wait(60) == (-number if killed else 128 + number)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    if killed:  # nobody could clean up: the next check does
        project.write("bench/test_speed.py", BENCH)
        project.gate("check", "--against", "HEAD").ends(0)
    assert left(project) == []


def test_what_lies_in_a_submodule_is_measured_on_the_base(project: Project, tmp_path: Path) -> None:
    library = make(tmp_path / "library")
    library.write("app.js", "x" * 100)
    library.commit()
    local = ("-c", "protocol.file.allow=always")
    project.git(*local, "submodule", "add", str(library.root), "lib")
    project.budget("bundle", BUNDLE.replace("service: app\n", "").replace("dist/**", "lib"))
    project.commit()
    project.write("README", "words")
    project.commit()
    project.gate("check", "--against", "HEAD~1").ends(0, "✓ pass")
