"""A history in the terminal: the whole text, and names from strangers as text."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gate.core.trend import trace
from gate.reports.history import History, Mover, as_json, render
from gate.reports.history.terminal import sparkline
from gate.reports.history.words import mover_words
from tests.reports.histories import history, hostile_history, points

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("history.txt", lambda: render(history())),
        ("hostile.txt", lambda: render(hostile_history(), runs=2)),
        ("history.json", lambda: as_json(history(40))),
    ],
)
def test_the_whole_text(name: str, text: object, request: pytest.FixtureRequest) -> None:
    assert callable(text)
    said = text()
    if request.config.getoption("--update-golden"):
        (GOLDEN / name).write_text(said, encoding="utf-8")
    assert said == (GOLDEN / name).read_text(encoding="utf-8")


def test_nothing_steers_the_terminal_or_the_ci() -> None:
    said = render(hostile_history())
    assert not set(said) & set("\x1b\x07\r\u202e")
    assert not any(line.lstrip().startswith("::") for line in said.split("\n"))


def test_json_holds_what_was_measured_and_who_moved_it() -> None:
    told = json.loads(as_json(history()))
    assert (told["unit"], len(told["points"]), told["branch"]) == ("time", 120, "main")
    assert told["points"][0]["low"] < told["points"][0]["value"] < told["points"][0]["high"]
    assert [change["move"] for change in told["changes"]] == ["step", "drift begins"]
    assert told["changes"][0]["authors"] == ["Ann Example", "Bob"]
    assert [band["runs"] for band in told["environments"]] == [90, 30]


def test_no_runs_are_said() -> None:
    assert render(History("api/x", "main", trace([]))) == "api/x on main: no runs\n"


@pytest.mark.parametrize(
    ("mover", "said"),
    [
        (Mover("a" * 40, "b" * 40), "after aaaaaaaaaaaa, in bbbbbbbbbbbb at the latest"),
        (Mover("a" * 40, "a" * 40, same=True), "aaaaaaaaaaaa measured again: not the code"),
        (
            Mover("a" * 40, "b" * 40, 1, ("Ann",)),
            "1 commit, aaaaaaaaaaaa..bbbbbbbbbbbb, by Ann",
        ),
        (
            Mover("a" * 40, "b" * 40, 9, ("A", "B", "C", "D", "E")),
            "9 commits, aaaaaaaaaaaa..bbbbbbbbbbbb, by A, B, C and 2 more",
        ),
    ],
    ids=["not known here", "the same commit", "one commit", "many authors"],
)
def test_who_moved_it(mover: Mover, said: str) -> None:
    assert mover_words(mover) == said


def test_a_history_without_a_promise_or_known_movers_is_told() -> None:
    plain = replace(history(), objective=None, movers=(), environments=())
    said = render(plain)
    assert "at the latest" in said
    assert "environment e1e1e1e1" in said


def test_a_sparkline_shows_the_mean_of_what_shares_a_column() -> None:
    assert sparkline([1.0, 1.0, 2.0]) == "▁▁█"
    assert sparkline([1.0] * 5) == "▁▁▁▁▁"
    assert len(sparkline([p.value for p in points(500)], width=40)) == 40
