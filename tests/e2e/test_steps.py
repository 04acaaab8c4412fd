"""Measuring, judging and reporting in three steps is `gate check`; judging is the same everywhere.

One project is checked once for all tests here; they judge copies of its records.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import BUNDLE, Project, make

pytestmark = pytest.mark.xdist_group("steps")

FORMATS = {
    "html": "html",
    "json": "json",
    "junit": "xml",
    "markdown": "md",
    "terminal": "txt",
}
BENCHMARKS = """\
def test_sort(benchmark): benchmark(sorted, range(100))
def test_sum(benchmark): benchmark(sum, range(100))
"""


@dataclass(frozen=True)
class Checked:
    """A project with stored runs, what a check of it printed, and where its records lie."""

    project: Project
    code: int
    out: str
    place: Path

    @property
    def run(self) -> Path:
        """The record of the run."""
        return self.place / "run.json"

    @property
    def outcome(self) -> bytes:
        """The record of what was decided."""
        return (self.place / "outcome.json").read_bytes()

    def judged(self, out: Path, *words: str, cwd: str = ".", **env: str) -> bytes:
        """The outcome of judging the run again."""
        done = self.project.gate("judge", str(self.run), "--out", str(out), *words, cwd=cwd, **env)
        assert done.code == self.code, done.said
        return out.read_bytes()


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A check of the second commit against the first one's run: a regression, and benchmarks."""
    root = tmp_path_factory.mktemp("steps")
    project = make(root / "repo")
    project.bundle(100, f"{BUNDLE}    tolerance: 2%\n")
    project.benchmarks(BENCHMARKS)
    project.commit()
    project.gate("check").ends(3, "no comparable baseline")
    project.write("dist/app.js", "x" * 200)
    project.commit()
    reports = [f"--report={name}={root}/check.{suffix}" for name, suffix in FORMATS.items()]
    done = project.gate("check", *reports)
    done.ends(1, "✗ fail bundle/sum(size{encoding:raw,file:app})")
    place = root / "records"
    place.mkdir()
    for name in ("run.json", "outcome.json"):
        shutil.copy(project.root / ".gate" / name, place)
    for suffix in FORMATS.values():
        shutil.copy(root / f"check.{suffix}", place)
    return Checked(project, done.code, done.out, place)


def test_check_compared_two_kinds_of_numbers(checked: Checked) -> None:
    rows = json.loads(checked.outcome)["rows"]
    assert {row["objective"]["kind"] for row in rows} == {"exact", "timing"}
    assert all(row["verdicts"][-1]["baseline"] for row in rows)


def test_judging_the_run_of_a_check_gives_its_outcome(checked: Checked, tmp_path: Path) -> None:
    assert checked.judged(tmp_path / "outcome.json") == checked.outcome


def test_judge_prints_what_check_printed(checked: Checked, tmp_path: Path) -> None:
    done = checked.project.gate("judge", str(checked.run), "--out", str(tmp_path / "o.json"))
    assert done.out == checked.out


def test_report_prints_what_check_printed(checked: Checked) -> None:
    done = checked.project.gate("report", str(checked.place / "outcome.json"))
    assert (done.code, done.out) == (0, checked.out)


@pytest.mark.parametrize("name", FORMATS)
def test_report_writes_what_check_wrote(name: str, checked: Checked, tmp_path: Path) -> None:
    outcome = str(checked.place / "outcome.json")
    written = tmp_path / "deep" / "report"
    done = checked.project.gate("report", outcome, f"--report={name}={written}", "--format", name)
    expected = (checked.place / f"check.{FORMATS[name]}").read_bytes()
    assert done.code == 0
    assert written.read_bytes() == expected
    assert done.out.encode() == expected


def test_three_steps_come_to_what_check_comes_to(checked: Checked, tmp_path: Path) -> None:
    only = ("--only", "bundle", "--out")
    measured = checked.project.gate("measure", *only, str(tmp_path / "steps"))
    assert (measured.code, measured.out) == (0, f"{tmp_path}/steps/run.json\n")
    at_once = checked.project.gate("check", *only, str(tmp_path / "check"))
    judged = checked.project.gate("judge", str(tmp_path / "steps" / "run.json"))
    reported = checked.project.gate("report", str(tmp_path / "steps" / "outcome.json"))
    assert (at_once.code, judged.code, reported.code) == (1, 1, 0)
    assert settled(judged.out) == settled(reported.out) == settled(at_once.out)
    assert outcome(tmp_path / "steps") == outcome(tmp_path / "check")


