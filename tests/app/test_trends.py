"""`gate history` above a store: which objective, which branch, since when, and who."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gate.app.site import write_site
from gate.app.trends import Trends, open_trends
from gate.ci.git import repository
from gate.core.run import Commit
from gate.core.trend import Move
from gate.core.verdict import Effect, Row, Status
from gate.errors import StoreError, UsageError
from gate.seams.store import Entry
from gate.testing import samples
from tests.app.support import MemoryStore, workspace
from tests.ci.conftest import nobody
from tests.ci.support import Tree
from tests.spec.fakes import read, write

__all__ = ["nobody"]

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: 200 kB, owner: team-web}
"""
SIZE = "bundle/sum(size{encoding:br,file:app})"


def entry(number: int, size: float, commit: Commit) -> Entry:
    started = f"2026-11-{number:02}T09:30:00Z"
    run = samples.run(run_id=f"run-{number:02}", started=started)
    run = replace(run, missing=(), commit=commit)
    rows = (
        Row(samples.SIZE, Status.PASS, Effect.NONE, (), value=size, n=1),
        Row(samples.READ, Status.PASS, Effect.NONE, (), value=0.2, n=3),
    )
    return Entry(run, samples.outcome(run, rows))


def trends(tmp_path: Path, *entries: Entry, branch: str = "", since: str = "") -> Trends:
    root = tmp_path / "tree"
    write(root, bundle=BUNDLE)
    repo = repository(root)
    found = workspace(root, read(root), repo=repo, store=MemoryStore(*entries))
    return open_trends(found, branch, since, NOW)


def of_main(number: int, size: float = 168_000.0) -> Entry:
    return entry(number, size, Commit(f"{number:040x}", "main"))


@pytest.mark.parametrize(
    "text", [SIZE, "bundle/size{encoding:br,file:app}", "size{file:app, encoding:br}"]
)
def test_an_objective_is_found_by_its_id_and_by_its_sli(tmp_path: Path, text: str) -> None:
    assert trends(tmp_path, of_main(1)).find(text) == (SIZE,)


