"""What a child leaves behind is found and ended, however it hides; nobody else is touched."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.process import Finished, Running, run, start, tree
from tests.process.support import DETACHED, gate_process, gone, living, pid_in, python, until

ROOT = str(Path(tree.__file__).resolve().parents[2])

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Each writes the process id of what it leaves behind into the file `note`, and ends or goes on.
HIDING = {
    "a child of its own": """
        if os.fork() == 0:
            write(); time.sleep(60)
    """,
    "in another process group": """
        if os.fork() == 0:
            os.setpgid(0, 0); write(); time.sleep(60)
    """,
    "in a session of its own with no parent": "detach(note)",
    "deaf to SIGTERM in a session of its own": "detach(note, deaf=True)",
    "without an environment": """
        if os.fork() == 0:
            write(); os.execve("/bin/sleep", ["sleep", "60"], {})
    """,
    "without an environment or a parent": """
        if os.fork() == 0:
            if os.fork() == 0:
                write(); os.execve("/bin/sleep", ["sleep", "60"], {})
            os._exit(0)
    """,
    "in a hundred processes": """
        for _ in range(100):
            if os.fork() == 0:
                time.sleep(60)
        write()
    """,
}
PRELUDE = (
    DETACHED
    + """
note = sys.argv[1]
def write():
    pathlib.Path(note + ".draft").write_text(str(os.getpid()))
    os.rename(note + ".draft", note)
"""
)


def leaving(code: str, note: Path, then: str = "") -> list[str]:
    """A program that leaves something behind and ends, or does what `then` says."""
    return [*python(PRELUDE + textwrap.dedent(code) + then), str(note)]


@linux
class TestNothingIsLeft:
    @pytest.mark.parametrize("code", [pytest.param(v, id=k) for k, v in HIDING.items()])
    def test_of_a_program_that_ended(self, code: str, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        wait = "\nwhile not os.path.exists(note): time.sleep(0.01)"
        done = run(leaving(code, note, wait), timeout=20)
        assert isinstance(done, Finished)
        assert done.code == 0, done.tail
        assert not living(pid_in(note))
        assert tree.marked(tree.session_mark()) == ()

    @pytest.mark.parametrize(
        "code",
        [
            *(pytest.param(v, id=k) for k, v in HIDING.items()),
            pytest.param(
                """
                if os.fork() == 0:
                    os.setsid(); write(); os.execve("/bin/sleep", ["sleep", "60"], {})
                """,
                id="without an environment in a session of its own",
            ),
        ],
    )
    def test_of_a_program_that_is_ended(self, code: str, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        started = start(leaving(code, note, "\ntime.sleep(60)"), grace=0.2)
        assert isinstance(started, Running)
        with started:
            left = pid_in(note)
        assert not living(left)
        assert tree.marked(tree.session_mark()) == ()

    def test_of_one_that_forks_all_the_time(self, tmp_path: Path) -> None:
        # Each lives for a moment only: by the time somebody saw it, it is another one.
        code = """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            write()
            until = time.monotonic() + 20  # should we fail to end it, it must end by itself
            while time.monotonic() < until:
                if os.fork():
                    os._exit(0)
        """
        started = start(leaving(code, tmp_path / "pid"), grace=0.2)
        assert isinstance(started, Running)
        with started:
            pid_in(tmp_path / "pid")
        assert tree.marked(tree.session_mark()) == ()


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that has nothing to do with us."""
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as started:
        yield started
        started.kill()


@linux
class TestOthersAreLeftAlone:
    def test_a_stranger_and_another_child(self, bystander: subprocess.Popen[bytes]) -> None:
        other = start(["sleep", "60"], grace=0.1)
        assert isinstance(other, Running)
        with other:
            assert isinstance(run(["true"], timeout=20), Finished)
            assert tree.end_family("no-such-mark", 2**22 + 1) == 0
            assert other.alive
            assert bystander.poll() is None

    def test_the_next_process_with_the_same_id(self, bystander: subprocess.Popen[bytes]) -> None:
        seen = tree.family("none", bystander.pid)[bystander.pid]
        earlier = {bystander.pid: seen._replace(began="1")}
        assert tree.end_family("none", 0, earlier) == 0
        assert bystander.poll() is None

    def test_what_we_may_not_end_is_not_waited_for(self) -> None:
        if os.geteuid() != 0:
            pytest.skip("needs root: it becomes nobody")
        # Nobody may not signal this test's own process; a wait would last seven seconds.
        code = """
        os.setuid(65534)
        parent = os.getppid()
        known = {parent: tree._look(parent)}
        hunt = tree._Hunt("none", 0, known)
        hunt.send(hunt.left(), signal.SIGTERM)
        print(sorted(known) == [parent], hunt.left())
        """
        with gate_process(code) as other:
            out, err = other.communicate(timeout=20)
        assert (out, err) == ("True {}\n", "")

    def test_ourselves_in_a_child_of_ours(self) -> None:
        code = """
        mark = os.environ[tree.MARK]
        print(tree.marked(mark), tree.end_family(mark))
        """
        prelude = "import os, sys\nsys.path.insert(0, {!r})\nfrom gate.process import tree\n"
        done = run(python(prelude.format(ROOT) + textwrap.dedent(code)), timeout=20)
        assert isinstance(done, Finished)
        assert done.stdout == b"() 0\n", done.tail


