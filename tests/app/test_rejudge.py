"""A record that a stranger made brings nothing of this machine to where they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.rejudge import rejudge
from gate.core.run import Commit
from gate.errors import UsageError
from gate.record import encode_run
from tests.app.support import stored

SECRET = "hunter2"
ADDRESS = "folder:${PLACE}/baselines"


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A record whose policy names a store with a variable that is set here; we are beside it."""
    run = stored("run-1", Commit("a")).run
    policy = replace(run.promises.policy, store=ADDRESS)
    run = replace(run, promises=replace(run.promises, policy=policy))
    file = tmp_path / "run.json"
    file.write_bytes(encode_run(run))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLACE", str(tmp_path / SECRET))
    return file


def judged(record: Path, store: str = "") -> str:
    return rejudge((record,), baseline="", store=store, at="", environ={}).store.where


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param("", id="no policy"),
        pytest.param("baseline: {branches: [main]}\n", id="a policy without a store"),
        pytest.param("baseline: {store: 'folder:${PLACE}'}\n", id="another store"),
    ],
)
def test_a_stranger_fills_no_variable_of_ours_in(record: Path, policy: str) -> None:
    if policy:
        (record.parent / "budgets").mkdir()
        (record.parent / "budgets" / "policy.yml").write_text(policy, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        judged(record)
    assert ADDRESS in caught.value.message
    assert "--store" in caught.value.hint
    assert SECRET not in caught.value.message + caught.value.hint


def test_what_lies_around_the_record_is_not_our_policy(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = record.parent / "artifact"
    (theirs / "budgets").mkdir(parents=True)
    (theirs / "budgets" / "policy.yml").write_text(
        f"baseline: {{store: '{ADDRESS}'}}\n", encoding="utf-8"
    )
    monkeypatch.chdir(record.parent)
    with pytest.raises(UsageError, match="does not"):
        judged(record.rename(theirs / "run.json"))


@pytest.mark.parametrize("name", ["policy.yml", "policy.yaml"])
def test_the_projects_own_address_is_filled_in(record: Path, name: str) -> None:
    (record.parent / "budgets").mkdir()
    (record.parent / "budgets" / name).write_text(
        f"baseline: {{store: '{ADDRESS}'}}\n", encoding="utf-8"
    )
    assert SECRET in judged(record)


def test_so_is_the_one_that_is_named(record: Path) -> None:
    assert SECRET in judged(record, ADDRESS)
