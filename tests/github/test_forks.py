"""A GitHub that answers more than it was asked (an older Enterprise, a filter that changed)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from gate.github.access import Access
from gate.github.client import Client
from gate.github.forks import Ran, artifact_of, pull_of

SHA, OTHER = "c0ffee" + "0" * 34, "badc0de" + "0" * 33
RAN = Ran(9, "pull_request", SHA, "patch-1", "mallory/shop")


class Generous:
    """Gives every item that there is, whatever the query says."""

    access = Access("team/shop")

    def __init__(self, *items: Any) -> None:
        self.items = items

    def pages(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(self.items)

    def download(self, path: str, *, limit: int) -> bytes:
        return f"{path} {limit}".encode()


def generous(*items: Any) -> Client:
    return cast("Client", Generous(*items))


def artifact(**facts: Any) -> dict[str, Any]:
    run = {"id": RAN.id, "head_sha": SHA}
    plain = {"id": 5, "name": "a", "size_in_bytes": 10, "expired": False, "workflow_run": run}
    return {**plain, **facts}


def test_the_artifact_of_the_run_is_downloaded() -> None:
    found = artifact_of(generous(artifact()), RAN, "a", most=10)
    assert found == b"/repos/team/shop/actions/artifacts/5/zip 10"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"name": "b"}, id="another-name"),
        pytest.param({"workflow_run": {"id": 8, "head_sha": SHA}}, id="another-run"),
        pytest.param({"workflow_run": {"id": 9, "head_sha": OTHER}}, id="another-commit"),
        pytest.param({"workflow_run": None}, id="no-run"),
        pytest.param({"expired": True}, id="expired"),
        pytest.param({"expired": None}, id="of-unknown-age"),
    ],
)
def test_no_other_artifact_is(facts: dict[str, Any]) -> None:
    assert artifact_of(generous(artifact(**facts)), RAN, "a", most=10) == b""


def pull(**facts: Any) -> dict[str, Any]:
    head = {"sha": SHA, "ref": "patch-1", "repo": {"full_name": "mallory/shop"}}
    base = {"repo": {"full_name": "Team/Shop"}}
    return {"number": 12, "state": "open", "head": {**head, **facts.pop("head", {})},
            "base": base, **facts}  # fmt: skip


def test_the_pull_request_of_the_commit_is_found() -> None:
    others = (pull(number=1, head={"sha": OTHER}), pull(number=2, state="closed"))
    assert pull_of(generous(*others, pull()), RAN) == 12


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"head": {"sha": OTHER}}, id="another-commit"),
        pytest.param({"head": {"ref": "patch-2"}}, id="another-branch"),
        pytest.param({"head": {"repo": {"full_name": "eve/shop"}}}, id="another-fork"),
        pytest.param({"head": {"repo": None}}, id="no-repository"),
        pytest.param({"base": {"repo": {"full_name": "eve/shop"}}}, id="into-another-repository"),
        pytest.param({"state": "closed"}, id="closed"),
        pytest.param({"number": "12"}, id="no-number"),
    ],
)
def test_no_other_pull_request_is(facts: dict[str, Any]) -> None:
    assert pull_of(generous(pull(**facts)), RAN) == 0
