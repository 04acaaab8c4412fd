"""The exit codes, which are API: each one, signals, and streams that nobody reads."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gate import __version__
from tests.e2e.project import BUNDLE, GATE, Project
from tests.e2e.running import Running, running

BENCH = f"""\
runner: pytest-benchmark
paths: [bench]
python: {sys.executable}
max_time: 5 ms
warmup: false
repeat: 1
objectives:
  - sli: time{{test:"bench/test_speed.py::test_a"}}
    limit: 10 s
"""

FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")


@pytest.fixture
def four(project: Project) -> Project:
    """Budgets that pass, fail, are missing and are undecided, one of each."""
    project.bundle()
    project.budget("big", BUNDLE.replace("1 kB", "10 B"))
    project.budget("none", BUNDLE.replace(".js", ".css"))
    project.write("bench/test_speed.py", "def test_a(benchmark): benchmark(len, [])\n")
    project.budget("once", BENCH)
    project.commit()
    return project


@pytest.fixture
def broken(project: Project) -> Project:
    """A promise that is broken: exit 1."""
    project.bundle(2000)
    project.commit()
    return project


def test_0_every_promise_is_kept(project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate("check").ends(0, "✓ OPEN", "exit 0, open")


def test_0_nothing_that_is_asked_for_is_concerned(project: Project) -> None:
    project.bundle(text=BUNDLE.replace("files:", "paths: [dist/]\nfiles:"))
    project.commit()
    project.git("checkout", "-q", "-b", "topic")
    project.write("README", "words")
    project.commit()
    project.gate("check").ends(0, "every objective was skipped")
    assert set(project.statuses().values()) == {"skipped"}


def test_1_a_promise_is_broken(broken: Project) -> None:
    broken.gate("check").ends(1, "✗ CLOSED", "2 kB is beyond the limit, at most 1 kB", "exit 1")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["chekc"], "No such command 'chekc'", id="command"),
        pytest.param(["check", "--profile"], "requires an argument", id="option"),
        pytest.param(["judge", "nowhere.json"], "nowhere.json: cannot be read", id="record"),
        pytest.param(["check", "--report", "html"], "expected FORMAT=PATH", id="report"),
        pytest.param(["check", "--out", "dist/app.js"], "is a file", id="folder"),
        pytest.param(["check", "--out", "dist/app.js/x"], "another one with --out", id="no folder"),
        pytest.param(["check", "--report", "json=dist"], "not a regular file", id="report's file"),
        pytest.param(["report"], "hint: `gate check` writes one", id="no outcome to report"),
        pytest.param(["explain", "x"], "hint: `gate check` writes one", id="none to explain"),
        pytest.param(["judge"], "hint: `gate measure` writes one", id="no run to judge"),
    ],
)
def test_2_the_command_line_is_wrong(words: list[str], said: str, project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate(*words).ends(2, said)


@pytest.mark.parametrize("words", [[], ["tools"], ["baseline"], ["hook"]], ids=" ".join)
def test_2_no_command_is_named_and_the_help_says_which_there_are(words: list[str]) -> None:
    done = subprocess.run([GATE, *words], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(" ".join(["Usage: gate", *words]))
    assert "\nCommands:\n" in done.stderr
    assert "hint" not in done.stderr


def test_2_a_budget_is_wrong(project: Project) -> None:
    project.bundle(text=BUNDLE.replace("1 kB", "1 bK"))
    project.gate("check").ends(2, "budgets/bundle.yml:5:12", "kB")


@pytest.mark.parametrize("more", [False, True], ids=["all measured before", "one never measured"])
@pytest.mark.parametrize("command", ["plan", "check", "measure"])
def test_2_the_minimum_does_not_fit_the_time(command: str, more: bool, project: Project) -> None:
    nap = "runner: command\ncommand: [sleep, '0.1']\nruns: 1\nwarmup: false\nrepeat: 3\n"
    project.budget("nap", f"{nap}objectives:\n  - {{sli: time, limit: 9 s}}\n")
    project.commit()
    project.gate("check").ends(0)
    project.budget("policy", "time: 200 ms\n")
    if more:
        project.bundle()
    project.gate(command).ends(
        2, "the minimum repeats take about 3", "and those of bundle" if more else "allows 200 ms"
    )


def test_2_the_checkout_is_wrong(project: Project) -> None:
    project.bundle()
    project.commit()
    project.write(".git/HEAD", "nonsense\n")
    project.gate("check").ends(2, "git", "hint: ")


@pytest.mark.parametrize(
    ("only", "code", "said"),
    [
        pytest.param("big,none,once,bundle", 1, "1 fail, 1 missing, 1 undecided, 1 pass", id="1"),
        pytest.param("none,once,bundle", 3, "1 missing, 1 undecided, 1 pass", id="3"),
        pytest.param("once,bundle", 4, "1 undecided, 1 pass", id="4"),
        pytest.param("bundle", 0, "1 pass", id="0"),
    ],
)
def test_1_goes_before_3_and_3_before_4(four: Project, only: str, code: int, said: str) -> None:
    four.gate("check", "--only", only).ends(code, said, f"exit {code}")


@pytest.mark.needs_k6
def test_k6s_own_code_for_a_crossed_threshold_is_not_ours(project: Project) -> None:
    project.service("well")
    crossed = "thresholds: { 'http_req_failed{op:read}': ['rate>0.5'] }"
    project.load(options=f"vus: 1, iterations: 20, {crossed}")
    project.commit()
    project.gate("check").ends(1, "rate>0.5", "promised in a threshold of the load script")


@pytest.mark.parametrize(
    ("module", "text"),
    [
        pytest.param("click", "raise ImportError('no such library')", id="what reads options"),
        pytest.param("yaml", "import nowhere_at_all", id="what reads budgets"),
        pytest.param("brotli", "1 / 0", id="what measures"),
        pytest.param("yaml", "raise SystemExit(0)", id="one that ends the process well"),
        pytest.param("yaml", "raise SystemExit(1)", id="one that ends the process"),
    ],
)
def test_70_an_import_fails(module: str, text: str, project: Project, tmp_path: Path) -> None:
    project.bundle()
    project.commit()
    (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
    done = project.gate("check", PYTHONPATH=str(tmp_path))
    assert done.code == 70, done.said
    for said in ("Traceback", "This is a bug of perfgate", "exit 70", "Please report it"):
        assert said in done.err
    assert done.out == ""


PLUGIN = """\
from contextlib import contextmanager
from gate.runners.bundle import RUNNER as BUNDLE
class Boom:
    name = "boom"
    options, repeat, serves = BUNDLE.options, BUNDLE.repeat, False
    catalogue, members, implied = BUNDLE.catalogue, BUNDLE.members, BUNDLE.implied
    @contextmanager
    def open(self, job, options):
        raise ZeroDivisionError("a runner's own mistake")
        yield
