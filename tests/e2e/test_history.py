"""`gate history` and a drift budget, by the installed command on a store of many days."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gate.core.sample import Unit, Values
from gate.seams.store import Entry
from gate.stores.folder import FolderStore
from tests.e2e.project import Project, make
from tests.helpers.pages import DOCS, blocks

pytestmark = pytest.mark.xdist_group("history")

BUDGET = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    tolerance: {fail: 10%, drift: 5% over 90 d}
"""
POLICY = "baseline: {bootstrap_until: 2099-01-01}\n"
ID = "bundle/sum(size{encoding:raw,file:app})"
RUNS = 40


def aged(entry: Entry, number: int, sha: str, size: int) -> Entry:
    """The same run three days times `RUNS - number` ago, of another commit and size."""
    when = datetime.now(UTC) - timedelta(days=3 * (RUNS - number))
    started = f"{when:%Y-%m-%dT%H:%M:%S}.000Z"
    run, outcome = entry.run, entry.outcome
    commit = replace(run.commit, sha=sha)
    (measured,) = run.measurements
    units = tuple(replace(unit, data=Values((float(size),))) for unit in measured.units)
    assert all(isinstance(unit, Unit) for unit in units)
    name = f"aged-{number:03}"
    again = replace(
        run, id=name, started=started, commit=commit, measurements=(replace(measured, units=units),)
    )
    rows = tuple(replace(row, value=float(size)) for row in outcome.rows)
    return Entry(again, replace(outcome, run_id=name, at=started, commit=commit, rows=rows))


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Forty builds, one every three days, the last thirty each 0.3 % larger than the one before.

    The last of them was checked.
    """
    project = make(tmp_path_factory.mktemp("history") / "shop")
    project.budget("policy", POLICY)
    sizes = [round(100_000 * 1.003 ** max(0, at - 10)) for at in range(RUNS + 1)]
    project.bundle(sizes[0], BUDGET)
    project.commit()
    project.gate("check").ends(0)
    store = FolderStore(project.root / ".gate" / "baselines")
    (head,) = store.heads()
    first = store.get(head.id)
    store.remove(head.id)
    for at, size in enumerate(sizes[:-1]):
        project.bundle(size, BUDGET)
        store.put(aged(first, at, project.commit(f"build {at}"), size))
    project.bundle(sizes[-1], BUDGET)
    project.commit("the last one")
    project.gate("check").ends(1, "at most 5 % worse over 90 days", "days ago (8 runs until")
    return project


def test_a_drift_that_no_build_shows_closes_the_gate(drifted: Project) -> None:
    (row,) = drifted.record()["rows"]
    assert {v["bound"]: v["status"] for v in row["verdicts"]} == {
        "tolerance": "pass",
        "drift": "fail",
    }
    drifted.gate("explain", ID).ends(0, "over 90 days")


def test_a_store_that_nobody_else_sees_is_refused_in_ci(drifted: Project) -> None:
    drifted.gate("check", "--against", "HEAD~1", CI="true").ends(2, "a drift budget needs")


def test_a_replay_on_the_store_says_the_same(drifted: Project) -> None:
    before = drifted.record()
    drifted.gate("judge", ".gate/run.json").ends(1, "at most 5 % worse over 90 days")
    assert drifted.record() == before


def test_its_history_is_told_with_who_moved_it(drifted: Project) -> None:
    drifted.gate("history", "size{file:app,encoding:raw}", "--runs", "3").ends(
        0, f"{ID} on main", "change points", "by Ada", "build 11"
    )
    told = json.loads(drifted.gate("history", ID, "--json").out)
    assert len(told["changes"]) >= RUNS - 11
    assert told["changes"][0]["run"] == "aged-011"
    since = json.loads(drifted.gate("history", ID, "--json", "--since", "31 d").out)
    assert len(since["points"]) < len(told["points"])


def test_a_site_is_written_beside_it(drifted: Project, tmp_path: Path) -> None:
    site = tmp_path / "public"
    drifted.gate("history", "--site", str(site)).ends(0, "wrote 2 pages")
    assert ID in (site / "index.html").read_text(encoding="utf-8")


def test_the_commands_of_the_page_work(drifted: Project) -> None:
    (block,) = blocks(DOCS / "history.md", "sh")
    for command in block.text.splitlines():
        _, *words = shlex.split(command)
        drifted.gate(*words).ends(0)
    assert (drifted.root / "public" / "index.html").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name one objective, or write them all with --site"),
        (("nothing",), "no history of 'nothing'"),
        ((ID, "--since", "soon"), "expected a day or how long ago"),
        (("--site", "."), "holds something else than a history site"),
    ],
)
def test_what_is_not_there_is_usage(drifted: Project, words: tuple[str, ...], said: str) -> None:
    drifted.gate("history", *words).ends(2, said)
