"""`gate ratchet` as people run it: it prints, and writes only where it is told to."""

from __future__ import annotations

from gate.stores.folder import FolderStore
from tests.app.ratchet.kept import TIME, YAML, entries, noisy, opened
from tests.e2e.project import Project

TIGHTER = YAML.replace("300 ms", "230 ms")


def kept(project: Project) -> Project:
    """A repository whose store holds 24 days of runs that kept their limit with room."""
    project.write("budgets/cli.yml", YAML)
    project.write("budgets/policy.yml", 'baseline: {store: "folder:runs"}\n')
    store = FolderStore(project.root / "runs")
    for entry in entries(opened(project.root), {TIME: noisy(0.2)}):
        store.put(entry)
    return project


def test_it_prints_a_patch_and_says_why_and_why_not(project: Project) -> None:
    kept(project)
    done = project.gate("ratchet")
    done.ends(0, "limit 300 ms -> 230 ms", "cli/max(rss): as it is: a tolerance follows")
    assert (project.root / "budgets/cli.yml").read_text() == YAML
    project.write("out.patch", done.out)
    project.git("apply", "out.patch")
    assert (project.root / "budgets/cli.yml").read_text() == TIGHTER
    project.gate("validate").ends(0)


def test_it_writes_where_it_is_told_to(project: Project) -> None:
    kept(project)
    done = project.gate("ratchet", "--patch", "tighter.patch")
    done.ends(0, "git apply tighter.patch")
    assert (done.out, (project.root / "budgets/cli.yml").read_text()) == ("", YAML)
    project.gate("ratchet", "--apply").ends(0, "wrote budgets/cli.yml")
    assert (project.root / "budgets/cli.yml").read_text() == TIGHTER
    project.gate("ratchet").ends(0, "nothing is proposed")


def test_without_runs_nothing_is_proposed(project: Project) -> None:
    project.write("budgets/cli.yml", YAML)
    done = project.gate("ratchet", "--apply")
    done.ends(0, "no run of a trusted branch is stored with it", "nothing is proposed")