RUNNER = Boom()
"""


@pytest.fixture
def mistaken(project: Project, tmp_path: Path) -> Project:
    """A project with a plugin that raises what nobody expects."""
    place = tmp_path / "plugin"
    entry = place / "boom-1.0.dist-info"
    entry.mkdir(parents=True)
    (place / "boom.py").write_text(PLUGIN, encoding="utf-8")
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: boom\nVersion: 1.0\n", "utf-8")
    (entry / "entry_points.txt").write_text("[gate.runners]\nboom = boom:RUNNER\n", "utf-8")
    project.env["PYTHONPATH"] = str(place)
    project.bundle(text=BUNDLE.replace("runner: bundle", "runner: boom"))
    project.commit()
    return project


def test_70_a_bug_shows_itself(mistaken: Project) -> None:
    done = mistaken.gate("check")
    assert done.code == 70, done.said
    assert "ZeroDivisionError: a runner's own mistake" in done.err
    assert f"perfgate {__version__}, Python {sys.version.split()[0]}" in done.err
    assert not list((mistaken.root / ".gate").glob("*.json"))


def test_70_also_where_nobody_reads_it(mistaken: Project) -> None:
    with mistaken.started("check") as gate:
        assert gate.stderr is not None
        gate.stderr.close()
        assert gate.wait(60) == 70


def test_130_ctrl_c_while_the_command_loads(project: Project, tmp_path: Path) -> None:
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "click.py").write_text(text, encoding="utf-8")
    project.gate("check", PYTHONPATH=str(tmp_path)).ends(130)


@pytest.fixture
def load(project: Project) -> Iterator[Running]:
    """A check in the middle of a k6 load."""
    project.service("well")
    project.load(options="vus: 1, duration: '60s'", pause=0.01)
    project.commit()
    with running(project, "samples.json.gz") as check:
        yield check


@pytest.fixture
def page(project: Project) -> Iterator[Running]:
    """A check in the middle of a page load, with all of Chrome's processes."""
    project.service("hangs")
    project.pages("/")
    project.commit()
    with running(project, "--type=renderer") as check:
        yield check


