from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from gate.process import Finished, NotStarted, Running, run, spent, start
from gate.process.output import Output
from tests.process.support import python


def finished(argv: list[str], **given: Any) -> Finished:
    done = run(argv, **{"timeout": 20.0, **given})
    assert isinstance(done, Finished), done
    return done


def not_started(argv: list[str], **given: Any) -> NotStarted:
    done = run(argv, **{"timeout": 20.0, **given})
    assert isinstance(done, NotStarted), done
    return done


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("pass", 0, id="an end is 0"),
        pytest.param("sys.exit(3)", 3, id="a code is that code"),
        pytest.param("sys.exit(255)", 255, id="also the largest"),
        pytest.param("os.kill(os.getpid(), 9)", -9, id="a signal is negative"),
        pytest.param("os.kill(os.getpid(), 15)", -15, id="whichever it is"),
        pytest.param("os.abort()", -6, id="a crash as well"),
    ],
)
def test_the_code_of_a_program(code: str, expected: int) -> None:
    done = finished(python(f"import os, sys, resource\n{code}"))
    assert (done.code, done.timed_out) == (expected, False)


def test_the_streams_are_kept_apart_and_as_they_are() -> None:
    code = r"import os; os.write(1, b'\x00\xff out'); os.write(2, b'err\r\n')"
    done = finished(python(code))
    assert (done.stdout, done.stderr, done.cut) == (b"\x00\xff out", b"err\r\n", False)


@pytest.mark.parametrize(
    ("stdout", "stderr", "tail"),
    [
        pytest.param(b"out", b" err\n", "err", id="stderr where there is some"),
        pytest.param(b"out\n", b" \n", "out", id="else stdout"),
        pytest.param(b"", b"x" * 5000 + b"end", "x" * 597 + "end", id="its end"),
        pytest.param(b"", b"\xff\xfe", "\ufffd\ufffd", id="whatever the bytes are"),
    ],
)
def test_the_tail_of_what_it_said(stdout: bytes, stderr: bytes, tail: str) -> None:
    assert Finished(("x",), 1, stdout, stderr, 0.1).tail == tail


def test_what_was_cut_off_while_it_ran_is_told_though_it_was_silent_since() -> None:
    with contextlib.closing(Output(kept=10)) as output:
        os.write(output.fileno(), b"x" * 50)
        output.bound()
        assert output.read(10) == b"x" * 10
        assert output.longer_than(10)


def test_output_beyond_the_bound_is_cut_and_that_is_told() -> None:
    done = finished(python("print('x' * 5000)"), limit=1000)
    assert (done.stdout, done.cut) == (b"x" * 1000, True)


def test_a_child_that_writes_for_ever_does_not_fill_the_disk(tmp_path: Path) -> None:
    output = Output(kept=1000)
    writer = os.dup(output.fileno())
    for number in range(100):
        os.write(writer, b"%3d" % number * 50)
        output.bound()
        assert os.fstat(writer).st_size <= 4 * 1000 + 150
    assert output.read(3) == b"  0"
    assert output.read(100_000).endswith(b" 99")
    os.close(writer)
    output.close()


def test_a_program_that_reads_gets_what_it_is_given() -> None:
    given = bytes(range(256)) * 5000
    done = finished(python("import sys; b = sys.stdin.buffer; print(len(b.read()))"), stdin=given)
    assert done.stdout == b"1280000\n"


def test_a_program_that_reads_is_never_left_waiting() -> None:
    assert finished(python("import sys; print(repr(sys.stdin.read()))")).stdout == b"''\n"


def test_the_environment_is_the_one_given_with_our_mark() -> None:
    code = "import os; print(sorted(k for k in os.environ if k != 'LC_CTYPE'))"
    done = finished(python(code), env={"A": "1"})
    assert done.stdout == b"['A', 'PERFGATE_CHILD_OF']\n"


def test_without_one_it_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OF_THE_TEST", "héllo")
    code = "import os; print(ascii(os.environ['OF_THE_TEST']))"
    assert finished(python(code)).stdout == b"'h\\xe9llo'\n"


