"""Artifacts of GitHub: what runs of trusted branches left comes back, what others left does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gate.core.run import Commit
from gate.errors import StoreError
from gate.seams.store import Entry, Store
from gate.stores import open_store
from gate.stores.artifacts import FILE
from gate.testing import samples
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import FORK_ID, READER, WRITER, Mood, zipped_as

NAME = "runs"
FORK = {"id": FORK_ID, "full_name": "mallory/shop"}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[GitHub]:
    monkeypatch.setenv("PERFGATE_ARTIFACTS", str(tmp_path / "outbox"))
    with github() as running:
        for name, value in running.environ(READER).items():
            monkeypatch.setenv(name, value)
        yield running


def opened(place: str = NAME) -> Store:
    return open_store(f"github:{place}", Path("/"))


def entry(number: int, *, branch: str = "main") -> Entry:
    made = samples.entry(f"run-{number}", started=f"2026-11-{number:02d}T09:30:00Z")
    commit = Commit(sha=f"{number:040x}", branch=branch)
    return replace(
        made,
        run=replace(made.run, commit=commit),
        outcome=replace(made.outcome, commit=commit),
    )


def packed(made: Entry, tmp_path: Path) -> bytes:
    """What the Action uploads: the file that a store's `put` left in the outbox."""
    opened().put(made)
    file = tmp_path / "outbox" / NAME / made.run.id / FILE
    data = file.read_bytes()
    file.unlink()
    return data


def uploaded(
    served: GitHub, tmp_path: Path, made: Entry, *, run: dict[str, Any] | None = None, **facts: Any
) -> dict[str, Any]:
    """As an artifact of a good run, unless `run` says otherwise."""
    data = zipped_as({FILE: packed(made, tmp_path)})
    told = {"head_branch": made.run.commit.branch, **(run or {})}
    return served.state.artifact(NAME, data, served.state.run(made.run.commit.sha, **told), **facts)


