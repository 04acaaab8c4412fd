from __future__ import annotations

from pathlib import Path

import pytest

from gate import process
from gate.tools import Absent
from gate.tools.counter import Counter, UncountedError, find_counter, no_counter
from gate.tools.padding import PAD, STEP, padded
from tests.tools.support import program

VALGRIND_SAYS = "echo valgrind-3.19.0"
# perf stat -x, as perf 6.1 writes it to stderr, or into the file after -o.
PERF_SAYS = """case "$1" in
--version) echo perf version 6.1.176 ;;
*) echo '{value},,instructions:u,1043210,100.00,,' >&2 ;;
esac"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A machine with neither tool, to which a test adds what it is about."""
    return {"PATH": f"{tmp_path}/bin:/nowhere"}


def test_valgrind_goes_first_so_that_the_machine_of_the_day_does_not_decide(
    tmp_path: Path, env: dict[str, str]
) -> None:
    program(tmp_path / "bin" / "valgrind", VALGRIND_SAYS)
    program(tmp_path / "bin" / "perf", PERF_SAYS.format(value=4711))
    found = find_counter("auto", env)
    assert isinstance(found, Counter)
    assert (found.tool, found.version, found.series) == ("valgrind", "3.19.0", "valgrind 3.19")
    chosen = find_counter("perf", env)
    assert isinstance(chosen, Counter)
    assert chosen.series == "perf 6.1"


def test_perf_serves_where_there_is_no_valgrind(tmp_path: Path, env: dict[str, str]) -> None:
    program(tmp_path / "bin" / "perf", PERF_SAYS.format(value=4711))
    found = find_counter("auto", env)
    assert isinstance(found, Counter)
    assert found.tool == "perf"
    absent = find_counter("valgrind", env)
    assert isinstance(absent, Absent)
    assert "apt-get install valgrind" in absent.remedy


@pytest.mark.parametrize("value", ["<not supported>", "<not counted>", ""])
def test_a_perf_that_counts_nothing_here_is_none(
    value: str, tmp_path: Path, env: dict[str, str]
) -> None:
    program(tmp_path / "bin" / "perf", PERF_SAYS.format(value=value))
    absent = find_counter("auto", env)
    assert isinstance(absent, Absent)
    reason = no_counter(absent)
    assert "valgrind: PATH (valgrind): not found; perf: " in reason.sentence
    assert f"says {value} for instructions" in reason.sentence


def test_a_perf_that_refuses_is_none(tmp_path: Path, env: dict[str, str]) -> None:
    refuses = 'test "$1" = --version || { echo "No permission" >&2; exit 255; }\necho perf 6.1.1'
    program(tmp_path / "bin" / "perf", refuses)
    absent = find_counter("perf", env)
    assert isinstance(absent, Absent)
    assert "No permission" in absent.detail
    assert "perf_event_paranoid" in absent.remedy


def _counter(tool: str) -> Counter:
    return Counter("perf" if tool == "perf" else "valgrind", "3.19.0", Path("/bin/tool"), ())


@pytest.mark.parametrize(
    ("tool", "content", "words"),
    [
        pytest.param("valgrind", "", "0 characters without a total", id="empty"),
        pytest.param("valgrind", "events: Ir\n1 5\n", "without a total", id="cut off"),
        pytest.param("valgrind", "events: Ir Dr\nsummary: 5 6\n", "without a total", id="caches"),
        pytest.param("valgrind", "events: Ir\nsummary: many\n", "without a total", id="no number"),
        pytest.param("valgrind", "\0\1\2", "without a total", id="bytes"),
        pytest.param("perf", "", "perf wrote no number", id="perf, empty"),
        pytest.param(
            "perf", "<not counted>,,instructions:u,0,0.00,,", "<not counted>", id="perf, idle"
        ),
    ],
)
def test_a_count_that_cannot_be_read_is_none(
    tool: str, content: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "counts.7").write_text(content)
    with pytest.raises(UncountedError, match=words):
        _counter(tool).counts(tmp_path)


def test_counts_are_read_by_process(tmp_path: Path) -> None:
    (tmp_path / "counts.7").write_text("cmd: a\nevents: Ir\nfn=b\n1 40\nsummary: 40\n")
    (tmp_path / "counts.8").write_text("cmd: a\nevents: Ir\nsummary: 2\n")
    assert _counter("valgrind").counts(tmp_path) == {"7": 40, "8": 2}
    (tmp_path / "counts.8").unlink()
    (tmp_path / "counts.7").write_text("# started on Sun\n\n4711,,instructions:u,99,100.00,,\n")
    assert _counter("perf").counts(tmp_path) == {"7": 4711}


def test_no_count_at_all_is_told_with_what_valgrind_said(tmp_path: Path) -> None:
    (tmp_path / "log.7").write_text("==7== Cachegrind\n==7==\n==7== out of memory\n==7== \n")
    with pytest.raises(UncountedError, match="valgrind wrote no count: out of memory"):
        _counter("valgrind").counts(tmp_path)


def test_a_folder_with_a_percent_sign_is_no_pattern(tmp_path: Path) -> None:
    argv = _counter("valgrind").argv(["true"], tmp_path / "50%p", follow=False)
    assert f"--cachegrind-out-file={tmp_path}/50%%p/counts.%p" in argv


def test_options_of_somebody_else_do_not_count() -> None:
    assert _counter("valgrind").environment({"VALGRIND_OPTS": "-v", "A": "b"}) == {"A": "b"}


def test_environments_of_two_trees_are_equally_large() -> None:
    sizes = set()
    for path in ("/a", "/a/much/longer/é", "x" * 5000):
        argv = ["python", f"--rootdir={path}"]
        env = padded({"HOME": path, "PORT": "80", PAD: "of another"}, argv)
        size = sum(len(f"{name}={value}".encode()) + 1 for name, value in env.items())
        sizes.add(size + sum(len(word.encode()) + 1 for word in argv))
        assert env["HOME"] == path
    assert sizes == {STEP}


@pytest.mark.needs_valgrind
def test_the_real_valgrind_counts_the_same_twice(tmp_path: Path) -> None:
    counter = find_counter("valgrind", {"PATH": "/usr/bin:/bin"})
    assert isinstance(counter, Counter), counter
    found = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        argv = counter.argv(["/bin/true"], folder, follow=True)
        done = process.run(argv, timeout=60, env=padded({"A": name}, argv))
        assert isinstance(done, process.Finished)
        assert done.code == 0
        found.append(sum(counter.counts(folder).values()))
    assert found[0] == found[1] > 10_000
