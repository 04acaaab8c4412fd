"""Hooks in real repositories: pushed to, committed to, with what was there before."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.e2e.project import GATE, Done, Project

EARLIER = '#!/bin/sh\ncat > "$(git rev-parse --show-toplevel)/.gate-heard"\necho "$1" >> order\n'


@pytest.fixture
def pushed(project: Project, tmp_path: Path) -> Project:
    """A repository with a kept promise that is on a remote already."""
    project.bundle(500, BUNDLE)
    project.write(".gitignore", ".gate/\n.gate-heard\norder\n")
    project.commit()
    project.git("init", "--quiet", "--bare", str(tmp_path / "remote.git"))
    project.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    project.git("push", "--quiet", "origin", "main")
    return project


BUNDLE = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    limit: 1 kB
    tolerance: 2%
"""


def git(project: Project, *words: str) -> Done:
    """A command of git, whatever it ends with."""
    env = {**project.env, "PATH": f"{GATE.parent}:{project.env['PATH']}"}
    done = subprocess.run(
        ["git", *words], cwd=project.root, env=env, capture_output=True, text=True, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


def grow(project: Project, size: int) -> None:
    project.write("dist/app.js", "x" * size)
    project.commit()


def test_a_push_is_checked_against_what_the_other_side_has(pushed: Project) -> None:
    pushed.gate("hook", "install").ends(0, "installed: ", "--no-verify")
    grow(pushed, 501)
    git(pushed, "push", "origin", "main").ends(0, "main -> main")
    grow(pushed, 800)  # below the limit, far beyond the tolerance
    refused = git(pushed, "push", "origin", "main")
    refused.ends(1, "(+59.", "gate: exit 1. `git push --no-verify` skips it.")
    assert git(pushed, "push", "--no-verify", "origin", "main").code == 0


def test_a_new_branch_a_deletion_and_a_tag(pushed: Project) -> None:
    pushed.gate("hook", "install").ends(0)
    pushed.git("checkout", "--quiet", "-b", "feature")
    grow(pushed, 800)
    assert git(pushed, "push", "origin", "feature").code == 1
    git(pushed, "push", "--no-verify", "origin", "feature").ends(0)
    git(pushed, "push", "origin", "--delete", "feature").ends(0, "no branch is pushed")
    pushed.git("tag", "v1")
    git(pushed, "push", "origin", "v1").ends(0, "no branch is pushed")
    pushed.git("checkout", "--quiet", "main")
    git(pushed, "push", "origin", "feature").ends(1, "not what is checked out")


def test_the_hook_that_is_there_runs_first_and_comes_back(pushed: Project) -> None:
    hook = pushed.root / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(EARLIER)
    hook.chmod(0o755)
    pushed.gate("hook", "install").ends(0, "the hook that was there runs first")
    pushed.gate("hook", "install").ends(0, "written anew: ")
    grow(pushed, 501)
    git(pushed, "push", "origin", "main").ends(0)
    assert (pushed.root / "order").read_text() == "origin\n"
    assert "refs/heads/main" in (pushed.root / ".gate-heard").read_text()
    pushed.gate("hook", "uninstall").ends(0, "is back")
    assert hook.read_text() == EARLIER
    assert os.access(hook, os.X_OK)
    pushed.gate("hook", "uninstall").ends(0, "there is no pre-push hook of perfgate here")
    assert hook.read_text() == EARLIER


def test_where_the_earlier_hook_refuses_nothing_is_measured(pushed: Project) -> None:
    hook = pushed.write(".git/hooks/pre-push", "#!/bin/sh\nexit 7\n")
    hook.chmod(0o755)
    pushed.gate("hook", "install").ends(0)
    grow(pushed, 501)
    refused = git(pushed, "push", "origin", "main")
    assert (refused.code, "measured" in refused.said) == (1, False)


def test_two_hooks_to_keep_are_refused_and_both_stay(pushed: Project) -> None:
    hook = pushed.write(".git/hooks/pre-push", "mine")
    other = pushed.write(".git/hooks/pre-push.before-perfgate", "older")
    pushed.gate("hook", "install").ends(2, "cannot be kept")
    assert (hook.read_text(), other.read_text()) == ("mine", "older")


def test_a_folder_of_hooks_in_the_tree_is_honoured(pushed: Project) -> None:
    pushed.git("config", "core.hooksPath", ".husky")
    pushed.gate("hook", "install", "--pre-push").ends(0, ".husky/pre-push")
    text = (pushed.root / ".husky/pre-push").read_text()
    assert str(GATE) not in text, "others have it elsewhere"
    grow(pushed, 1500)
    git(pushed, "push", "origin", "HEAD:main").ends(1)


def test_a_commit_is_validated(pushed: Project) -> None:
    pushed.gate("hook", "install", "--pre-commit").ends(0, "git commit --no-verify")
    pushed.budget("bundle", "runner: bundel\n")
    pushed.git("add", "--all")
    git(pushed, "commit", "-m", "x").ends(1, "did you mean", "gate: exit 2")
    pushed.gate("hook", "uninstall", "--pre-commit").ends(0, "removed: ")
    git(pushed, "commit", "-m", "x").ends(0)


def test_outside_a_repository_there_is_nothing_to_hook_into(tmp_path: Path) -> None:
    env = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    for words in (("install",), ("uninstall",), ("run", "pre-push")):
        done = subprocess.run(
            [GATE, "hook", *words], cwd=tmp_path, env=env, capture_output=True, check=False
        )
        assert done.returncode == 2


# pre-commit: our own manifest, but for `language: python`, which would install from an index.


@pytest.fixture
def hooks(tmp_path: Path, pushed: Project) -> Path:
    """A repository that offers our hooks, run by the gate that is installed."""
    folder = tmp_path / "hooks"
    folder.mkdir()
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    system = text.replace("language: python", "language: system")
    assert system.count("language: system") == 2
    (folder / ".pre-commit-hooks.yaml").write_text(system)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run(["git", *words], cwd=folder, env=pushed.env, check=True)
    pushed.env |= {
        "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"),
        "PATH": f"{GATE.parent}:{pushed.env['PATH']}",
    }
    return folder


def pre_commit(project: Project, *words: str) -> Done:
    """The locked pre-commit."""
    done = subprocess.run(
        [GATE.with_name("pre-commit"), *words],
        cwd=project.root,
        env=project.env,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_the_manifest_is_what_pre_commit_expects(pushed: Project) -> None:
    pre_commit(pushed, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).ends(0)


def test_pre_commit_validates_where_a_budget_changed(pushed: Project, hooks: Path) -> None:
    trying = ("try-repo", str(hooks), "perfgate-validate", "--files")
    pre_commit(pushed, *trying, "budgets/bundle.yml").ends(0, "Passed")
    pre_commit(pushed, *trying, "dist/app.js").ends(0, "no files to check")
    pushed.budget("bundle", "runner: bundel\n")
    pre_commit(pushed, *trying, "budgets/bundle.yml").ends(1, "did you mean", "exit code: 2")


def test_pre_commit_checks_what_is_pushed(pushed: Project, hooks: Path) -> None:
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=hooks, env=pushed.env, check=True, capture_output=True
    )
    pushed.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {hooks}\n    rev: {revision.stdout.decode().strip()}\n"
        "    hooks: [{id: perfgate-check}]\n",
    )
    grow(pushed, 501)
    pre_commit(pushed, "install", "--hook-type", "pre-push").ends(0)
    git(pushed, "push", "origin", "main").ends(0, "Passed")
    grow(pushed, 800)
    git(pushed, "push", "origin", "main").ends(1, "Failed", "(+59.")