def test_what_a_run_of_main_left_comes_back(served: GitHub, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        uploaded(served, tmp_path, entry(number))
    store = opened()
    assert [head.id for head in store.heads()] == ["run-3", "run-2", "run-1"]
    assert store.get("run-2") == entry(2)


class _Tree:
    """A checkout with an outbox at its usual place, and what others left there."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("PERFGATE_ARTIFACTS")
        self.root = place / "tree"
        self.outbox = self.root / ".gate" / "artifacts"
        (self.root / "src").mkdir(parents=True)
        (self.root / "src" / "a.txt").write_text("a")
        self.git("init", "--quiet")
        self.git("add", ".")

    def git(self, *words: str) -> None:
        subprocess.run(["git", *words], cwd=self.root, check=True)

    def left(self, data: bytes, name: str, folder: str = ".gate/artifacts") -> None:
        file = self.root / folder / NAME / name / FILE
        file.parent.mkdir(parents=True)
        file.write_bytes(data)

    def heads(self) -> tuple[str, ...]:
        return tuple(head.id for head in open_store(f"github:{NAME}", self.root).heads())


@pytest.fixture
def tree(served: GitHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[_Tree, bytes]:
    data = packed(entry(1), tmp_path)
    return _Tree(tmp_path, monkeypatch), data


def test_what_an_earlier_command_left_in_the_outbox_is_a_run(tree: tuple[_Tree, bytes]) -> None:
    here, data = tree
    here.left(data, "run-1")
    assert here.heads() == ("run-1",)


def test_what_somebody_committed_into_the_outbox_is_no_run(tree: tuple[_Tree, bytes]) -> None:
    here, data = tree
    here.left(data, "run-1")
    here.git("add", "--force", ".gate")
    assert here.heads() == ()
    open_store(f"github:{NAME}", here.root).put(entry(2))
    assert here.heads() == ("run-2",)


def test_where_a_committed_link_leads_is_no_outbox(tree: tuple[_Tree, bytes]) -> None:
    here, data = tree
    here.left(data, "run-1", "src")
    here.outbox.parent.mkdir()
    here.outbox.symlink_to("../src")
    here.git("add", "--force", ".gate", "src")
    assert here.heads() == ()


def test_where_git_cannot_tell_nothing_of_others_is_a_run(tree: tuple[_Tree, bytes]) -> None:
    here, data = tree
    here.left(data, "run-1")
    (here.root / ".git").rename(here.root / "no-git")
    assert here.heads() == ()


def test_what_is_put_is_there_at_once_and_for_the_action(served: GitHub, tmp_path: Path) -> None:
    store = opened()
    store.put(entry(1))
    assert (tmp_path / "outbox" / NAME / "run-1" / FILE).is_file()
    assert opened().get("run-1") == entry(1)
    assert not served.asked("POST")


def test_a_run_that_closed_the_gate_is_history_too(served: GitHub, tmp_path: Path) -> None:
    uploaded(served, tmp_path, entry(1), run={"conclusion": "failure"})
    assert [head.id for head in opened().heads()] == ["run-1"]


def test_other_branches_are_trusted_where_they_are_named(served: GitHub, tmp_path: Path) -> None:
    made = entry(1, branch="release/1.4")
    uploaded(served, tmp_path, made)
    served.state.branches["release/1.4"] = [made.run.commit.sha, "f" * 40]
    assert opened().heads() == ()
    assert [head.id for head in opened(f"{NAME}@main,release/*").heads()] == ["run-1"]


ATTACKS: dict[str, dict[str, Any]] = {
    "a fork that calls its branch main": {
        "event": "pull_request",
        "head_repository": FORK,
    },
    "a fork whose event is called push": {"head_repository": FORK},
    "a change of a branch in the repository": {"event": "pull_request"},
    "code of a stranger with the repository's own rights": {"event": "pull_request_target"},
    "a second stage": {"event": "workflow_run"},
    "a run that was cancelled": {"conclusion": "cancelled"},
    "a run that has not ended": {"conclusion": None, "status": "in_progress"},
    "a run that somebody started by hand": {"event": "workflow_dispatch"},
}


@pytest.mark.parametrize("run", ATTACKS.values(), ids=ATTACKS)
def test_what_a_stranger_can_leave_is_no_baseline(
    served: GitHub, tmp_path: Path, run: dict[str, Any]
) -> None:
    uploaded(served, tmp_path, entry(2), run=run)
    uploaded(served, tmp_path, entry(1))
    assert [head.id for head in opened().heads()] == ["run-1"]


@pytest.mark.parametrize("branch", ["topic", "", "mainly", "x/main"])
def test_another_branch_is_no_baseline(served: GitHub, tmp_path: Path, branch: str) -> None:
    uploaded(served, tmp_path, entry(2), run={"head_branch": branch})
    assert opened().heads() == ()


def test_a_tag_that_is_called_main_is_no_branch(served: GitHub, tmp_path: Path) -> None:
    made = entry(1)
    uploaded(served, tmp_path, made)
    served.state.branches["main"] = ["f" * 40]  # the branch does not hold the tag's commit
    assert opened().heads() == ()


def test_an_artifact_cannot_lie_about_its_run(served: GitHub, tmp_path: Path) -> None:
    made = uploaded(served, tmp_path, entry(1))
    other = served.state.run("e" * 40, head_branch="topic", event="pull_request")
    made["workflow_run"]["id"] = other["id"]
    assert opened().heads() == ()


def test_a_record_of_another_commit_is_an_error(served: GitHub, tmp_path: Path) -> None:
    data = zipped_as({FILE: packed(entry(1), tmp_path)})
    served.state.artifact(NAME, data, served.state.run("d" * 40))
    with pytest.raises(StoreError, match="its run was of dddddddddddd") as caught:
        opened().heads()
    assert caught.value.hint


def test_an_expired_artifact_is_gone(served: GitHub, tmp_path: Path) -> None:
    uploaded(served, tmp_path, entry(1), expired=True)
    assert opened().heads() == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 and no more",
        zipped_as({FILE: b"{"}),
        zipped_as({FILE: b'{"head.json": "?"}'}),
        zipped_as({"../entry.json": b"{}"}),
        zipped_as({"/etc/passwd": b"{}"}),
        zipped_as({FILE: b"{}", "more.json": b"{}"}),
        zipped_as({}),
        zipped_as({FILE: b" " * 70_000_000}),
    ],
    ids=["empty", "cut", "cut JSON", "no base64", "a way out", "absolute", "two", "none", "bomb"],
)
def test_what_is_no_entry_is_an_error_that_names_it(served: GitHub, data: bytes) -> None:
    made = served.state.artifact(NAME, data, served.state.run("a" * 40))
    with pytest.raises(StoreError, match=f"artifact-{made['id']}.* is damaged") as caught:
        opened().heads()
    assert f"gate baseline prune artifact-{made['id']}" in caught.value.hint


def test_what_is_damaged_can_be_removed(served: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    made = served.state.artifact(NAME, b"", served.state.run("a" * 40))
    monkeypatch.setenv("PERFGATE_GITHUB_TOKEN", WRITER)
    opened().remove(f"artifact-{made['id']}")
    assert opened().heads() == ()


def test_a_bit_that_flipped_is_found(served: GitHub, tmp_path: Path) -> None:
    files = json.loads(packed(entry(1), tmp_path))
    files["run.json.gz"] = files["outcome.json.gz"]
    data = zipped_as({FILE: json.dumps(files).encode()})
    served.state.artifact(NAME, data, served.state.run(entry(1).run.commit.sha))
    with pytest.raises(StoreError, match="run-1"):
        opened().get("run-1")


def test_the_newest_of_one_run_counts(served: GitHub, tmp_path: Path) -> None:
    first = uploaded(served, tmp_path, entry(1))
    run = served.state.runs[first["workflow_run"]["id"]]
    served.state.artifact(NAME, served.state.files[first["id"]], run)
    assert [head.id for head in opened().heads()] == ["run-1"]


def test_no_more_than_thirty_are_read(served: GitHub, tmp_path: Path) -> None:
    data = packed(entry(1), tmp_path)
    for _ in range(40):
        served.state.artifact(
            NAME, zipped_as({FILE: data}), served.state.run(entry(1).run.commit.sha)
        )
    assert len(opened().heads()) == 1
    assert len(served.asked("GET", "/zip")) == 30
    # A job's token has a thousand requests an hour: what a list tells is not asked one by one.
    assert len(served.state.asked) <= 30 + 8


def test_what_the_lists_do_not_hold_is_asked_for(served: GitHub, tmp_path: Path) -> None:
    uploaded(served, tmp_path, entry(1))
    for number in range(150):
        served.state.run(f"{number + 1000:040x}")
    assert [head.id for head in opened().heads()] == ["run-1"]
    assert len(served.asked("GET", "/compare/")) == 1


def test_an_uploaded_run_cannot_be_accepted_in_place(served: GitHub, tmp_path: Path) -> None:
    uploaded(served, tmp_path, entry(1))
    with pytest.raises(StoreError, match="cannot be changed") as caught:
        opened().put(replace(entry(1), accepted=True))
    assert "accepted.yml" in caught.value.hint


@pytest.mark.parametrize(
    ("token", "words"), [("", "actions: read"), ("wrong", "actions: read")], ids=["none", "wrong"]
)
def test_a_token_that_may_not_read_is_an_error_with_a_hint(
    served: GitHub, monkeypatch: pytest.MonkeyPatch, token: str, words: str
) -> None:
    monkeypatch.setenv("PERFGATE_GITHUB_TOKEN", token)
    served.state.moods.append(Mood("GET", "status", times=99, status=401))
    with pytest.raises(StoreError) as caught:
        opened().heads()
    assert words in caught.value.hint


def test_outside_of_ci_it_says_what_is_needed(
    served: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY")
    store = opened()  # budgets can be read and validated
    with pytest.raises(StoreError) as caught:
        store.heads()
    assert "GITHUB_REPOSITORY" in caught.value.hint


@pytest.mark.parametrize("kind", ["cut", "lose", "garbage"])
def test_a_github_that_stays_odd_is_an_error(served: GitHub, tmp_path: Path, kind: str) -> None:
    uploaded(served, tmp_path, entry(1))
    served.state.moods.append(Mood("GET /repos", kind, times=99))
    with pytest.raises(StoreError, match="cannot be read"):
        opened().heads()


def test_a_github_that_is_odd_for_a_moment_is_not(served: GitHub, tmp_path: Path) -> None:
    uploaded(served, tmp_path, entry(1))
    served.state.moods.append(Mood("GET /repos", "cut", times=2))
    assert opened().get("run-1") == entry(1)


@pytest.mark.parametrize("place", ["", "a/b", "..", "-x", "x@", "x@-main", "x y", "x" * 200])
def test_a_name_that_is_none_is_refused(place: str) -> None:
    if place == "x@":  # an @ without branches means the default one
        opened(place)
        return
    with pytest.raises(StoreError, match="names no artifact"):
        opened(place)
