"""`gate docs` as people run it."""

from __future__ import annotations

from tests.e2e.project import Project


def test_it_writes_a_page_of_either_form(project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate("check").ends(0)
    done = project.gate("docs")
    done.ends(0, "# What we promise", "The sum of size where encoding is raw and file is app is")
    assert "now: 100 B, pass on " in done.out
    project.gate("docs", "--out", "promises.html").ends(0, "wrote promises.html")
    page = (project.root / "promises.html").read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert "at most 1 kB" in page
    project.gate("docs", "--format", "html").ends(0, "<!doctype html>")


def test_a_folder_without_budgets_has_nothing_to_say(project: Project) -> None:
    project.gate("docs").ends(3, "there is no folder budgets/")