def test_a_program_is_looked_up_where_the_child_would(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho here\n")
    tool.chmod(0o755)
    assert finished(["tool"], env={"PATH": str(tmp_path)}).stdout == b"here\n"
    assert not_started(["tool"]).why == "there is no program tool"


def test_it_runs_in_its_folder_in_a_session_of_its_own(tmp_path: Path) -> None:
    done = finished(
        python("import os; print(os.getcwd(), os.getsid(0) - os.getpid())"), cwd=tmp_path
    )
    assert done.stdout.decode() == f"{tmp_path} 0\n"


def test_descriptors_are_passed_only_by_name() -> None:
    read, write = os.pipe()
    os.set_inheritable(write, True)  # noqa: FBT003  # the signature of os
    code = f"import os; os.write({write}, b'x')"
    assert finished(python(code)).code == 1
    assert finished(python(code), pass_fds=(write,)).code == 0
    os.close(write)
    assert os.read(read, 10) == b"x"
    os.close(read)


class TestWhatCannotBeStarted:
    def test_an_absent_program(self) -> None:
        assert not_started(["no-such-tool", "x"]) == NotStarted(
            ("no-such-tool", "x"), "there is no program no-such-tool"
        )

    def test_a_script_whose_interpreter_is_absent(self, tmp_path: Path) -> None:
        tool = _file(tmp_path / "tool", "#!/no/such/node\n", 0o755)
        why = f"{tool} is there, but the program that its first line names is not"
        assert not_started([str(tool)]).why == why

    @pytest.mark.parametrize(
        ("content", "mode", "words"),
        [
            pytest.param("#!/bin/sh\n", 0o644, "Permission denied", id="without the right to run"),
            pytest.param("no program", 0o755, "Exec format error", id="that is no program"),
        ],
    )
    def test_a_file(self, tmp_path: Path, content: str, mode: int, words: str) -> None:
        tool = _file(tmp_path / "tool", content, mode)
        assert not_started([str(tool)]).why == f"{tool}: {words}"

    def test_a_folder(self, tmp_path: Path) -> None:
        assert not_started([str(tmp_path)]).why == f"{tmp_path}: Permission denied"

    def test_anything_in_a_folder_that_is_absent(self, tmp_path: Path) -> None:
        folder = tmp_path / "gone"
        why = f"folder {folder}: No such file or directory"
        assert not_started(["true"], cwd=folder).why == why

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"argv": ["true", "a\0b"]}, id="a zero byte in an argument"),
            pytest.param({"argv": ["true"], "env": {"A": "a\0b"}}, id="or in a variable"),
            pytest.param({"argv": ["true"], "env": {"A=B": "x"}}, id="a sign in a variable's name"),
        ],
    )
    def test_what_no_system_can_pass_on(self, given: dict[str, Any]) -> None:
        assert not_started(**given).why.startswith("it cannot be called so: ")

    def test_anything_without_room_for_its_output(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
        assert "No such file or directory" in not_started(["true"]).why


_ENOUGH = 5.0  # seconds for a Python to be up on a machine that is busy with other things


class TestTimeIsBounded:
    def test_a_program_that_ends_well_when_asked(self) -> None:
        code = """
        import signal, sys, time
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
        print("ready", flush=True)
        time.sleep(60)
        """
        done = finished(python(code), timeout=_ENOUGH)
        assert (done.timed_out, done.code, done.stdout) == (True, 7, b"ready\n")

    def test_one_that_wants_another_signal(self) -> None:
        code = "import time\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('tidy')"
        done = finished(python(code), timeout=_ENOUGH, stop=signal.SIGINT)
        assert (done.timed_out, done.stdout) == (True, b"tidy\n")

    def test_one_that_does_not_listen(self) -> None:
        code = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
        done = finished(python(code), timeout=_ENOUGH, grace=0.2)
        assert (done.timed_out, done.code) == (True, -9)

    def test_one_that_is_stopped(self) -> None:
        stops = python("import os; os.kill(os.getpid(), 19)")
        done = finished(stops, timeout=_ENOUGH, grace=0.2)
        assert (done.timed_out, done.code) == (True, -9)

    def test_no_time_at_all(self) -> None:
        assert finished(python("import time; time.sleep(60)"), timeout=0).timed_out


class TestRunning:
    def test_it_is_watched_while_it_runs(self) -> None:
        code = "import sys; print('up', flush=True); sys.stdin.read(); import time; time.sleep(60)"
        started = start(python(code), grace=10)
        assert isinstance(started, Running)
        with started as child:
            while b"up" not in child.output():
                assert child.wait(0.01) is None
            assert child.pid > 0
            with pytest.raises(RuntimeError, match="still runs"):
                _ = child.code
        assert child.code == -15
        assert child.seconds > 0

    def test_its_end_is_seen_when_it_comes(self) -> None:
        started = start(python("print('x' * 10)"))
        assert isinstance(started, Running)
        with started as child:
            assert child.wait(20) == 0
            first = child.seconds
            child.end()
            child.end()
            assert child.seconds == first
            assert child.output(4) == b"xxxx"
            assert child.said_more_than(4)

    def test_it_ends_with_an_error_inside(self) -> None:
        started = start(python("import time; time.sleep(60)"), grace=0.1)
        assert isinstance(started, Running)
        with pytest.raises(ZeroDivisionError), started:
            _ = 1 / 0
        assert not started.alive


def test_what_programs_took_is_counted() -> None:
    before = spent()
    done = finished(["sleep", "0.05"])
    assert spent() - before == pytest.approx(done.seconds)
    assert done.seconds >= 0.04  # the clocks of sleep and of the gate differ a little


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    def open_ones() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    finished(["true"])  # the watchdog's pipe stays, once
    before = open_ones()
    for _ in range(5):
        finished(["true"], stdin=b"x")
        not_started(["no-such-tool"])
        not_started(["true"], cwd=tmp_path / "gone", stdin=b"x")
        not_started(["true", "\0"])
    assert open_ones() == before


def test_it_can_be_run_from_the_same_python_as_ours() -> None:
    assert finished([sys.executable, "-c", "pass"]).code == 0


def _file(path: Path, content: str, mode: int) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path
