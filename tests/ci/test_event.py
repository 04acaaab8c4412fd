"""What the event's file tells: the change, the commit that people see, the one to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.ci.event import Event, event_of
from gate.errors import UsageError

HEAD, BASE, MERGE = "a" * 40, "b" * 40, "c" * 40


def change(**more: object) -> dict[str, object]:
    own = {"full_name": "team/shop"}
    return {
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"sha": HEAD, "repo": own},
            "base": {"sha": BASE, "repo": own},
            **more,
        },
    }


def told(tmp_path: Path, name: str, payload: object, ref: str = "refs/heads/main") -> Event:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(payload))
    return event_of(
        {
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_SHA": MERGE,
            "GITHUB_REF": ref,
        }
    )


@pytest.mark.parametrize(
    ("name", "payload", "ref", "event"),
    [
        pytest.param(
            "pull_request",
            change(),
            "refs/pull/7/merge",
            Event("pull_request", 7, HEAD, "HEAD^1"),
            id="CI's merge of a change: its first parent",
        ),
        pytest.param(
            "pull_request_target",
            change(),
            "refs/heads/main",
            Event("pull_request_target", 7, HEAD, BASE),
            id="no merge: the base that is told",
        ),
        pytest.param(
            "pull_request",
            change(head={"sha": HEAD, "repo": {"full_name": "mallory/shop"}}),
            "refs/pull/7/merge",
            Event("pull_request", 7, HEAD, "HEAD^1", fork=True),
            id="a fork",
        ),
        pytest.param(
            "pull_request",
            change(head={"sha": HEAD, "repo": None}),
            "refs/pull/7/merge",
            Event("pull_request", 7, HEAD, "HEAD^1", fork=True),
            id="a fork that was deleted",
        ),
        pytest.param(
            "merge_group",
            {"merge_group": {"base_sha": BASE, "head_sha": MERGE}},
            "refs/heads/gh-readonly-queue/main/pr-7",
            Event("merge_group", 0, MERGE, BASE),
            id="a merge queue: what it builds on, which may be another entry",
        ),
        pytest.param(
            "push",
            {"before": BASE, "after": MERGE},
            "refs/heads/main",
            Event("push", 0, MERGE, BASE),
            id="a push: what was there before",
        ),
        pytest.param(
            "push",
            {"before": "0" * 40},
            "refs/heads/new",
            Event("push", 0, MERGE),
            id="the first push of a branch",
        ),
        pytest.param(
            "schedule",
            {"schedule": "0 3 * * *"},
            "refs/heads/main",
            Event("schedule", 0, MERGE),
            id="a schedule",
        ),
        pytest.param(
            "push",
            {"before": "HEAD; rm -rf /", "pull_request": []},
            "refs/heads/main",
            Event("push", 0, MERGE),
            id="what is no commit is none",
        ),
        pytest.param(
            "pull_request",
            {"number": True, "pull_request": {"number": "7"}},
            "refs/pull/7/merge",
            Event("pull_request", 0, "", "HEAD^1"),
            id="what is no number is none",
        ),
    ],
)
def test_an_event(tmp_path: Path, name: str, payload: object, ref: str, event: Event) -> None:
    assert told(tmp_path, name, payload, ref) == event


def test_without_a_file_there_is_only_its_name() -> None:
    assert event_of({"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": HEAD}) == Event("push", 0, HEAD)
    assert event_of({}) == Event()


@pytest.mark.parametrize("text", ["", "{", '{"a": NaN}', "[" * 100_000])
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="cannot be read"):
        event_of({"GITHUB_EVENT_PATH": str(file)})