_K6 = pytest.mark.needs_k6
_CHROME = (
    pytest.mark.needs_node,
    pytest.mark.needs_chrome,
    pytest.mark.xdist_group("chrome"),
)
LOADS = [pytest.param("load", marks=_K6, id="k6"), pytest.param("page", marks=_CHROME, id="Chrome")]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("what", LOADS)
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["130", "143"]
)
def test_a_signal_leaves_nothing_behind(
    number: signal.Signals, code: int, what: str, request: pytest.FixtureRequest
) -> None:
    check: Running = request.getfixturevalue(what)
    check.gate.send_signal(number)
    assert check.ended() == code
    assert f"stopped by {number.name}; nothing was judged" in check.said
    assert "Traceback" not in check.said
    assert check.left() == []
    assert not list(check.project.root.glob(".gate/*.json"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("what", LOADS)
def test_a_killed_gate_leaves_no_process(what: str, request: pytest.FixtureRequest) -> None:
    check: Running = request.getfixturevalue(what)
    check.gate.kill()
    assert check.ended() == -signal.SIGKILL
    assert check.processes() == []


@pytest.mark.needs_k6
def test_a_terminal_has_its_cursor_back_after_ctrl_c(project: Project) -> None:
    project.service("well")
    project.load(options="vus: 1, duration: '60s'", pause=0.01)
    project.commit()
    ours, theirs = pty.openpty()
    env = {**project.env, "TERM": "xterm"}
    with subprocess.Popen([GATE, "check"], cwd=project.root, env=env, stderr=theirs) as gate:
        os.close(theirs)
        shown = read_until(ours, b"repeat 1 of 1")
        gate.send_signal(signal.SIGINT)
        shown += read_until(ours, b"nothing was judged")
        assert gate.wait(60) == 130
    os.close(ours)
    assert shown.rindex(b"\x1b[?25h") > shown.rindex(b"\x1b[?25l")


def read_until(terminal: int, words: bytes) -> bytes:
    """What is written to a terminal up to these words."""
    shown = b""
    while words not in shown:
        shown += os.read(terminal, 4096)
    return shown


@pytest.mark.parametrize("words", [["check"], ["check", "--json"], ["judge"]], ids=" ".join)
def test_a_closed_pipe_keeps_the_verdicts_code(words: list[str], broken: Project) -> None:
    broken.gate("check").ends(1)
    with broken.started(*words) as gate:  # | true
        assert gate.stdout is not None
        gate.stdout.close()
        _, said = gate.communicate(timeout=60)
    assert (gate.returncode, b"Traceback" in said, b"Error" in said) == (1, False, False)


def test_a_reader_that_leaves_after_one_line_keeps_the_verdicts_code(broken: Project) -> None:
    script = f'"{GATE}" check | head -n 1; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script], cwd=broken.root, env=broken.env, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"CLOSED" in done.stdout
    assert done.stdout.count(b"\n") == 1


def test_a_closed_stderr_keeps_the_verdicts_code(broken: Project) -> None:
    with broken.started("check") as gate:
        assert gate.stderr is not None
        gate.stderr.close()
        gate.stderr = None
        shown, _ = gate.communicate(timeout=60)
    assert (gate.returncode, b"CLOSED" in shown) == (1, True)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_not_there_keep_the_verdicts_code(closed: str, broken: Project) -> None:
    done = shell(broken, f'exec "{GATE}" check {closed}')
    assert done.returncode == 1
    assert b"Traceback" not in done.stdout + done.stderr
    assert broken.record()["exit"] == 1
    assert "CLOSED" not in (broken.root / ".gate/run.json").read_text(encoding="utf-8")


@FULL
@pytest.mark.parametrize("words", ["check", "check --json", "judge"])
def test_a_full_stdout_keeps_the_verdicts_code_and_is_told(words: str, broken: Project) -> None:
    broken.gate("check").ends(1)
    done = shell(broken, f'exec "{GATE}" {words} >/dev/full')
    assert done.returncode == 1
    assert b"stdout cannot be written: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


@FULL
def test_a_full_stdout_does_not_make_a_kept_promise_silent(project: Project) -> None:
    project.bundle()
    project.commit()
    done = shell(project, f'exec "{GATE}" check --quiet >/dev/full')
    assert done.returncode == 0
    assert b"stdout cannot be written: No space left on device" in done.stderr


@FULL
def test_a_full_stderr_keeps_the_verdicts_code(broken: Project) -> None:
    done = shell(broken, f'exec "{GATE}" check 2>/dev/full')
    assert done.returncode == 1
    assert b"CLOSED" in done.stdout


@FULL
@pytest.mark.parametrize(
    "words", ["--help", "--version", "check --help", "schema", "plan", "report --format junit"]
)
def test_what_is_only_printed_must_be_printed(words: str, broken: Project) -> None:
    broken.gate("check").ends(1)
    done = shell(broken, f'exec "{GATE}" {words} >/dev/full')
    assert done.returncode == 2
    assert b"cannot be written: No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def shell(project: Project, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in the project."""
    return subprocess.run(
        ["sh", "-c", script], cwd=project.root, env=project.env, capture_output=True, check=False
    )


def test_a_second_ctrl_c_does_not_stop_the_cleaning(load: Running) -> None:
    for _ in range(3):
        load.gate.send_signal(signal.SIGINT)
    assert load.ended() == 130
    assert load.left() == []


def test_psutil_sees_the_family(load: Running) -> None:
    """The tests above are worth something: the server, k6 and the watchdog were seen."""
    seen = [" ".join(each.cmdline()) for each in load.family]
    assert sum("server.py" in line for line in seen) == 1
    assert sum("samples.json.gz" in line for line in seen) == 1
    assert all(each.status() != psutil.STATUS_ZOMBIE for each in load.family)
    assert load.port
