"""What a long benchmark keeps, what is left of it, and what its table says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.against import jobs, page
from bench.against.page import Goal, table
from bench.against.work import Row, Work, version


def _work(folder: Path, name: str = "one", *, mixed: bool = False) -> Work:
    return Work(folder / "work.jsonl", name, mixed)


def test_what_was_done_is_there_when_it_starts_again(tmp_path: Path) -> None:
    _work(tmp_path).add("unchanged", 0, {"exit": 0})
    assert _work(tmp_path).rows("unchanged") == [
        {"kind": "unchanged", "number": 0, "version": "one", "exit": 0}
    ]


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    work = _work(tmp_path)
    for number in range(2):
        work.add("unchanged", number, {"exit": 0})
    work.file.write_bytes(work.file.read_bytes()[:-10])
    assert work.numbers("unchanged") == {0}
    work.add("unchanged", 1, {"exit": 4})
    assert [row["exit"] for row in _work(tmp_path).rows("unchanged")] == [0, 4]


def test_what_another_version_did_counts_only_where_that_is_said(tmp_path: Path) -> None:
    for name in ("one", "two"):
        _work(tmp_path, name).add("unchanged", 0, {"exit": 0})
    assert len(_work(tmp_path, "two").rows("unchanged")) == 1
    assert len(_work(tmp_path, "two", mixed=True).rows("unchanged")) == 2
    assert _work(tmp_path, "two", mixed=True).versions() == 2


def test_a_version_changes_with_the_code_and_with_the_design(tmp_path: Path) -> None:
    (tmp_path / "judge.py").write_text("1")
    first = version({"tolerance": 5}, tmp_path)
    assert version({"tolerance": 5}, tmp_path) == first
    assert version({"tolerance": 6}, tmp_path) != first
    (tmp_path / "judge.py").write_text("2")
    assert version({"tolerance": 5}, tmp_path) != first


def test_the_kinds_take_turns_in_proportion_and_the_first_begins(tmp_path: Path) -> None:
    work = _work(tmp_path)
    wanted = {"unchanged": 4, "planted": 2}
    kinds = [kind[0] for kind, _ in jobs.left(work, wanted)]
    assert "".join(kinds) == "upuupu"
    work.add("planted", 0, {})
    assert ("planted", 0) not in jobs.left(work, wanted)


def test_none_is_begun_when_the_time_is_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = _work(tmp_path)

    def one(kind: str, number: int) -> Row:
        return work.add(kind, number, {"exit": 0})

    jobs.run(work, {"unchanged": 3}, one, str, within=-1)
    assert not work.rows("unchanged")
    assert "3 checks are left" in capsys.readouterr().out
    jobs.run(work, {"unchanged": 3}, one, str, within=60)
    assert len(work.rows("unchanged")) == 3


@pytest.mark.parametrize(
    ("goal", "told"),
    [
        pytest.param(Goal("red", 1, 40, 1, 40), "met", id="at most so many"),
        pytest.param(Goal("red", 2, 40, 1, 40), "MISSED", id="one too many"),
        pytest.param(Goal("red", 1, 3, 1, 40), "met so far", id="not all yet"),
        pytest.param(Goal("red", 2, 3, 1, 40), "MISSED", id="too many already"),
        pytest.param(Goal("found", 19, 20, 1, 20, least=True), "met", id="at least so many"),
        pytest.param(Goal("found", 18, 20, 1, 20, least=True), "MISSED", id="one too few"),
        pytest.param(Goal("found", 0, 0, 1, 20, least=True), "not run", id="nothing is not good"),
    ],
)
def test_a_goal_is_met_by_what_was_counted(goal: Goal, told: str) -> None:
    assert goal.met is told.startswith("met")
    assert table([goal])[-1].endswith(f"| {told} |")


def test_a_section_of_the_page_is_written_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "against.md"
    copy.write_text(page.PAGE.read_text("utf-8"), "utf-8")
    for section in ("strangers", "shop"):
        page.write(section, [f"measured {section}"], copy)
    text = copy.read_text("utf-8")
    assert "measured strangers\n<!-- end of strangers -->" in text
    assert "measured shop\n<!-- end of shop -->" in text
    assert text.count("\n## ") == 2
