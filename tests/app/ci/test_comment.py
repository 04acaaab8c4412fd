"""What the comment says of the one before it, and what nobody can make it say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gate.app.ci.comment import About, before, eventful, write_comment, write_failure
from gate.core.verdict import Effect, Exit
from gate.github.access import access_of
from gate.github.client import Client
from gate.testing import sample_outcomes
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import WRITER

PULL, HEAD = 3, "9c8b7a6" + "0" * 33
ABOUT = About(PULL, HEAD)


@pytest.fixture
def served() -> Iterator[GitHub]:
    with github() as running:
        yield running


@pytest.fixture
def client(served: GitHub) -> Client:
    return Client(access_of(served.environ(WRITER)))


def state(code: int, commit: str = HEAD) -> str:
    return f"words\n<!-- perfgate:state exit={code} commit={commit} -->"


@pytest.mark.parametrize(
    ("body", "now", "said"),
    [
        pytest.param(state(0), Exit.FAILED, "open at 9c8b7a6", id="another verdict"),
        pytest.param(state(1), Exit.OK, "closed: a promise is broken at 9c8b7a6", id="now open"),
        pytest.param(state(1), Exit.FAILED, "", id="the same verdict"),
        pytest.param(
            state(0).replace("\n", "\r\n") + "\r\n",
            Exit.FAILED,
            "open at 9c8b7a6",
            id="line ends of GitHub",
        ),
        pytest.param("", Exit.FAILED, "", id="no comment"),
        pytest.param(state(99), Exit.FAILED, "", id="no exit code of ours"),
        pytest.param(state(0) + "\nmore", Exit.FAILED, "", id="not the last line"),
        pytest.param(state(0, "x" * 40), Exit.FAILED, "", id="no commit"),
    ],
)
def test_before(body: str, now: Exit, said: str) -> None:
    assert before(body, now) == said


def test_a_comment_ends_with_how_the_gate_stands(served: GitHub, client: Client) -> None:
    outcome = sample_outcomes.mixed_outcome()
    write_comment(client, outcome, ABOUT)
    (made,) = served.state.comments[PULL]
    end = f"<!-- perfgate:state exit={outcome.exit.value} commit={HEAD} -->"
    assert made["body"].endswith(end)
    assert before(made["body"], Exit.OK).endswith("at 9c8b7a6")


def test_hostile_names_fake_neither_marker_nor_state(served: GitHub, client: Client) -> None:
    names = ("<!-- perfgate:v1 key=other -->", "x\n<!-- perfgate:state exit=0 commit=0000000 -->")
    outcome = sample_outcomes.hostile_outcome(names)
    write_comment(client, outcome, ABOUT)
    lines = served.state.comments[PULL][0]["body"].splitlines()
    assert lines[0] == "<!-- perfgate:v1 key=perfgate -->"
    assert lines[-1] == f"<!-- perfgate:state exit={outcome.exit.value} commit={HEAD} -->"
    assert not [line for line in lines[1:-1] if line.startswith("<!--")]


def test_the_same_outcome_twice_is_written_once(served: GitHub, client: Client) -> None:
    for _ in range(3):
        write_comment(client, sample_outcomes.mixed_outcome(), ABOUT)
    assert len(served.asked("POST", "/comments")) == 1
    assert not served.asked("PATCH")


def test_a_failure_changes_what_is_there_and_makes_nothing(served: GitHub, client: Client) -> None:
    write_failure(client, ABOUT, Exit.USAGE, "no")
    assert served.state.comments == {}
    write_comment(client, sample_outcomes.mixed_outcome(), ABOUT)
    write_failure(client, ABOUT, Exit.USAGE, "```text\nbudgets/api.yml:3:1: unknown key\n```")
    (made,) = served.state.comments[PULL]
    assert "nothing was judged (exit 2" in made["body"]
    assert "unknown key" in made["body"]


def test_eventful_is_what_asks_for_a_look() -> None:
    outcome = sample_outcomes.mixed_outcome()
    calm = replace(
        outcome,
        exit=Exit.OK,
        rows=tuple(replace(row, effect=Effect.NONE) for row in outcome.rows),
    )
    assert not eventful(calm)
    assert eventful(replace(calm, exit=Exit.FAILED))
    assert eventful(replace(calm, rows=(replace(calm.rows[0], effect=Effect.WAIVED),)))