def settled(text: str) -> list[str]:
    """The lines of a report but for those that name the run and its time."""
    return [
        line
        for line in text.splitlines()
        if not re.search(r"\b20\d\d-\d\d-\d\d", line) and " run  " not in line
    ]


def outcome(place: Path) -> Any:
    """An outcome without the run's name and time."""
    read = json.loads((place / "outcome.json").read_bytes())
    return {key: value for key, value in read.items() if key not in {"run_id", "at"}}


def newest_features() -> str:
    """What this machine's processor has beyond numpy's baseline, as numpy is told to do without."""
    umath = pytest.importorskip("numpy._core._multiarray_umath")
    return ",".join(name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name])


WORLDS: dict[str, dict[str, str]] = {
    "again": {},
    "another hash seed": {"PYTHONHASHSEED": "7"},
    "a third hash seed": {"PYTHONHASHSEED": "4242"},
    "another time zone": {"TZ": "Pacific/Kiritimati"},
    "another language": {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
    "no UTF-8": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no assertions": {"PYTHONOPTIMIZE": "2"},
    "one thread": {"OMP_NUM_THREADS": "1"},
}


@pytest.mark.parametrize("world", WORLDS)
def test_judging_is_the_same_everywhere(world: str, checked: Checked, tmp_path: Path) -> None:
    assert checked.judged(tmp_path / "outcome.json", **WORLDS[world]) == checked.outcome


def test_judging_needs_no_feature_of_the_processor(checked: Checked, tmp_path: Path) -> None:
    without = {"NPY_DISABLE_CPU_FEATURES": newest_features()}
    assert checked.judged(tmp_path / "outcome.json", **without) == checked.outcome


@pytest.mark.parametrize("folder", ["dist", ".git/.."])
def test_judging_is_the_same_in_every_folder(folder: str, checked: Checked, tmp_path: Path) -> None:
    assert checked.judged(tmp_path / "outcome.json", cwd=folder) == checked.outcome


def test_judging_finds_the_repository_around_the_record(checked: Checked, tmp_path: Path) -> None:
    own = checked.project.root / ".gate" / "old"
    own.mkdir(exist_ok=True)
    shutil.copy(checked.run, own)
    done = checked.project.gate(
        "judge", str(own / "run.json"), "--out", str(tmp_path / "o.json"), cwd=str(tmp_path)
    )
    assert done.code == checked.code
    assert (tmp_path / "o.json").read_bytes() == checked.outcome


def test_an_old_run_is_judged_as_it_was_after_later_ones(checked: Checked, tmp_path: Path) -> None:
    project = checked.project
    before = project.gate("baseline", "list").out.count("\n")
    project.gate("check", "--only", "bundle").ends(1)
    project.commit("later")
    project.gate("check", "--only", "bundle").ends(1)
    assert project.gate("baseline", "list").out.count("\n") == before + 2
    assert checked.judged(tmp_path / "outcome.json") == checked.outcome


def test_judging_at_another_time_says_so(checked: Checked, tmp_path: Path) -> None:
    judged = checked.judged(tmp_path / "outcome.json", "--at", "2027-02-03")
    assert json.loads(judged)["at"] == "2027-02-03"


@pytest.mark.parametrize(
    "name",
    [
        "bundle/sum(size{encoding:raw,file:app})",
        "bundle/size{file:app, encoding:raw}",
        "size{file:app, encoding:raw}",
    ],
)
def test_an_objective_is_explained_as_the_budget_names_it(name: str, checked: Checked) -> None:
    done = checked.project.gate("explain", name, str(checked.place / "outcome.json"))
    done.ends(0, "bundle/sum(size{encoding:raw,file:app})")


def test_what_names_several_objectives_is_told(checked: Checked, tmp_path: Path) -> None:
    read = json.loads(checked.outcome)
    row = next(row for row in read["rows"] if row["objective"]["id"].startswith("bundle/"))
    other = json.loads(json.dumps(row).replace('"bundle', '"other'))
    (tmp_path / "o.json").write_text(json.dumps({**read, "rows": [*read["rows"], other]}))
    done = checked.project.gate("explain", "size{file:app,encoding:raw}", str(tmp_path / "o.json"))
    done.ends(2, "names several", "bundle/sum", "other/sum")
