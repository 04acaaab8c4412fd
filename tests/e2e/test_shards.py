"""A check that is measured in two shards is judged as the whole; what is absent closes the gate."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.project import BUNDLE, SERVER, Project, make

pytestmark = pytest.mark.xdist_group("shards")

BENCHMARKS = "def test_sort(benchmark): benchmark(sorted, range(100))\n"
RUNS = ("run-1-of-2.json", "run-2-of-2.json")


@dataclass(frozen=True)
class Sharded:
    """A project with a stored run, the records of both shards of a check, and of the whole one."""

    project: Project
    place: Path
    whole: Any

    def judged(self, *names: str, out: Path, code: int = 0) -> Any:
        """What becomes of these records."""
        files = [str(self.place / name) for name in names]
        self.project.gate("judge", *files, "--out", str(out / "outcome.json")).ends(code)
        return json.loads((out / "outcome.json").read_bytes())


def statuses(outcome: Any) -> dict[str, list[str]]:
    return {
        row["objective"]["id"]: [verdict["status"] for verdict in row["verdicts"]]
        for row in outcome["rows"]
    }


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Sharded:
    """Two shards of the second commit, and a whole check of it in a clone of its own."""
    root = tmp_path_factory.mktemp("shards")
    project = make(root / "repo")
    project.bundle(100, f"{BUNDLE}    tolerance: 2%\n")
    project.benchmarks(BENCHMARKS)
    project.commit()
    project.gate("check").ends(3, "no comparable baseline")
    project.gate("baseline", "accept").ends(0)
    project.write("dist/app.js", "x" * 101)
    project.commit()
    alone = Project(root / "alone", project.env)
    shutil.copytree(project.root, alone.root, symlinks=True)
    alone.gate("check").ends(0)
    place = root / "records"
    place.mkdir()
    for number, name in enumerate(RUNS, start=1):
        project.gate("measure", "--shard", f"{number}/2").ends(0, name)
        shutil.copy(project.root / ".gate" / name, place)
    return Sharded(project, place, alone.record())


def test_both_shards_give_the_rows_of_the_whole(sharded: Sharded, tmp_path: Path) -> None:
    outcome = sharded.judged(*RUNS, out=tmp_path)
    assert statuses(outcome) == statuses(sharded.whole)
    assert len(statuses(outcome)) == 2
    assert [note[:20] for note in outcome["notes"][-2:]] == [
        "made of shard 1 of 2",
        "made of shard 2 of 2",
    ]


def test_the_order_of_files_changes_no_byte(sharded: Sharded, tmp_path: Path) -> None:
    for name, files in (("a", RUNS), ("b", RUNS[::-1])):
        (tmp_path / name).mkdir()
        sharded.judged(*files, out=tmp_path / name)
    for name in ("outcome.json", "run.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_united_run_is_judged_like_any_other(sharded: Sharded, tmp_path: Path) -> None:
    sharded.judged(*RUNS, out=tmp_path)
    project, again = sharded.project, tmp_path / "again.json"
    project.gate("judge", str(tmp_path / "run.json"), "--out", str(again)).ends(0)
    assert again.read_bytes() == (tmp_path / "outcome.json").read_bytes()
    project.gate(
        "judge",
        *(str(sharded.place / name) for name in RUNS),
        "--keep",
        "--out",
        str(tmp_path / "outcome.json"),
    ).ends(0, "kept as")
    run_id = json.loads((tmp_path / "run.json").read_bytes())["id"]
    assert run_id in project.gate("baseline", "list").out


@pytest.mark.parametrize("here", RUNS)
def test_one_shard_alone_never_opens_the_gate(here: str, sharded: Sharded, tmp_path: Path) -> None:
    outcome = sharded.judged(here, out=tmp_path, code=3)
    (gone,) = (row for row in outcome["rows"] if row["status"] == "missing")
    absent = 3 - int(here[4])
    assert dict(gone["reason"]["facts"])["detail"] == f"shard {absent} of 2"
    assert len(outcome["rows"]) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"id": "x-1"}, "are both shard 1 of 2", id="a shard twice"),
        pytest.param({}, "are the same run", id="a run twice"),
        pytest.param(
            {"id": "x-1", "commit": {"sha": "0" * 40}}, "different commits", id="another commit"
        ),
        pytest.param(
            {"id": "x-1", "commit": {"dirty": True}}, "uncommitted changes", id="a dirty tree"
        ),
    ],
)
def test_what_is_not_of_one_check_is_refused(
    change: dict[str, Any], words: str, sharded: Sharded, tmp_path: Path
) -> None:
    record = json.loads((sharded.place / RUNS[0]).read_bytes())
    for key, value in change.items():
        record[key] = {**record[key], **value} if isinstance(value, dict) else value
    other = tmp_path / "other.json"
    other.write_text(json.dumps(record))
    files = [str(sharded.place / RUNS[0]), str(other)]
    sharded.project.gate("judge", *files, "--out", str(tmp_path / "outcome.json")).ends(2, words)
    assert not (tmp_path / "outcome.json").exists()


def test_no_run_is_written_over(sharded: Sharded, tmp_path: Path) -> None:
    for name, own in zip(("run.json", "b.json"), RUNS, strict=True):
        shutil.copy(sharded.place / own, tmp_path / name)
    files = [str(tmp_path / name) for name in ("run.json", "b.json")]
    done = sharded.project.gate("judge", *files, "--out", str(tmp_path / "outcome.json"))
    done.ends(2, "which is one of the runs", "--out united/outcome.json")


def test_one_objective_in_two_environments_is_refused(project: Project) -> None:
    project.bundle()
    project.commit()
    for name in ("a", "b"):
        more = {"ImageOS": name, "GITHUB_ACTIONS": "true"}
        project.gate("measure", "--out", f".gate/{name}", **more).ends(0)
    done = project.gate("judge", ".gate/a/run.json", ".gate/b/run.json")
    done.ends(2, "both measured bundle/sum(size{encoding:raw,file:app}), in different environments")


def test_a_shard_with_nothing_to_measure_is_a_shard(project: Project) -> None:
    project.bundle()
    project.commit()
    for number in (1, 2):
        project.gate("measure", "--shard", f"{number}/2").ends(0)
    files = [f".gate/{name}" for name in RUNS]
    project.gate("judge", *files).ends(0, "shard 2 of 2", "nothing to measure")
    project.gate("judge", files[1]).ends(3, "shard 1 of 2 is absent")


@pytest.mark.parametrize("text", ["5/4", "0/4", "2", "a/b", "1/99999", "-1/2"])
def test_a_share_is_i_of_n(text: str, project: Project) -> None:
    project.bundle()
    project.gate("measure", f"--shard={text}").ends(2, "expected I/N with I from 1 to N")


def test_what_makes_no_load_has_no_load_generators(project: Project) -> None:
    project.bundle()
    project.commit()
    project.gate("measure", "--generator", "1/2").ends(2, "bundle is measured by bundle")


@pytest.mark.needs_k6
def test_two_load_generators_of_one_system_are_one_load(project: Project) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    service = {"ready": f"{url}/healthz", "exports": {"BASE": url}}
    project.budget("services", json.dumps({"shop": service}))
    project.load(options="vus: 1, duration: '3s'", pause=0.05)
    own = (project.root / "budgets/api.yml").read_text()
    project.budget("api", f"{own}  - {{sli: rate(http_reqs), limit: at least 1 /s}}\n")
    project.commit()
    command = [sys.executable, "-I", "-S", str(SERVER), str(port), "ok"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            with (
                project.started("measure", "--generator", "1/2") as one,
                project.started("measure", "--generator", "2/2") as two,
            ):
                said = [each.communicate(timeout=120) for each in (one, two)]
        finally:
            server.kill()
    assert (one.returncode, two.returncode) == (0, 0), said
    files = [f".gate/run-generator-{number}-of-2.json" for number in (1, 2)]
    done = project.gate("judge", *files)
    done.ends(4, "made of load generator 1 of 2")  # one unit says little about runs
    rows = {row["objective"]["sli"]["metric"]: row for row in project.record()["rows"]}
    runs = [json.loads((project.root / name).read_bytes()) for name in files]
    rates = [
        m["units"][0]["data"]["value"]
        for run in runs
        for m in run["measurements"]
        if m["sli"]["metric"] == "http_reqs"
    ]
    assert rows["http_reqs"]["value"] == pytest.approx(sum(rates))
    assert rows["http_req_duration"]["n"] == rows["http_reqs"]["n"] == 1
    project.gate("judge", files[0]).ends(3, "load generator 2 of 2 is absent")


def test_shards_measure_the_base_beside_them(project: Project) -> None:
    project.bundle(100, f"{BUNDLE}    tolerance: 2%\n")
    project.benchmarks(BENCHMARKS)
    project.commit()
    project.write("dist/app.js", "x" * 200)
    project.commit()
    for number in (1, 2):
        project.gate("measure", "--shard", f"{number}/2", "--against", "HEAD~1").ends(0)
    project.gate("judge", *(f".gate/{name}" for name in RUNS)).ends(1, "✗ fail bundle/")
    outcome = project.record()
    assert {v[-1] for v in statuses(outcome).values()} == {"fail", "pass"}
    rungs = {row["verdicts"][-1]["baseline"]["rung"] for row in outcome["rows"]}
    assert rungs == {"against"}
    assert project.record("run")["base"]["budgets"] == ["bench", "bundle"]
