"""Where people find the log of this CI run, from its environment variables.

Sources: the variable references that gate/ci/detect.py names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOLD = (
    "CI_JOB_URL",  # GitLab
    "BUILDKITE_BUILD_URL",
    "BUILD_URL",  # Jenkins
    "CIRCLE_BUILD_URL",
    "TRAVIS_BUILD_WEB_URL",
    "DRONE_BUILD_LINK",
    "CI_PIPELINE_URL",  # Woodpecker, and GitLab where no job is told
)
_MADE = (
    (
        ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"),
        "{0}/{1}/actions/runs/{2}",
    ),
    (
        ("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID"),
        "{0}{1}/_build/results?buildId={2}",
    ),
    (("BITBUCKET_GIT_HTTP_ORIGIN", "BITBUCKET_BUILD_NUMBER"), "{0}/pipelines/results/{1}"),
)
_URL = re.compile(r"https?://[^\s\"'<>@\\]{1,1000}", re.ASCII)


def run_url(environ: Mapping[str, str]) -> str:
    """The address of the run, "" on a laptop or where nothing that looks like one is told."""
    for names, form in _MADE:
        if all(environ.get(name) for name in names):
            return _checked(form.format(*(environ[name] for name in names)))
    return next((_checked(environ[name]) for name in _TOLD if environ.get(name)), "")


def _checked(url: str) -> str:
    """An address without words of its own, and without a password in it."""
    return url if _URL.fullmatch(url) else ""