def test_what_has_no_history_is_told_with_what_has(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no history of 'bundle/nothing' in memory") as caught:
        trends(tmp_path, of_main(1)).find("bundle/nothing")
    assert SIZE in caught.value.hint
    with pytest.raises(UsageError, match="holds no run yet"):
        trends(tmp_path).find(SIZE)


def test_a_step_is_told_with_its_commits_and_the_promise(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "tree").init()
    shas = [tree.commit() for _ in range(6)]
    sizes = [168_000.0] * 3 + [169_000.0] * 3
    entries = [
        entry(at + 1, size, Commit(sha, "main"))
        for at, (sha, size) in enumerate(zip(shas, sizes, strict=True))
    ]
    told = trends(tmp_path, *entries).of(SIZE)
    ((change, mover),) = told.moved
    assert (change.move, change.at.entry) == (Move.STEP, "run-04")
    assert (mover.first, mover.last, mover.count) == (shas[2], shas[3], 1)
    assert (mover.authors, mover.commits[0][2]) == (("Ann",), "commit 4")
    assert told.objective is not None
    assert (told.objective.owner, told.branch) == ("team-web", "main")
    assert told.environments == (
        (told.trace.bands[0].environment, "AMD EPYC 7763, 4, Linux 6.8 x86_64"),
    )


def test_the_same_commit_twice_was_not_moved_by_anybody(tmp_path: Path) -> None:
    same = Commit("a" * 40, "main")
    sizes = [168_000.0, 168_000.0, 169_000.0]
    told = trends(tmp_path, *(entry(i + 1, s, same) for i, s in enumerate(sizes))).of(SIZE)
    assert [mover.same for _, mover in told.moved] == [True]


def test_what_nobody_promises_any_more_is_as_it_was_promised_last(tmp_path: Path) -> None:
    told = trends(tmp_path, of_main(1)).of(samples.READ.id)
    assert told.objective == samples.READ


def test_the_branch_is_the_trusted_one_that_was_measured_last(tmp_path: Path) -> None:
    entries = [
        of_main(1),
        entry(2, 1.0, Commit("b" * 40, "feature")),
        entry(3, 2.0, Commit("c" * 40, "master")),
    ]
    assert trends(tmp_path, *entries).branch == "master"
    assert len(trends(tmp_path, *entries, branch="main").of(SIZE).trace.points) == 1


@pytest.mark.parametrize(
    ("since", "runs"),
    [("", 3), ("2026-11-10", 2), ("3 d", 1), ("2d", 1), ("1000 d", 3), ("700000 d", 3)],
)
def test_since(tmp_path: Path, since: str, runs: int) -> None:
    found = trends(tmp_path, of_main(1), of_main(10), of_main(21), since=since)
    assert len(found.of(SIZE).trace.points) == runs


@pytest.mark.parametrize("since", ["yesterday", "5 kB", "-", "1e300 d", "2026-02-30", "2026-13-01"])
def test_a_time_that_is_none_is_refused(tmp_path: Path, since: str) -> None:
    with pytest.raises(UsageError, match="expected a day or how long ago"):
        trends(tmp_path, of_main(1), since=since)


class Breaking(MemoryStore):
    """Answers for the first page, and not for the second."""

    def get(self, entry_id: str) -> Entry:
        if len(self.read) == 2:
            raise StoreError("the server went away")
        return super().get(entry_id)


class TestSite:
    def test_a_page_for_each_objective_and_an_index(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        assert write_site(trends(tmp_path, of_main(1), of_main(2)), site) == 3
        names = sorted(path.name for path in site.iterdir())
        assert names[0] == ".perfgate-history"
        assert "index.html" in names
        assert len(names) == 4

    def test_what_is_gone_is_removed_and_other_files_stay(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        write_site(trends(tmp_path, of_main(1)), site)
        (site / "CNAME").write_text("example.org")
        run = replace(
            of_main(1), outcome=samples.outcome(of_main(1).run, (of_main(1).outcome.rows[0],))
        )
        write_site(trends(tmp_path, run), site)
        pages = sorted(path.name[:9] for path in site.iterdir() if path.suffix == ".html")
        assert pages == ["bundle-su", "index.htm"]
        assert (site / "CNAME").exists()

    def test_what_is_gone_is_removed_though_the_site_before_broke_off(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        write_site(trends(tmp_path, of_main(1)), site)
        broken = trends(tmp_path, of_main(1))
        broken.workspace = replace(broken.workspace, store=Breaking(of_main(1)))
        with pytest.raises(StoreError):
            write_site(broken, site)
        one = of_main(1)
        run = replace(one, outcome=samples.outcome(one.run, one.outcome.rows[:1]))
        write_site(trends(tmp_path, run), site)
        pages = sorted(path.name[:9] for path in site.iterdir() if path.suffix == ".html")
        assert pages == ["bundle-su", "index.htm"]

    def test_a_folder_of_something_else_is_refused(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        site.mkdir()
        (site / "precious").write_text("x")
        with pytest.raises(UsageError, match="something else"):
            write_site(trends(tmp_path, of_main(1)), site)
        assert [path.name for path in site.iterdir()] == ["precious"]

    def test_a_list_that_names_other_places_removes_nothing_there(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        write_site(trends(tmp_path, of_main(1)), site)
        (tmp_path / "precious.html").write_text("x")
        mark = site / ".perfgate-history"
        mark.write_text("../precious.html\n" + mark.read_text())
        write_site(trends(tmp_path, of_main(1)), site)
        assert (tmp_path / "precious.html").exists()

    def test_an_empty_store_is_an_empty_index(self, tmp_path: Path) -> None:
        site = tmp_path / "public"
        assert write_site(trends(tmp_path), site) == 1
        assert "No run is stored yet" in (site / "index.html").read_text()