@linux
class TestAGateInsideAGate:
    INNER = (
        DETACHED
        + """
from gate import process
from gate.process import tree
inner = process.start([sys.executable, "-c", sys.argv[2], sys.argv[1]])
sys.stdout.write(os.environ[tree.MARK] + "\\n")
sys.stdout.flush()
time.sleep(60)
"""
    )
    LEAF = DETACHED + "\ndetach(sys.argv[1])\ntime.sleep(60)"

    def test_the_outer_ends_what_the_inner_started(self, tmp_path: Path) -> None:
        note = tmp_path / "pid"
        argv = [sys.executable, "-c", self.INNER, str(note), self.LEAF]
        env = {**os.environ, "PYTHONPATH": ROOT}
        outer = start(argv, env=env, grace=0.1)
        assert isinstance(outer, Running)
        with outer:
            leaf = pid_in(note)
            assert leaf in tree.marked(outer.mark)
            marks = next(p for p in tree.family(outer.mark).values() if p.pid == leaf).marks
            assert len(marks) == 2
            assert marks[0] == outer.mark
        assert not living(leaf)
        assert tree.marked(outer.mark) == ()

    def test_the_inner_ends_only_its_own(self, tmp_path: Path) -> None:
        code = """
        import sys
        inner = process.run(["true"], timeout=5)
        with process.start(["sleep", "60"], grace=0.1) as child:
            pass
        print("still here", tree.marked(tree.session_mark()))
        """
        sibling = start(["sleep", "60"], grace=0.1)
        assert isinstance(sibling, Running)
        program = f"import sys; sys.path.insert(0, {ROOT!r})\nfrom gate import process\n"
        program += "from gate.process import tree\n" + textwrap.dedent(code)
        with sibling:
            done = run([sys.executable, "-c", program], timeout=20)
            assert isinstance(done, Finished)
            assert done.stdout == b"still here ()\n", done.tail
            assert sibling.alive


@linux
def test_a_zombie_is_nobody(tmp_path: Path) -> None:
    code = "import os, time\nif os.fork() == 0: os._exit(0)\nprint('x', flush=True)\ntime.sleep(60)"
    started = start(python(code), grace=0.1)
    assert isinstance(started, Running)
    with started:
        assert until(started.output)
        assert until(lambda: tree.marked(started.mark) == (started.pid,))


@linux
def test_a_mark_is_found_in_a_large_environment() -> None:
    large = {f"A{n}": "x" * 1000 for n in range(300)}
    with_mark = start(["sleep", "60"], env={"PATH": os.environ["PATH"], **large}, grace=0.1)
    assert isinstance(with_mark, Running)
    with with_mark:
        # A program that was started this moment may not have laid out its environment yet.
        assert until(lambda: tree.marked(with_mark.mark) == (with_mark.pid,))


def test_the_way_without_proc_sees_the_same() -> None:
    started = start(["sleep", "60"], grace=0.1)
    assert isinstance(started, Running)
    with started:
        assert until(lambda: tree.marked(started.mark))
        seen = {each.pid: each for each in tree._living_elsewhere()}
        assert seen[started.pid].marks[-1:] == (started.mark,)
        assert seen[started.pid].session == started.pid
        if sys.platform == "linux":
            known = tree.family(started.mark)[started.pid]
            assert seen[started.pid][:4] == known[:4]
            assert os.getpid() not in seen
    assert gone(started.pid)


@linux
def test_the_way_without_proc_leaves_nothing_either(tmp_path: Path) -> None:
    child = [*python(DETACHED + "detach(sys.argv[1])\ntime.sleep(60)"), str(tmp_path / "pid")]
    code = f"""
    import psutil
    sys.platform = "darwin"
    with process.start({child!r}, grace=0.1) as running:
        while not os.path.exists({str(tmp_path / "pid")!r}): time.sleep(0.01)
    print(tree.marked(tree.session_mark()))
    """
    with gate_process(code) as other:
        assert other.communicate(timeout=60) == ("()\n", "")
    assert not living(pid_in(tmp_path / "pid"))
