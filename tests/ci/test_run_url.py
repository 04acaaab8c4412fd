"""Where the log of a CI run is, as each system says it; nothing but an address is believed."""

from __future__ import annotations

import pytest

from gate.ci.run_url import run_url

GITHUB = {
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "o/r",
    "GITHUB_RUN_ID": "42",
}


@pytest.mark.parametrize(
    ("env", "url"),
    [
        pytest.param({}, "", id="a laptop"),
        pytest.param(GITHUB, "https://github.com/o/r/actions/runs/42", id="GitHub"),
        pytest.param({**GITHUB, "GITHUB_RUN_ID": ""}, "", id="half of GitHub"),
        pytest.param(
            {"CI_JOB_URL": "https://gitlab.com/o/r/-/jobs/7", "CI_PIPELINE_URL": "https://x"},
            "https://gitlab.com/o/r/-/jobs/7",
            id="GitLab",
        ),
        pytest.param({"BUILD_URL": "http://ci:8080/job/7/"}, "http://ci:8080/job/7/", id="Jenkins"),
        pytest.param(
            {
                "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/o/",
                "SYSTEM_TEAMPROJECT": "p",
                "BUILD_BUILDID": "9",
            },
            "https://dev.azure.com/o/p/_build/results?buildId=9",
            id="Azure",
        ),
        pytest.param({"BUILD_URL": "javascript:alert(1)"}, "", id="a script"),
        pytest.param({"BUILD_URL": "https://x/ y"}, "", id="two words"),
        pytest.param({"BUILD_URL": "https://user:pass@x/"}, "", id="a password"),
        pytest.param({"BUILD_URL": 'https://x/"><b>'}, "", id="markup"),
        pytest.param({"BUILD_URL": "https://x/\n::error::"}, "", id="two lines"),
    ],
)
def test_the_address_of_the_run(env: dict[str, str], url: str) -> None:
    assert run_url(env) == url
