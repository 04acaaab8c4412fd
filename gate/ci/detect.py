"""Which CI runs us, from its environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ci:
    """The CI system: its name ("" on a laptop), the branch it builds and its runner image."""

    name: str
    branch: str = ""
    image: str = ""

    @property
    def here(self) -> bool:
        """Whether we run in CI at all."""
        return bool(self.name)


_SYSTEMS = (
    ("GITHUB_ACTIONS", "github", "GITHUB_REF_NAME"),
    ("GITLAB_CI", "gitlab", "CI_COMMIT_BRANCH"),
    ("BUILDKITE", "buildkite", "BUILDKITE_BRANCH"),
    ("TF_BUILD", "azure", "BUILD_SOURCEBRANCHNAME"),
    ("JENKINS_URL", "jenkins", "BRANCH_NAME"),
)


def detect(environ: Mapping[str, str]) -> Ci:
    """Name the CI system; one that only sets `CI` is `ci`."""
    image = "-".join(v for k in ("ImageOS", "ImageVersion") if (v := environ.get(k)))
    for variable, name, branch in _SYSTEMS:
        if environ.get(variable):
            return Ci(name, environ.get(branch, ""), image)
    if environ.get("CI", "").lower() not in {"", "0", "false"}:
        return Ci("ci", image=image)
    return Ci("")
