"""The workflow for GitHub, and which revision of the Action it uses."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from gate import __version__
from gate.app.init.names import quoted

ACTION = "perfgate/perfgate"
BRANCH = "main"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
K6 = "grafana/setup-k6-action@db07bd9765aac508ef18982e52ab937fe633a065 # v1.2.1"
NODE = "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0"
PYTHON = "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0"
LIGHTHOUSE = "13.5.0"
_EXACT = " # zizmor: ignore[adhoc-packages]"
PLACE = ".github/workflows/perfgate.yml"
_REF = re.compile(r"([\w.-]+/[\w.-]+)@([\w./-]+)", re.ASCII)
_RELEASE = re.compile(r"(?!0\.0\.0$)\d+\.\d+\.\d+")
_SHA = re.compile(r"[0-9a-f]{40}")


_ELSEWHERE = (
    (".gitlab-ci.yml", "GitLab"),
    ("Jenkinsfile", "Jenkins"),
    ("azure-pipelines.yml", "Azure Pipelines"),
    (".buildkite", "Buildkite"),
)


def other_ci(root: Path) -> str:
    """Which CI is used where GitHub's is not, "" where that cannot be told."""
    if (root / ".github").exists():
        return ""
    return next((name for file, name in _ELSEWHERE if (root / file).exists()), "")


def valid_action(text: str) -> bool:
    """Whether a text is OWNER/REPO@REF."""
    return bool(_REF.fullmatch(text))


def action() -> str:
    """The Action at the commit that pip installed this from, else at the tag of this release.

    What lies between two releases has no tag: the branch stands for it.
    """
    return f"{ACTION}@{_installed_from() or tag_of(__version__) or BRANCH}"


def tag_of(version: str) -> str:
    """The tag of a release, "" for a build between two of them or of no known version."""
    return f"v{version}" if _RELEASE.fullmatch(version) else ""


def workflow_text(branch: str, used: str, written_by: str, runners: Collection[str]) -> str:
    """A job for each pull request; the base is measured beside it, so no store is needed.

    `runners` are those of the budgets in force, whose tools the Action does not bring.
    """
    tools = "".join(text for name, text in _TOOLS.items() if name in runners)
    env = _LIGHTHOUSE_ENV if "lighthouse" in runners else ""
    sha = _SHA.fullmatch(used.rpartition("@")[2])
    told = (
        f"this was written by perfgate {__version__}"
        if sha
        else "a tag or branch can move: see above"
    )
    ignored = "" if sha else "zizmor: ignore[unpinned-uses] "
    pin = "" if sha else _PIN
    return f"""\
# Written by `gate init` ({written_by}); yours from now on.
# It runs the gate on each pull request, beside the revision that the request would change.
{pin}name: perfgate

on:
  pull_request:
    branches: [{quoted(branch)}] # the branch that git calls the main one here

permissions: {{}} # what a job needs stands at the job

concurrency: # a newer push makes an older check useless
  group: perfgate-${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  perfgate:
    name: perfgate
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read # to check the code out
      pull-requests: write # to comment; without it the summary says the same
    steps:
      - uses: {CHECKOUT}
        with:
          fetch-depth: 0 # the revision to compare with must be there
          persist-credentials: false
{tools}\
      # What your service, your build or your benchmarks need goes here: a language, `pip install`.
      - uses: {used} # {ignored}{told}
        with:
          against: base # measures what the request starts from in this job, in turn with the change
{env}"""


_TOOLS = {
    "k6": f"""\
      - uses: {K6} # for the load scripts
""",
    "lighthouse": f"""\
      - uses: {NODE}
        with:
          node-version: "24" # Lighthouse wants 22.19 or later
      # For the pages; a lock file of your own would pin what it depends on, too.
      - run: npm install --prefix "$RUNNER_TEMP/lighthouse" lighthouse@{LIGHTHOUSE}{_EXACT}
""",
    "pytest-benchmark": f"""\
      - uses: {PYTHON}
        with:
          python-version: "3.x" # for the benchmarks, which need your project and pytest-benchmark
""",
}
_LIGHTHOUSE_ENV = """\
        env:
          PERFGATE_NODE_HOME: ${{ runner.temp }}/lighthouse # where the step above installed it
"""
_PIN = """\
# Pin the Action: put the commit of the release in place of the tag or branch, or write this file
# anew with `gate init --action OWNER/REPO@COMMIT`. Until then zizmor is told to overlook it, below.
"""


def _installed_from() -> str:
    """The commit that pip installed this package from, "" where it was not from git."""
    try:
        text = distribution("perfgate").read_text("direct_url.json") or "{}"
        info = json.loads(text).get("vcs_info", {})
    except (PackageNotFoundError, ValueError, AttributeError):
        return ""
    commit = str(info.get("commit_id", ""))
    return commit if _SHA.fullmatch(commit) else ""
