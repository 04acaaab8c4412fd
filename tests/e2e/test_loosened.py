"""A loosened budget through the whole pipe: shown in every report, refused, judged by the base."""

from __future__ import annotations

import pytest

from tests.e2e.project import BUNDLE, Project

OBJECTIVE = "bundle/sum(size{encoding:raw,file:app})"
SAID = (
    f"{OBJECTIVE}: the limit was loosened from 1 kB to 3 kB (budgets/bundle.yml:5); "
    "team-shop may allow it"
)
FORMATS = ("terminal", "markdown", "html", "json", "junit", "github", "gitlab", "csv")
OWNED = BUNDLE.replace("objectives:", "owner: team-shop\nobjectives:")


@pytest.fixture
def loosened(project: Project) -> Project:
    """A change that makes a file larger than its limit, and the limit larger with it."""
    project.bundle(100, text=OWNED)
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    project.bundle(2000, text=OWNED.replace("1 kB", "3 kB"))
    project.commit()
    return project


def test_every_report_says_what_was_loosened_from_what_to_what(loosened: Project) -> None:
    reports = [f"--report={name}=reports/{name}" for name in FORMATS]
    done = loosened.gate("check", *reports)
    done.ends(0, "loosened from 1 kB to 3 kB", "team-shop may allow it")
    for name in FORMATS:
        text = (loosened.root / "reports" / name).read_text("utf-8")
        told = "1 kB to 3 kB" if name != "json" else '"new":"3 kB","old":"1 kB"'
        assert told in " ".join(text.split()), name
    loosened.gate("report", "--format", "openmetrics").ends(0, "perfgate_loosened 1")
    loosened.gate("explain", OBJECTIVE).ends(0, SAID)


def test_a_policy_of_the_base_refuses_it_before_anything_runs(project: Project) -> None:
    project.budget("policy", "loosening: refuse\n")
    project.bundle(100, text=OWNED)
    project.commit()
    project.git("checkout", "--quiet", "-b", "change")
    project.bundle(2000, text=OWNED.replace("1 kB", "3 kB"))
    project.budget("policy", "loosening: warn\n")
    project.commit()
    project.gate("check").ends(2, SAID, "policy: what a change loosens is only shown now")
    assert not (project.root / ".gate" / "outcome.json").exists()
    allowed = project.gate("check", "--allow-loosening")
    allowed.ends(0, SAID, "was let through: --allow-loosening")


def test_the_base_s_budgets_judge_a_change_that_loosened_its_own(loosened: Project) -> None:
    done = loosened.gate("check", "--budgets-from", "base")
    done.ends(1, "2 kB", SAID, "judged by the budgets of the base")
    assert loosened.statuses() == {OBJECTIVE: "fail"}
