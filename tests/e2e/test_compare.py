"""`gate compare`: two records, or two revisions, objective by objective."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

import pytest

from tests.e2e.project import BUNDLE, Project, make

pytestmark = pytest.mark.xdist_group("compare")

BENCHMARK = "import work\ndef test_sort(benchmark): benchmark(work.sort)\n"
WORK = "def sort(): return sorted(range({n}))\n"
OTHER = """\
runner: bundle
files: {page: "page.html"}
objectives:
  - sli: size{file:page, encoding:raw}
    limit: 1 kB
"""


@dataclass(frozen=True)
class Two:
    """A project with the runs of two commits: the second one's bundle is larger, and sorts more."""

    project: Project
    first: str
    second: str


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    project = make(tmp_path_factory.mktemp("compare") / "repo")
    project.bundle(100, f"{BUNDLE}    tolerance: 2%\n")
    project.write("page.html", "x" * 10)
    project.budget("page", OTHER)
    project.benchmarks(BENCHMARK)
    project.write("work.py", WORK.format(n=100))
    first = project.commit()
    project.gate("check", "--out", ".gate/first")
    project.write("dist/app.js", "x" * 200)
    project.write("work.py", WORK.format(n=20000))
    second = project.commit()
    project.gate("check", "--out", ".gate/second").ends(1)
    return Two(project, first, second)


def test_two_records(two: Two) -> None:
    done = two.project.gate("compare", ".gate/first/run.json", ".gate/second/run.json")
    done.ends(
        1,
        f"{two.first[:12]}",
        "bundle/sum(size{encoding:raw,file:app}) 100 B → 200 B; +100 B (+100 %); larger",
    )
    done.ends(1, "at most 2 % worse: fail", "bench/", "slower")


def test_two_folders_are_their_records(two: Two) -> None:
    done = two.project.gate("compare", ".gate/first", ".gate/second")
    assert done.out == two.project.gate("compare", two.first, two.second).out


def test_the_other_way_round_it_is_an_improvement(two: Two) -> None:
    done = two.project.gate("compare", two.second, two.first)
    done.ends(0, "(size{encoding:raw,file:app}) 200 B → 100 B; -100 B (-50 %); smaller")
    assert "fail" not in done.out


def test_an_objective_without_a_tolerance_is_asked_and_closes_nothing(two: Two) -> None:
    two.project.gate("compare", two.first, two.second).ends(
        1, "page/sum(size{encoding:raw,file:page}) 10 B → 10 B; unchanged; the same"
    )
    told = json.loads(two.project.gate("compare", two.first, two.second, "--json").out)
    page = next(row for row in told["rows"] if row["objective"]["budget"] == "page")
    assert page["effect"] == "none"
    assert [verdict["bound"] for verdict in page["verdicts"]] == ["tolerance"]


def test_what_only_the_first_promised_is_named(two: Two) -> None:
    away = two.project.root / "budgets" / "page.yml"
    kept = away.with_suffix(".away")
    shutil.move(away, kept)
    try:
        two.project.gate("check", "--only", "bundle", "--out", ".gate/third")
        done = two.project.gate("compare", ".gate/first", ".gate/third")
        done.ends(1, "only promised in the first: page/sum(size{encoding:raw,file:page})")
    finally:
        shutil.move(kept, away)


class TestRefused:
    def test_a_run_with_itself(self, two: Two) -> None:
        two.project.gate("compare", ".gate/first", two.first).ends(2, "are the same run")

    def test_a_revision_that_nobody_measured(self, two: Two) -> None:
        done = two.project.gate("compare", "v9", two.first)
        done.ends(2, "v9 is no file, and no stored run has this id", "--against v9")

    def test_a_file_that_is_not_there(self, two: Two) -> None:
        two.project.gate("compare", "no.json", two.first).ends(2, "no.json is not there")

    def test_a_record_that_is_none(self, two: Two) -> None:
        two.project.write(".gate/empty.json", "{}")
        two.project.gate("compare", ".gate/empty.json", two.first).ends(2, "empty.json")
