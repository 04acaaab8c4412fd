"""Head's benchmarks on the base's tree: they drive it, and what they run is the base's code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.reasons import Code
from gate.core.sample import reduce_unit
from gate.runners.pytest_benchmark import RUNNER
from gate.runners.pytest_benchmark.harness import differing, harness_files, put
from gate.runners.pytest_benchmark.options import PytestBenchmarkOptions
from gate.runners.pytest_benchmark.python import find_python
from gate.seams.runner import Job, Refused, Session, SideBySide, UnitAnswer, UnitFailed
from gate.testing import question
from tests.runners.pytest_benchmark.support import times

EACH = question("bench/time", "median(time)", each="test")
OPTIONS = PytestBenchmarkOptions(
    paths=("bench",), python=sys.executable, rounds=2, max_time="1 ms", warmup=False
)
WORK = "import pathlib, mine, os\n\ndef test_work(benchmark):\n    benchmark(mine.work)\n"
TELLS = "    pathlib.Path(os.environ['TOLD']).write_text(mine.NAME)\n"
INI = "[tool.pytest.ini_options]\npythonpath = ['src']\n"


def tree(folder: Path, name: str, bench: str = WORK, **files: str) -> Path:
    """A tree whose package says which tree it is of."""
    written = {
        "bench/test_a.py": bench,
        "src/mine.py": f"NAME = {name!r}\ndef work(): return sum(range(9))\n",
        **files,
    }
    for path, text in written.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_text(text, encoding="utf-8")
    return folder / name


def job(head: Path, base: Path, **env: str) -> Job:
    out = base.parent / "out"
    out.mkdir(exist_ok=True)
    return Job("bench", (EACH,), base, head, out, {**os.environ, **env}, 60)


@contextmanager
def opened(asked: Job, options: PytestBenchmarkOptions = OPTIONS) -> Iterator[Session]:
    with RUNNER.open(asked, options) as session:
        assert not isinstance(session, Refused), session.reason.sentence
        yield session


def unit(asked: Job, options: PytestBenchmarkOptions = OPTIONS) -> UnitAnswer | UnitFailed:
    with opened(asked, options) as session:
        return session.unit(0)


def answer(asked: Job) -> UnitAnswer:
    given = unit(asked)
    assert isinstance(given, UnitAnswer), given.reason.sentence
    return given


LEADS = {
    "the project's own settings": {"pyproject.toml": INI},
    "a conftest.py": {
        "conftest.py": "import pathlib, sys\n"
        "sys.path.insert(0, str(pathlib.Path(__file__).parent / 'src'))\n"
    },
}


@pytest.mark.parametrize("lead", LEADS)
def test_heads_benchmarks_run_the_bases_code(lead: str, tmp_path: Path) -> None:
    head = tree(tmp_path, "head", WORK + TELLS, **LEADS[lead])
    base = tree(tmp_path, "base", WORK, **LEADS[lead])
    told = tmp_path / "told"
    given = answer(job(head, base, TOLD=str(told)))
    assert list(times(given)) == ["bench/test_a.py::test_work"]
    assert told.read_text() == "base"
    assert [note.code for note in given.notes] == [Code.HARNESS_PUT]


@pytest.mark.parametrize("where", ["head/src", "head/bench/../src"])
def test_a_path_into_heads_tree_leads_to_the_bases(where: str, tmp_path: Path) -> None:
    """As an editable install of head does, whose environment both trees use."""
    head = tree(tmp_path, "head", WORK + TELLS)
    base = tree(tmp_path, "base", WORK + TELLS)
    told = tmp_path / "told"
    env = {"TOLD": str(told), "PYTHONPATH": str(tmp_path / where)}
    assert answer(job(head, base, **env)).notes == ()
    assert told.read_text() == "base"


def test_what_would_run_heads_code_is_not_measured(tmp_path: Path) -> None:
    head = tree(tmp_path, "head")
    lead = f"import sys\nsys.path.insert(0, {str(head / 'src')!r})\n"
    (head / "conftest.py").write_text(lead)
    base = tree(tmp_path, "base")
    given = unit(job(head, base))
    assert isinstance(given, UnitFailed)
    assert "it would run head's code: mine from" in given.reason.sentence
    assert "`prepare:`" in given.reason.remedy


def test_a_copy_that_was_installed_from_heads_tree_is_heads_code(tmp_path: Path) -> None:
    head, base = tree(tmp_path, "head"), tree(tmp_path, "base")
    site = tmp_path / "site-packages"
    made = site / "mine-1.dist-info"
    made.mkdir(parents=True)
    (site / "mine.py").write_text("NAME = 'copy'\ndef work(): return 1\n")
    (made / "METADATA").write_text("Name: mine\nVersion: 1\n")
    (made / "RECORD").write_text("mine.py,,\n")
    (made / "direct_url.json").write_text(f'{{"url": "file://{head}", "dir_info": {{}}}}')
    given = unit(job(head, base, PYTHONPATH=str(site)))
    assert isinstance(given, UnitFailed)
    assert "head's code: mine" in given.reason.sentence


def test_a_new_benchmark_that_the_base_cannot_import_leaves_the_others(tmp_path: Path) -> None:
    new = "import mine\nfrom mine import fresh\ndef test_new(benchmark):\n    benchmark(fresh)\n"
    head = tree(tmp_path, "head", **{"bench/test_b.py": new, "pyproject.toml": INI})
    base = tree(tmp_path, "base", **{"pyproject.toml": INI})
    assert list(times(answer(job(head, base)))) == ["bench/test_a.py::test_work"]


def test_the_same_benchmarks_have_to_run_on_the_base(tmp_path: Path) -> None:
    """A base that cannot run what it promised itself is broken, and not older."""
    head, base = tree(tmp_path, "head", **{"pyproject.toml": INI}), tree(tmp_path, "base")
    (base / "src" / "mine.py").unlink()
    given = unit(job(head, base))
    assert isinstance(given, UnitFailed)
    assert given.reason.code is Code.TOOL_CRASHED


def test_a_benchmark_that_only_the_base_has_is_named(tmp_path: Path) -> None:
    ini = {"pyproject.toml": INI}
    gone = WORK + "\ndef test_gone(benchmark): benchmark(mine.work)\n"
    more = {"bench/test_old.py": "def test_old(benchmark): benchmark(len, [])\n"}
    head, base = tree(tmp_path, "head", **ini), tree(tmp_path, "base", gone, **ini, **more)
    given = answer(job(head, base))
    told = {each.sli.tag("test"): each.reason.code for each in given.not_found}
    assert told == {
        "bench/test_a.py::test_gone": Code.VANISHED,
        "bench/test_old.py::test_old": Code.VANISHED,
    }
    assert not (base / "bench" / "test_old.py").exists()


def test_a_comparison_of_nothing_is_told(tmp_path: Path) -> None:
    alone = "def test_sum(benchmark): benchmark(sum, [1])\n"
    given = answer(job(tree(tmp_path, "head", alone), tree(tmp_path, "base", alone)))
    assert [note.code for note in given.notes] == [Code.NO_CODE_OF_TREE]


def test_the_shape_is_that_of_heads_benchmarks(tmp_path: Path) -> None:
    head, base = tree(tmp_path, "head"), tree(tmp_path, "base", WORK + "\n")
    asked = job(head, base)
    with opened(asked) as session, opened(replace(asked, root=head)) as own:
        assert session.ready.shape == own.ready.shape


def test_code_beside_the_benchmarks_is_not_put_where_the_whole_project_is_named(
    tmp_path: Path,
) -> None:
    options = PytestBenchmarkOptions(paths=("bench", "."))
    ini = {"pyproject.toml": INI}
    head, base = tree(tmp_path, "head", **ini), tree(tmp_path, "base", WORK + "\n", **ini)
    assert [str(path) for path in differing(options, base, head)] == ["bench/test_a.py"]
    assert Path("src/mine.py") not in harness_files(options, head)


def test_an_environment_of_its_own_goes_before_heads(tmp_path: Path) -> None:
    head, base = tree(tmp_path, "head"), tree(tmp_path, "base")
    for home in (head, base):
        (home / ".venv" / "bin").mkdir(parents=True)
        # Not a link, by which a Python would not find the environment that it belongs to.
        python = home / ".venv" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
        python.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "VIRTUAL_ENV": str(head / ".venv")}
    for written in ("", ".venv/bin/python", str(head / ".venv" / "bin" / "python")):
        found = find_python(written, (base, head), env)
        assert getattr(found, "path", None) == base / ".venv" / "bin" / "python"
    (base / ".venv" / "bin" / "python").unlink()
    for written in ("", ".venv/bin/python", str(head / ".venv" / "bin" / "python")):
        found = find_python(written, (base, head), env)
        assert getattr(found, "path", None) == head / ".venv" / "bin" / "python"


def test_both_trees_are_measured_side_by_side(tmp_path: Path) -> None:
    ini = {"pyproject.toml": INI}
    told = tmp_path / "told"
    bench = "import mine, os\ndef test_work(benchmark):\n    benchmark.pedantic(turn, rounds=4)\n"
    bench += "def turn():\n    import time\n    time.sleep(0.01)\n"
    bench += "    open(os.environ['TOLD'], 'a').write(mine.NAME[0])\n"
    head, base = tree(tmp_path, "head", bench, **ini), tree(tmp_path, "base", bench, **ini)
    cpu = question("bench/cpu_time", "median(cpu_time)", each="test")
    asked = replace(job(head, base, TOLD=str(told)), questions=(EACH, cpu))
    with opened(replace(asked, root=head)) as one, opened(asked) as other:
        assert isinstance(one, SideBySide)
        answers = one.beside(other, 0, other_first=True)
    assert told.read_text()[:8] == "bh" * 4
    for given in answers:
        assert isinstance(given, UnitAnswer)
        metrics = [found.sli.metric for found in given.found]
        assert metrics == ["time", "cpu_time"]
        wall, spent = (reduce_unit(found.data, found.sli) for found in given.found)
        assert 0 < spent < wall  # it sleeps


def test_side_by_side_a_broken_base_leaves_head_alone(tmp_path: Path) -> None:
    ini = {"pyproject.toml": INI}
    head, base = tree(tmp_path, "head", **ini), tree(tmp_path, "base", **ini)
    (base / "src" / "mine.py").unlink()
    asked = job(head, base)
    with opened(replace(asked, root=head)) as one, opened(asked) as other:
        assert isinstance(one, SideBySide)
        good, bad = one.beside(other, 0, other_first=True)
    assert list(times(good)) == ["bench/test_a.py::test_work"]
    assert isinstance(bad, UnitFailed)


def test_side_by_side_a_base_that_hangs_leaves_head_alone(tmp_path: Path) -> None:
    ini = {"pyproject.toml": INI}
    head, base = tree(tmp_path, "head", **ini), tree(tmp_path, "base", **ini)
    (base / "src" / "mine.py").write_text("import time\ndef work(): time.sleep(60)\n")
    asked = replace(job(head, base), timeout=20)
    with opened(replace(asked, root=head)) as one, opened(asked) as other:
        assert isinstance(one, SideBySide)
        good, bad = one.beside(other, 0, other_first=True)
    assert list(times(good)) == ["bench/test_a.py::test_work"]
    assert isinstance(bad, UnitFailed)
    assert bad.reason.code is Code.TOOL_TIMED_OUT


def test_cpu_time_is_measured_without_a_base_too(tmp_path: Path) -> None:
    head = tree(tmp_path, "head", **{"pyproject.toml": INI})
    cpu = question("bench/cpu_time", "median(cpu_time)", each="test")
    given = unit(replace(job(head, head), questions=(cpu,)))
    assert isinstance(given, UnitAnswer)
    assert [str(found.sli) for found in given.found] == [
        'median(cpu_time{test:"bench/test_a.py::test_work"})'
    ]


def test_nothing_outside_of_the_tree_is_deleted_through_a_link(tmp_path: Path) -> None:
    head, base, outside = (tmp_path / name for name in ("head", "base", "outside"))
    for folder in (head, base, outside):
        folder.mkdir()
    (outside / "test_a.py").write_text("kept", encoding="utf-8")
    (base / "bench").symlink_to(outside)
    with pytest.raises(OSError, match="leaves the tree through a link"):
        put((Path("bench/test_a.py"),), base, head)
    assert (outside / "test_a.py").read_text(encoding="utf-8") == "kept"
