"""What a pre-push hook is told, and where hooks lie."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gate.ci.git import Repository
from gate.ci.hooks import Push, base_of_push, hooks_folder, pushes
from gate.errors import UsageError

A, B, ZERO = "a" * 40, "b" * 40, "0" * 40


@pytest.mark.parametrize(
    ("environ", "said", "told"),
    [
        ({}, f"refs/heads/x {A} refs/heads/x {B}\n", (Push(A, B),)),
        ({}, f"HEAD {A} refs/heads/x {ZERO}\n", (Push(A),)),
        ({}, f"(delete) {ZERO} refs/heads/x {B}\n", ()),
        ({}, f"refs/tags/v1 {A} refs/tags/v1 {ZERO}\n", ()),
        ({}, "\n", ()),
        ({}, "rubbish\x00 that git never says\n" * 3, ()),
        ({"PRE_COMMIT": "1", "PRE_COMMIT_FROM_REF": B, "PRE_COMMIT_TO_REF": A}, "", (Push(A, B),)),
        ({"PRE_COMMIT": "1", "PRE_COMMIT_TO_REF": A}, "", (Push(A),)),
        ({"PRE_COMMIT": "1"}, "", None),
    ],
    ids=[
        "a branch", "a new branch", "a deletion", "a tag", "nothing", "rubbish",
        "by pre-commit", "new, by pre-commit", "pre-commit by hand",
    ],
)  # fmt: skip
def test_what_is_pushed(environ: dict[str, str], said: str, told: tuple[Push, ...] | None) -> None:
    assert pushes(environ, said) == told


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for number in range(2):
        git(root, "commit", "-q", "--allow-empty", "-m", f"{number}")
    return Repository(root, shallow=False)


def git(root: Path, *words: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=root, env=os.environ, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_the_base_of_a_push_is_what_the_other_side_has(repo: Repository) -> None:
    head, parent = git(repo.root, "rev-parse", "HEAD", "HEAD~1").split()
    assert base_of_push(repo, (Push(A, B), Push(head, parent))) == parent
    assert base_of_push(repo, (Push(head),)) == ""
    assert base_of_push(repo, (Push(head, B),)) == ""  # not fetched: the usual base is found
    with pytest.raises(UsageError, match="not what is checked out"):
        base_of_push(repo, (Push(parent),))


def test_hooks_lie_where_git_looks_for_them(repo: Repository) -> None:
    assert hooks_folder(repo) == repo.root / ".git/hooks"
    git(repo.root, "worktree", "add", "-q", "../tree")
    assert hooks_folder(Repository(repo.root.parent / "tree", shallow=False)) == (
        repo.root / ".git/hooks"
    )
    git(repo.root, "config", "core.hooksPath", ".husky")
    assert hooks_folder(repo) == repo.root / ".husky"


def test_a_folder_of_hooks_for_every_repository_is_refused(repo: Repository) -> None:
    git(repo.root, "config", "--global", "core.hooksPath", "/hooks")
    with pytest.raises(UsageError, match="every repository"):
        hooks_folder(repo)
