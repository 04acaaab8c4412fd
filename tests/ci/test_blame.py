"""Tags, authors and the last change of each line, from a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.ci.blame import author_of, blobs_at, changes_of, tag_commit, tree_of_commit
from gate.ci.git import Repository, repository
from tests.e2e.project import Project, make


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "repo")
    made.write("budgets/waivers.yml", "- one\n- two\n")
    made.commit("one")
    made.git("tag", "v1")
    made.git("tag", "--annotate", "--message", "second", "v1-annotated")
    made.env |= {"GIT_AUTHOR_NAME": "Grace", "GIT_AUTHOR_DATE": "2030-01-02T00:30:00+02:00"}
    made.write("budgets/waivers.yml", "- one\n- three\n")
    made.commit("two")
    return made


def repo(project: Project) -> Repository:
    found = repository(project.root)
    assert isinstance(found, Repository)
    return found


def test_a_tag_is_a_tag_and_nothing_else(project: Project) -> None:
    first = project.git("rev-parse", "v1")
    assert tag_commit(repo(project), "v1") == first
    assert tag_commit(repo(project), "v1-annotated") == first
    for name in ("main", "HEAD", "v2", "", "-h", "v1^{tree}", "../heads/main", "a b", "v1\0"):
        assert tag_commit(repo(project), name) == ""


def test_each_line_has_its_last_author(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    one, two = changes_of(repo(project), head, "budgets/waivers.yml")
    assert one is not None
    assert two is not None
    assert one.author == "Ada <ada@example.org>"
    assert (two.author, two.day) == ("Grace <ada@example.org>", "2030-01-01")
    assert changes_of(repo(project), head, "budgets/none.yml") == ()


@pytest.mark.parametrize("seconds", ["99999999999999", "253402300800"])
def test_a_date_that_is_no_day_is_none_and_no_bug(project: Project, seconds: str) -> None:
    tree = project.git("rev-parse", "HEAD^{tree}")
    raw = (
        f"tree {tree}\nauthor M <m@example.org> {seconds} +0000\n"
        "committer M <m@example.org> 1 +0000\n\nx\n"
    )
    (project.root / "raw").write_text(raw, encoding="utf-8")
    head = project.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
    found = changes_of(repo(project), head, "budgets/waivers.yml")
    assert {(each.author, each.day) for each in found if each} == {("M <m@example.org>", "")}


def test_where_history_is_cut_nobody_is_blamed(project: Project, tmp_path: Path) -> None:
    place = tmp_path / "shallow"
    project.git("clone", "--quiet", "--depth=1", project.root.as_uri(), str(place))
    cut = repository(place)
    assert isinstance(cut, Repository)
    head = project.git("rev-parse", "HEAD")
    assert changes_of(cut, head, "budgets/waivers.yml") == (None, None)


def test_a_commit_has_an_author_a_tree_and_blobs(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    assert author_of(repo(project), head) == "Grace <ada@example.org>"
    assert tree_of_commit(repo(project), head) == project.git("rev-parse", "HEAD^{tree}")
    name = "budgets/waivers.yml"
    found = blobs_at(repo(project), head, (name, "none", "*"))
    assert found == {name: project.git("rev-parse", f"HEAD:{name}")}
    assert blobs_at(repo(project), head, ()) == {}
