from __future__ import annotations

import pytest

from gate.ci.commits import trusted
from gate.ci.detect import Ci, detect

SHA = "4f2a9c1e7d3b58604f2a9c1e7d3b58604f2a9c1e"

GITHUB = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_SHA": SHA}
GITLAB = {"GITLAB_CI": "true", "CI": "true", "CI_COMMIT_SHA": SHA}
BUILDKITE = {"BUILDKITE": "true", "CI": "true", "BUILDKITE_COMMIT": SHA}
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": SHA}
JENKINS = {"JENKINS_URL": "https://ci.example.org/", "BUILD_ID": "12"}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "3", "CI": "true", "BITBUCKET_COMMIT": SHA}
CIRCLE = {"CIRCLECI": "true", "CI": "true", "CIRCLE_SHA1": SHA}
TRAVIS = {"TRAVIS": "true", "CI": "true", "TRAVIS_COMMIT": SHA, "TRAVIS_PULL_REQUEST": "false"}
DRONE = {"DRONE": "true", "CI": "true", "DRONE_COMMIT_SHA": SHA}
WOODPECKER = {"CI": "woodpecker", "CI_WORKFLOW_NAME": "x", "CI_COMMIT_SHA": SHA}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({}, Ci(), id="a laptop is none"),
        pytest.param({"CI": ""}, Ci(), id="nor with an empty CI"),
        pytest.param({"CI": "false"}, Ci(), id="nor with CI=false"),
        pytest.param({"CI": "0"}, Ci(), id="nor with CI=0"),
        pytest.param({"JENKINS_URL": "https://x"}, Ci(), id="nor a user of Jenkins"),
        pytest.param({"GITHUB_ACTIONS": "false"}, Ci(), id="nor where it says no"),
        pytest.param({"CI": "1"}, Ci("ci"), id="CI alone names no system"),
        pytest.param({"CI": "True"}, Ci("ci"), id="however it is written"),
        pytest.param(
            {**GITHUB, "CI": "false", "GITHUB_REF": "refs/heads/main"},
            Ci("github", "main", sha=SHA, told=True),
            id="CI=false in a job changes nothing: some build tools want it",
        ),
    ],
)
def test_which_system(environ: dict[str, str], expected: Ci) -> None:
    assert detect(environ) == expected
    assert detect(environ).here is bool(expected.name)


