from __future__ import annotations

import dataclasses

import pytest

from gate.github.answers import Tree
from gate.github.check_runs import Annotation, CheckRun, write
from gate.github.client import Client
from gate.github.errors import GitHubError
from tests.helpers.github_server import GitHub
from tests.helpers.github_state import Mood

SHA = "a" * 40


def check(annotations: int = 0) -> CheckRun:
    return CheckRun(
        name="perfgate",
        sha=SHA,
        run_id="run-1",
        conclusion="failure",
        title="1 of 2 promises broken: please read",
        summary="what happened",
        annotations=tuple(
            Annotation("budgets/api.yml", at + 1, "failure", f"promise {at}", "it got slower")
            for at in range(annotations)
        ),
    )


@pytest.mark.parametrize("annotations", [0, 1, 50, 51, 100, 123])
def test_every_annotation_arrives_once_fifty_at_a_time(
    served: GitHub, client: Client, annotations: int
) -> None:
    url = write(client, check(annotations))
    (made,) = served.state.check_runs
    assert url == made["html_url"]
    assert (made["head_sha"], made["conclusion"]) == (SHA, "failure")
    lines = [each["start_line"] for each in made["all_annotations"]]
    assert lines == list(range(1, annotations + 1))


def test_a_lost_answer_makes_no_second_check_run(served: GitHub, client: Client) -> None:
    served.state.moods.append(Mood("POST", "lose"))
    write(client, check(60))
    (made,) = served.state.check_runs
    assert len(made["all_annotations"]) == 60


def test_one_that_did_not_arrive_is_sent_again(served: GitHub, client: Client) -> None:
    served.state.moods.append(Mood("POST", "status", status=503))
    write(client, check())
    assert len(served.state.check_runs) == 1


def test_long_words_are_cut_to_what_github_takes(served: GitHub, client: Client) -> None:
    long = dataclasses.replace(check(), title="t" * 1000, summary="s" * 100_000)
    write(client, long)
    output = served.state.check_runs[0]["output"]
    assert len(output["title"]) <= 255
    assert len(output["summary"]) <= 65_535


def test_a_refusal_is_an_error_with_its_status(served: GitHub, client: Client) -> None:
    served.state.moods.append(Mood("POST", "status", status=403, message="not for you"))
    with pytest.raises(GitHubError, match="not for you") as caught:
        write(client, check())
    assert caught.value.denied


def test_more_than_fifty_at_once_would_be_refused(client: Client) -> None:
    many: list[Tree] = [{"path": "a", "start_line": at} for at in range(51)]
    told: dict[str, Tree] = {"output": {"annotations": many}}
    with pytest.raises(GitHubError, match="No more than 50") as caught:
        client.post("/repos/team/shop/check-runs", told)
    assert caught.value.status == 422
