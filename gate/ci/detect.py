"""Which CI runs us and what it builds, from its environment variables.

Sources: the variable references of docs.github.com, docs.gitlab.com, buildkite.com/docs,
learn.microsoft.com/azure/devops, jenkins.io (branch-api), support.atlassian.com, circleci.com/docs,
docs.travis-ci.com, docs.drone.io, woodpecker-ci.org.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

CHANGE = "refs/pull/"
"""How the branch of a proposed change begins; whatever its author called it, it is not trusted."""


@dataclass(frozen=True, slots=True)
class Ci:
    """The CI system: its name ("" on a laptop) and what it says about this build.

    `branch` is the branch that is built, for a proposed change `refs/pull/…`, "" where it is a tag
    or not told. `sha` is the commit that this is said of, `target` the branch that a change goes
    into, `merged` whether CI checks out its own merge of the change into that. `attempt` counts how
    often this job was run for one build. `told` is False for a system that says none of this.
    """

    name: str = ""
    branch: str = ""
    image: str = ""
    sha: str = ""
    target: str = ""
    merged: bool = False
    told: bool = False
    attempt: int = 1

    @property
    def here(self) -> bool:
        """Whether we run in CI at all."""
        return bool(self.name)


@dataclass(frozen=True, slots=True)
class _Build:
    branch: str = ""
    sha: str = ""
    target: str = ""
    merged: bool = False


Environ = Mapping[str, str]


def detect(environ: Environ) -> Ci:
    """Name the CI system; one that only sets `CI` is `ci`."""
    env = {name: value for name, value in environ.items() if value}
    image = "-".join(env[name] for name in ("ImageOS", "ImageVersion") if name in env)
    for marks, name, read in _SYSTEMS:
        if all(_on(env, mark) for mark in marks):
            build = read(env)
            told = (name, build.branch, image, build.sha, build.target, build.merged)
            return Ci(*told, told=True, attempt=_attempt(env))
    return Ci("ci" if _on(env, "CI") else "", image=image)


# Those that count from 1, and those that count retries. Jenkins, CircleCI, Travis CI, Drone and
# Woodpecker number every run anew.
_ATTEMPTS = {
    "GITHUB_RUN_ATTEMPT": 0,
    "SYSTEM_JOBATTEMPT": 0,
    "BITBUCKET_STEP_RUN_NUMBER": 0,
    "BUILDKITE_RETRY_COUNT": 1,
    "CI_JOB_RETRY_COUNT": 1,
}


def _attempt(env: Environ) -> int:
    told = (int(env[n]) + more for n, more in _ATTEMPTS.items() if env.get(n, "").isdecimal())
    return max((1, *told))


def _on(env: Environ, name: str) -> bool:
    return env.get(name, "").lower() not in {"", "0", "false", "no"}


def _change(number: str, end: str = "head") -> str:
    return f"{CHANGE}{number or 'unknown'}/{end}"


def _github(env: Environ) -> _Build:
    # GITHUB_REF_NAME is "7/merge" for a change, a tag's name for a tag: only the whole ref tells.
    ref, sha, target = (env.get(f"GITHUB_{n}", "") for n in ("REF", "SHA", "BASE_REF"))
    if env.get("GITHUB_EVENT_NAME", "").startswith("pull_request") or ref.startswith(CHANGE):
        branch = ref if ref.startswith(CHANGE) else _change("")
        return _Build(branch, sha, target, merged=ref.endswith("/merge"))
    return _Build(_branch(ref), sha)


def _gitlab(env: Environ) -> _Build:
    sha = env.get("CI_COMMIT_SHA", "")
    number = env.get("CI_MERGE_REQUEST_IID") or env.get("CI_EXTERNAL_PULL_REQUEST_IID")
    if number:
        target = env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or env.get(
            "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", ""
        )
        merged = env.get("CI_MERGE_REQUEST_EVENT_TYPE") in {"merged_result", "merge_train"}
        return _Build(_change(number, "merge" if merged else "head"), sha, target, merged)
    return _Build(env.get("CI_COMMIT_BRANCH", ""), sha)


def _buildkite(env: Environ) -> _Build:
    sha = env.get("BUILDKITE_COMMIT", "")
    sha = "" if sha == "HEAD" else sha
    if _on(env, "BUILDKITE_PULL_REQUEST"):
        target = env.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "")
        return _Build(_change(env["BUILDKITE_PULL_REQUEST"]), sha, target)
    return _Build("" if "BUILDKITE_TAG" in env else env.get("BUILDKITE_BRANCH", ""), sha)


def _azure(env: Environ) -> _Build:
    # BUILD_SOURCEBRANCHNAME is the last part only: feature/main would be "main".
    ref, sha = env.get("BUILD_SOURCEBRANCH", ""), env.get("BUILD_SOURCEVERSION", "")
    if env.get("BUILD_REASON") == "PullRequest" or ref.startswith(CHANGE):
        target = env.get("SYSTEM_PULLREQUEST_TARGETBRANCH", "").removeprefix("refs/heads/")
        branch = ref if ref.startswith(CHANGE) else _change("")
        return _Build(branch, sha, target, merged=ref.endswith("/merge"))
    return _Build(_branch(ref), sha)


def _jenkins(env: Environ) -> _Build:
    if "CHANGE_ID" in env:
        return _Build(_change(env["CHANGE_ID"]), target=env.get("CHANGE_TARGET", ""))
    if "TAG_NAME" in env:
        return _Build()
    branch = env.get("BRANCH_NAME") or env.get("GIT_BRANCH", "").partition("/")[2]
    return _Build(branch, env.get("GIT_COMMIT", ""))


def _bitbucket(env: Environ) -> _Build:
    sha = env.get("BITBUCKET_COMMIT", "")
    if "BITBUCKET_PR_ID" in env:
        target = env.get("BITBUCKET_PR_DESTINATION_BRANCH", "")
        return _Build(_change(env["BITBUCKET_PR_ID"]), sha, target)
    return _Build(env.get("BITBUCKET_BRANCH", ""), sha)


def _circle(env: Environ) -> _Build:
    sha, branch = env.get("CIRCLE_SHA1", ""), env.get("CIRCLE_BRANCH", "")
    # A fork's build is on pull/7, whatever its branch is called.
    asked = env.get("CIRCLE_PR_NUMBER") or env.get("CIRCLE_PULL_REQUEST", "").rpartition("/")[2]
    if asked or branch.startswith("pull/"):
        return _Build(_change(asked or branch.removeprefix("pull/")), sha)
    return _Build(branch, sha)


def _travis(env: Environ) -> _Build:
    sha, branch = env.get("TRAVIS_COMMIT", ""), env.get("TRAVIS_BRANCH", "")
    if _on(env, "TRAVIS_PULL_REQUEST"):  # the branch is then the one that it goes into
        return _Build(_change(env["TRAVIS_PULL_REQUEST"], "merge"), sha, branch, merged=True)
    return _Build("" if "TRAVIS_TAG" in env else branch, sha)


def _drone(env: Environ) -> _Build:
    sha, branch = env.get("DRONE_COMMIT_SHA", ""), env.get("DRONE_BRANCH", "")
    if "DRONE_PULL_REQUEST" in env:  # the branch is then the one that it goes into
        return _Build(_change(env["DRONE_PULL_REQUEST"]), sha, branch)
    return _Build("" if "DRONE_TAG" in env else branch, sha)


def _woodpecker(env: Environ) -> _Build:
    sha, branch = env.get("CI_COMMIT_SHA", ""), env.get("CI_COMMIT_BRANCH", "")
    if env.get("CI_PIPELINE_EVENT", "").startswith("pull_request"):
        return _Build(_change(env.get("CI_COMMIT_PULL_REQUEST", "")), sha, branch)
    return _Build("" if "CI_COMMIT_TAG" in env else branch, sha)


def _branch(ref: str) -> str:
    return ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""


# JENKINS_URL alone also stands in the environment of those who use Jenkins's command line.
_SYSTEMS: tuple[tuple[tuple[str, ...], str, Callable[[Environ], _Build]], ...] = (
    (("GITHUB_ACTIONS",), "github", _github),
    (("GITLAB_CI",), "gitlab", _gitlab),
    (("BUILDKITE",), "buildkite", _buildkite),
    (("TF_BUILD",), "azure", _azure),
    (("JENKINS_URL", "BUILD_ID"), "jenkins", _jenkins),
    (("BITBUCKET_BUILD_NUMBER",), "bitbucket", _bitbucket),
    (("CIRCLECI",), "circleci", _circle),
    (("TRAVIS",), "travis", _travis),
    (("DRONE",), "drone", _drone),
    (("CI_WORKFLOW_NAME", "CI_PIPELINE_EVENT"), "woodpecker", _woodpecker),
)