def build(name: str, environ: dict[str, str], **facts: object) -> object:
    branch = facts.pop("branch", "")
    what = f"{name}: {facts.pop('what')}"
    expected = Ci(name, str(branch), sha=str(facts.pop("sha", SHA)), told=True, **facts)  # type: ignore[arg-type]
    return pytest.param(environ, expected, id=what)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        build(
            "github",
            {**GITHUB, "GITHUB_REF": "refs/heads/release/1.0", "GITHUB_REF_NAME": "release/1.0"},
            branch="release/1.0",
            what="a push",
        ),
        build(
            "github",
            {**GITHUB, "GITHUB_REF": "refs/tags/main", "GITHUB_REF_NAME": "main"},
            what="a tag called main is no branch",
        ),
        build(
            "github",
            {
                **GITHUB,
                "GITHUB_EVENT_NAME": "pull_request",
                "GITHUB_REF": "refs/pull/7/merge",
                "GITHUB_REF_NAME": "7/merge",
                "GITHUB_HEAD_REF": "main",
                "GITHUB_BASE_REF": "main",
            },
            branch="refs/pull/7/merge",
            target="main",
            merged=True,
            what="a change from a fork whose branch is called main",
        ),
        build(
            "github",
            {
                **GITHUB,
                "GITHUB_EVENT_NAME": "pull_request_target",
                "GITHUB_REF": "refs/heads/main",
                "GITHUB_HEAD_REF": "main",
                "GITHUB_BASE_REF": "main",
            },
            branch="refs/pull/unknown/head",
            target="main",
            what="a change that runs on its target's ref",
        ),
        build(
            "github",
            {
                **GITHUB,
                "GITHUB_EVENT_NAME": "merge_group",
                "GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-7-abc",
            },
            branch="gh-readonly-queue/main/pr-7-abc",
            what="a merge queue's own branch",
        ),
        build("gitlab", {**GITLAB, "CI_COMMIT_BRANCH": "main"}, branch="main", what="a push"),
        build(
            "gitlab",
            {**GITLAB, "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_TAG": "main"},
            what="a tag called main is no branch",
        ),
        build(
            "gitlab",
            {
                **GITLAB,
                "CI_COMMIT_REF_NAME": "main",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
            },
            branch="refs/pull/7/head",
            target="main",
            what="a change",
        ),
        build(
            "gitlab",
            {
                **GITLAB,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
            },
            branch="refs/pull/7/merge",
            target="main",
            merged=True,
            what="a change merged by CI",
        ),
        build(
            "gitlab",
            {**GITLAB, "CI_COMMIT_BRANCH": "main", "CI_EXTERNAL_PULL_REQUEST_IID": "7"},
            branch="refs/pull/7/head",
            what="a change from elsewhere",
        ),
        build(
            "buildkite",
            {**BUILDKITE, "BUILDKITE_BRANCH": "main", "BUILDKITE_PULL_REQUEST": "false"},
            branch="main",
            what="a push",
        ),
        build(
            "buildkite",
            {**BUILDKITE, "BUILDKITE_BRANCH": "main", "BUILDKITE_COMMIT": "HEAD"},
            branch="main",
            sha="",
            what="a build of what is newest",
        ),
        build(
            "buildkite",
            {**BUILDKITE, "BUILDKITE_BRANCH": "main", "BUILDKITE_TAG": "main"},
            what="a tag",
        ),
        build(
            "buildkite",
            {
                **BUILDKITE,
                "BUILDKITE_BRANCH": "main",
                "BUILDKITE_PULL_REQUEST": "7",
                "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main",
            },
            branch="refs/pull/7/head",
            target="main",
            what="a change",
        ),
        build(
            "azure",
            {
                **AZURE,
                "BUILD_SOURCEBRANCH": "refs/heads/feature/main",
                "BUILD_SOURCEBRANCHNAME": "main",
            },
            branch="feature/main",
            what="a push to a branch that only ends in main",
        ),
        build(
            "azure",
            {
                **AZURE,
                "BUILD_REASON": "PullRequest",
                "BUILD_SOURCEBRANCH": "refs/pull/7/merge",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
            },
            branch="refs/pull/7/merge",
            target="main",
            merged=True,
            what="a change",
        ),
        build("azure", {**AZURE, "BUILD_SOURCEBRANCH": "refs/tags/main"}, what="a tag"),
        build(
            "jenkins",
            {**JENKINS, "BRANCH_NAME": "main", "GIT_COMMIT": SHA},
            branch="main",
            what="a branch",
        ),
        build(
            "jenkins",
            {**JENKINS, "GIT_BRANCH": "origin/release/1.0", "GIT_COMMIT": SHA},
            branch="release/1.0",
            what="a plain job",
        ),
        build(
            "jenkins",
            {
                **JENKINS,
                "BRANCH_NAME": "PR-7",
                "CHANGE_ID": "7",
                "CHANGE_TARGET": "main",
                "CHANGE_BRANCH": "main",
            },
            branch="refs/pull/7/head",
            target="main",
            sha="",
            what="a change",
        ),
        build(
            "jenkins",
            {**JENKINS, "BRANCH_NAME": "main", "TAG_NAME": "main"},
            sha="",
            what="a tag",
        ),
        build("bitbucket", {**BITBUCKET, "BITBUCKET_BRANCH": "main"}, branch="main", what="a push"),
        build(
            "bitbucket",
            {
                **BITBUCKET,
                "BITBUCKET_BRANCH": "main",
                "BITBUCKET_PR_ID": "7",
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
            },
            branch="refs/pull/7/head",
            target="main",
            what="a change",
        ),
        build("circleci", {**CIRCLE, "CIRCLE_BRANCH": "main"}, branch="main", what="a push"),
        build("circleci", {**CIRCLE, "CIRCLE_TAG": "main"}, what="a tag"),
        build(
            "circleci",
            {**CIRCLE, "CIRCLE_BRANCH": "pull/7"},
            branch="refs/pull/7/head",
            what="a fork's change",
        ),
        build(
            "circleci",
            {
                **CIRCLE,
                "CIRCLE_BRANCH": "main",
                "CIRCLE_PULL_REQUEST": "https://github.com/o/r/pull/7",
            },
            branch="refs/pull/7/head",
            what="a change",
        ),
        build("travis", {**TRAVIS, "TRAVIS_BRANCH": "main"}, branch="main", what="a push"),
        build(
            "travis",
            {**TRAVIS, "TRAVIS_BRANCH": "main", "TRAVIS_PULL_REQUEST": "7"},
            branch="refs/pull/7/merge",
            target="main",
            merged=True,
            what="a change: its branch is the target",
        ),
        build("travis", {**TRAVIS, "TRAVIS_BRANCH": "main", "TRAVIS_TAG": "main"}, what="a tag"),
        build("drone", {**DRONE, "DRONE_BRANCH": "main"}, branch="main", what="a push"),
        build(
            "drone",
            {**DRONE, "DRONE_BRANCH": "main", "DRONE_PULL_REQUEST": "7"},
            branch="refs/pull/7/head",
            target="main",
            what="a change: its branch is the target",
        ),
        build(
            "woodpecker",
            {**WOODPECKER, "CI_PIPELINE_EVENT": "push", "CI_COMMIT_BRANCH": "main"},
            branch="main",
            what="a push",
        ),
        build(
            "woodpecker",
            {
                **WOODPECKER,
                "CI_PIPELINE_EVENT": "pull_request",
                "CI_COMMIT_BRANCH": "main",
                "CI_COMMIT_PULL_REQUEST": "7",
            },
            branch="refs/pull/7/head",
            target="main",
            what="a change: its branch is the target",
        ),
    ],
)
def test_what_it_builds(environ: dict[str, str], expected: Ci) -> None:
    found = detect(environ)
    assert found == expected
    if found.branch.startswith("refs/"):
        assert not trusted(found.branch, ("main", "*"))


