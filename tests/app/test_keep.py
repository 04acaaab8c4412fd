"""Which runs enter the history: complete ones, of clean trees, of branches that are trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gate.app.check import Checked
from gate.app.keep import keep, parse_reports
from gate.core.quiet import Cause, Disturbance, Disturbed, Quiet, Watched
from gate.core.run import Commit
from gate.core.verdict import Effect, Row, Status
from gate.errors import UsageError
from gate.testing import samples
from tests.app.support import MemoryStore, workspace
from tests.spec.fakes import read, write

BUNDLE = """
runner: bundle
files: {app: "*.js"}
objectives:
  - {sli: 'size{file:app, encoding:br}', limit: 10 kB}
"""
POLICY = "baseline: {branches: [main, 'release/*']}\n"
MAIN = Commit("a" * 40, "main")
PASSED = Row(samples.SIZE, Status.PASS, Effect.NONE, (), value=1.0, n=1)
FAILED = Row(samples.SIZE, Status.FAIL, Effect.BLOCKS, (), value=9.0, n=1)
MISSING = Row(samples.READ, Status.MISSING, Effect.BLOCKS, ())
SKIPPED = Row(samples.READ, Status.SKIPPED, Effect.NONE, ())


@pytest.mark.parametrize(
    ("commit", "rows", "kept"),
    [
        pytest.param(MAIN, (PASSED,), True, id="a good one is"),
        pytest.param(MAIN, (PASSED, FAILED), True, id="so is one that failed"),
        pytest.param(MAIN, (PASSED, SKIPPED), True, id="or left something out"),
        pytest.param(replace(MAIN, branch="release/1.0"), (PASSED,), True, id="also of a pattern"),
        pytest.param(MAIN, (PASSED, MISSING), False, id="one with something missing is not"),
        pytest.param(MAIN, (SKIPPED,), False, id="nor one that measured nothing"),
        pytest.param(MAIN, (), False, id="nor one of nothing"),
        pytest.param(replace(MAIN, dirty=True), (PASSED,), False, id="nor of a dirty tree"),
        pytest.param(replace(MAIN, branch="feature"), (PASSED,), False, id="nor of a feature"),
        pytest.param(replace(MAIN, branch=""), (PASSED,), False, id="nor of a detached HEAD"),
        pytest.param(
            replace(MAIN, branch="refs/pull/7/merge"), (PASSED,), False, id="nor of a change"
        ),
        pytest.param(Commit("", "main"), (PASSED,), False, id="nor of no commit"),
    ],
)
def test_a_run(tmp_path: Path, commit: Commit, rows: tuple[Row, ...], kept: bool) -> None:
    root, store = write(tmp_path, bundle=BUNDLE, policy=POLICY), MemoryStore()
    run = replace(samples.run(), commit=commit)
    said = keep(workspace(root, read(root), store=store), Checked(run, samples.outcome(run, rows)))
    assert said == ("kept as run-1 in memory" if kept else "")
    assert list(store.entries) == (["run-1"] if kept else [])
    assert not any(entry.accepted for entry in store.entries.values())


@pytest.mark.parametrize(
    ("policy", "dropped", "kept"),
    [
        pytest.param("", False, True, id="by default it is"),
        pytest.param("leave", True, True, id="its disturbed units were all measured again"),
        pytest.param("leave", False, False, id="disturbed units count in it"),
        pytest.param("keep", False, True, id="as the policy says"),
    ],
)
def test_a_run_that_others_disturbed(
    tmp_path: Path, policy: str, dropped: bool, kept: bool
) -> None:
    text = f"baseline: {{disturbed: {policy}}}\n" if policy else "{}\n"
    root, store = write(tmp_path, bundle=BUNDLE, policy=text), MemoryStore()
    spec = read(root)
    units = (Disturbed(0, dropped, (Disturbance(Cause.OTHERS, 0.5, "cc1"),)),)
    quiet = Quiet("bench", Watched.HEAD, 5, disturbed=units)
    run = replace(samples.run(), commit=MAIN, quiet=(quiet,), promises=spec.promises)
    said = keep(workspace(root, spec, store=store), Checked(run, samples.outcome(run, (PASSED,))))
    assert list(store.entries) == (["run-1"] if kept else [])
    assert said.startswith("kept as" if kept else "not kept: others disturbed")


@pytest.mark.parametrize("text", ["html", "html=", "=x", "nothing=x"])
def test_a_report_that_nobody_could_write_is_refused_before_anything_runs(text: str) -> None:
    with pytest.raises(UsageError):
        parse_reports([text])
