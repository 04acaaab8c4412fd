"""The installed `gate init`, from nothing to a check that runs."""

from __future__ import annotations

import sys

import pytest

from tests.e2e.project import Project

LOAD = """\
import http from 'k6/http';
export const options = { vus: 1, iterations: ITERATIONS };
export default function () { http.get(`${__ENV.BASE_URL}/`); }
"""


def serving(project: Project, iterations: int = 300) -> None:
    """A repository with a service and a load of so many requests."""
    project.write("Procfile", f"web: {sys.executable} -m http.server $PORT --bind 127.0.0.1\n")
    project.write("index.html", "<!doctype html>")
    project.write("load/first.js", LOAD.replace("ITERATIONS", f"{iterations}"))
    project.commit()


def test_it_writes_what_validates_and_says_what_to_do_next(project: Project) -> None:
    serving(project)
    project.gate("init").ends(0, "written: budgets/api.yml", "next: look at budgets/services.yml")
    project.gate("validate").ends(0, " valid")
    assert "limit: 300 ms  # an example" in (project.root / "budgets/api.yml").read_text()
    project.gate("init").ends(0, "the same already: budgets/api.yml")
    project.budget("api", "runner: k6\n")
    project.gate("init").ends(0, "left as it is: budgets/api.yml")


def test_a_dry_run_prints_everything_and_writes_nothing(project: Project) -> None:
    serving(project)
    project.gate("init", "--dry-run").ends(0, "--- budgets/api.yml", "runner: k6")
    assert not (project.root / "budgets").exists()
    assert not [*project.root.glob(".gate/*")]


def test_nothing_to_measure_is_exit_3_and_nothing_is_written(project: Project) -> None:
    project.commit()
    project.gate("init").ends(3, "nothing was found that can be measured", "hint: ")
    assert not (project.root / "budgets").exists()
    assert not (project.root / ".github").exists()


@pytest.mark.parametrize(
    "words", [("--action", "x"), ("no/such/folder",)], ids=["an action", "a folder"]
)
def test_what_it_cannot_do_is_exit_2(project: Project, words: tuple[str, ...]) -> None:
    serving(project)
    project.gate("init", *words).ends(2, "gate: ")


@pytest.mark.needs_k6
@pytest.mark.slow
def test_limits_come_from_a_first_measurement_and_the_first_check_is_open(project: Project) -> None:
    serving(project)
    project.gate("init", "--yes", "--quiet").ends(0, "written: budgets/api.yml")
    text = (project.root / "budgets/api.yml").read_text()
    assert "and 100% headroom" in text
    assert not [*project.root.glob(".gate/init-*")]
    project.write("budgets/policy.yml", "time: 1 s\nbaseline: {bootstrap_until: 2099-01-01}\n")
    project.write("budgets/api.yml", text + "repeat: 2\n")
    project.gate("check", "--quiet").ends(0, "p95(http_req_duration)")


@pytest.mark.needs_k6
def test_what_cannot_be_measured_is_told_and_has_no_limit(project: Project) -> None:
    serving(project)
    project.write("Procfile", "web: no-such-program $PORT\n")
    done = project.gate("init", "--measure", "--quiet")
    done.ends(0, "note: not everything in budgets/api.yml was measured: ")
    assert "    # limit: 300 ms" in (project.root / "budgets/api.yml").read_text()


@pytest.mark.needs_k6
def test_a_short_load_is_held_to_what_it_can_show(project: Project) -> None:
    serving(project, iterations=60)
    project.gate("init", "--measure", "--quiet").ends(0)
    text = (project.root / "budgets/api.yml").read_text()
    assert "median(http_req_duration)  # the script makes 60 requests" in text
    assert "100% headroom" in text
    project.gate("validate").ends(0)
