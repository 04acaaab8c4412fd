"""The same tree again: a fail stays, units are pooled; what is said to be exact is built twice."""

from __future__ import annotations

import json
import shutil
import sys

import pytest

from tests.e2e.project import BUNDLE, Project

STEADY = "'x' * 100"
VARIES = "'x' * (100 + built.stat().st_size)"


def bundled(project: Project, size: int, policy: str = "") -> None:
    """A bundle that git ignores: it can change while the tree stays the same."""
    project.write(".gitignore", ".gate/\ndist/\n")
    project.bundle(size)
    if policy:
        project.budget("policy", policy)
    project.commit()


def test_a_fail_stays_until_the_tree_changes(project: Project) -> None:
    bundled(project, 2000)
    project.git("checkout", "--quiet", "-b", "topic")
    project.write("page.html", "new")
    project.commit()
    project.gate("check").ends(1, "beyond the limit", "an alarm rate of 0.25 % is left")
    project.write("dist/app.js", "x" * 100)

    project.gate("check").ends(1, "2 kB is beyond at most 1 kB", "a fail stays until")
    assert project.record()["attempt"] == 2
    project.gate("judge").ends(1, "a fail stays until the tree changes")
    project.commit("a commit that changes nothing")
    project.gate("check").ends(1, "a fail stays until the tree changes")
    project.write("page.html", "newer")
    project.commit()
    project.gate("check").ends(0)
    assert project.record()["attempt"] == 1


def test_a_waiver_helps_a_fail_that_stays(project: Project) -> None:
    """Outside the tree, so that it stays the same one."""
    bundled(project, 2000)
    budgets = project.root.parent / "budgets"
    shutil.move(project.root / "budgets", budgets)
    project.commit()
    project.gate("check", "--budgets", "../budgets").ends(1)
    entry = {
        "objective": "bundle/size{file:app, encoding:raw}",
        "bound": "limit",
        "reason": "known",
        "owner": "team",
        "expires": "9999-01-01",
    }
    (budgets / "waivers.yml").write_text(json.dumps([entry]))

    project.gate("check", "--budgets", "../budgets").ends(0, "waived by team")

    assert project.record()["attempt"] == 2


def test_what_measures_counts_as_an_attempt(project: Project) -> None:
    bundled(project, 100)
    project.gate("measure").ends(0)
    project.gate("check").ends(0)
    assert project.record()["attempt"] == 2
    assert [each["run_id"] for each in project.record("run")["earlier"]]


GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_REF": "refs/heads/main"}


def test_an_attempt_that_cannot_be_read_is_said_and_refuses_a_sign_off(project: Project) -> None:
    bundled(project, 100, "profiles: {release: {signoff: true}}\n")
    project.gate("check", **GITHUB).ends(0, "this is attempt 2, and an earlier attempt could not")
    project.gate("check", "--profile", "release", **GITHUB).ends(0)  # that one is known by now


def test_a_first_sign_off_refuses_what_it_cannot_read(project: Project) -> None:
    bundled(project, 100, "profiles: {release: {signoff: true}}\n")
    third = {**GITHUB, "GITHUB_RUN_ATTEMPT": "3"}
    project.gate("check", "--profile", "release", **third).ends(3, "2 earlier attempts could not")


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        pytest.param(STEADY, 0, "built and measured twice", id="the-same-each-time"),
        pytest.param(VARIES, 3, "said to be exact, but its repeats differ", id="never-the-same"),
    ],
)
def test_what_is_exact_is_built_twice_when_first_seen(
    project: Project, content: str, code: int, said: str
) -> None:
    build = f"""import pathlib
built = pathlib.Path({str(project.root.with_name("built"))!r})
with built.open("a") as file: file.write("once more")
pathlib.Path("dist").mkdir(exist_ok=True)
pathlib.Path("dist/app.js").write_text({content})"""
    prepare = {"prepare": [[sys.executable, "-c", build]]}
    project.budget("services", json.dumps({"shop": prepare}))
    bundled(project, 100, "baseline: {store: 'folder:.gate/baselines'}\n")
    project.budget("bundle", BUNDLE.replace("runner: bundle", "runner: bundle\nservice: shop"))
    project.commit()

    first = project.gate("check")

    first.ends(code, said, *(["dist/app.js"] if code else []))
    if not code:
        project.write("page.html", "new")
        project.commit()
        later = project.gate("check")
        later.ends(0)
        assert "measured twice" not in later.said


def test_another_switch_of_the_system_under_test_is_another_trial(project: Project) -> None:
    project.budget("services", "shop: {ready: 'tcp://127.0.0.1:9', env: {SWITCH: '${SWITCH:-}'}}\n")
    bundled(project, 100)
    for switch, attempt in (("", 1), ("slow", 1), ("slow", 2), ("", 2)):
        project.gate("check", SWITCH=switch).ends(0)
        assert project.record()["attempt"] == attempt, switch