def test_the_runner_s_image_is_known() -> None:
    environ = {**GITHUB, "ImageOS": "ubuntu24", "ImageVersion": "20261110.1"}
    assert detect(environ).image == "ubuntu24-20261110.1"


@pytest.mark.parametrize(
    ("environ", "attempt"),
    [
        pytest.param(GITHUB, 1, id="nothing said"),
        pytest.param({**GITHUB, "GITHUB_RUN_ATTEMPT": "3"}, 3, id="github counts from one"),
        pytest.param({**AZURE, "SYSTEM_JOBATTEMPT": "2"}, 2, id="so does azure"),
        pytest.param({**BITBUCKET, "BITBUCKET_STEP_RUN_NUMBER": "2"}, 2, id="and bitbucket"),
        pytest.param({**BUILDKITE, "BUILDKITE_RETRY_COUNT": "0"}, 1, id="buildkite counts retries"),
        pytest.param({**GITLAB, "CI_JOB_RETRY_COUNT": "2"}, 3, id="and gitlab"),
        pytest.param({**GITHUB, "GITHUB_RUN_ATTEMPT": "-4"}, 1, id="no number"),
        pytest.param({"GITHUB_RUN_ATTEMPT": "3"}, 1, id="a laptop makes no attempts"),
    ],
)
def test_which_attempt(environ: dict[str, str], attempt: int) -> None:
    assert detect(environ).attempt == attempt
