import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from gate.tools import Level, Line, cache, doctor, pins
from gate.tools.probe import Machine
from gate.tools.token import Told
from tests.tools.support import K6_SAYS, program

QUIET = Machine(
    cores=4,
    quota=None,
    memory=16 * 1024**3,
    load=0.1,
    pressure=0.0,
    governor="performance",
    sandbox=True,
    superuser=False,
    now=4e9,
)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which every tool is there, as a fake."""
    tools = tmp_path / "bin"
    program(tools / "k6", K6_SAYS.format(version="1.1.0"))
    program(tools / "node", "echo v24.15.0")
    program(tools / "chromium", "echo Chromium 156.0.1.2")
    program(tools / "valgrind", "echo valgrind-3.19.0")
    env = {"PATH": f"{tools}:/usr/bin:/bin", "PERFGATE_CACHE": str(tmp_path / "cache")}
    home = cache.folder("lighthouse", pins.node_packages().key, env)
    for package, version in (("lighthouse", "13.5.0"), ("@lhci/cli", "0.15.1")):
        file = home / "node_modules" / package / "package.json"
        file.parent.mkdir(parents=True)
        file.write_text(f'{{"version": "{version}"}}')
    return env


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return repository(tmp_path / "checkout", commits=2)


def repository(folder: Path, *, commits: int) -> Path:
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for number in range(commits):
        git(folder, "commit", "-q", "--allow-empty", "-m", f"commit {number}")
    return folder


def git(folder: Path, *words: str) -> None:
    me = {"AUTHOR": "A", "COMMITTER": "C"}
    names = {
        f"GIT_{who}_{what}": f"{name}@x.invalid"
        for who, name in me.items()
        for what in ("NAME", "EMAIL")
    }
    subprocess.run(["git", *words], cwd=folder, env={**os.environ, **names}, check=True)


def lines(root: Path, env: dict[str, str], machine: Machine = QUIET) -> dict[str, Line]:
    return {line.what: line for line in doctor(root, env=env, machine=machine)}


def test_a_machine_with_everything_is_all_right(checkout: Path, env: dict[str, str]) -> None:
    found = lines(checkout, env)
    assert {line.what for line in found.values() if line.status is not Level.OK} == set()
    assert list(found) == [
        "python",
        "git",
        "checkout",
        "clock",
        "k6",
        "node",
        "lighthouse",
        "lhci",
        "chrome",
        "chrome sandbox",
        "instructions",
        "cores",
        "memory",
        "load",
        "cpu pressure",
        "cpu governor",
    ]
    assert found["checkout"].found == "whole, 2 commits"
    assert found["lhci"].found == "0.15.1"


def test_an_empty_machine_gets_a_line_and_a_remedy_for_each_thing(tmp_path: Path) -> None:
    bare = {"PATH": str(tmp_path), "PERFGATE_CACHE": str(tmp_path), "CHROME_PATH": "/no/chrome"}
    bad = {k: v for k, v in lines(tmp_path, bare).items() if v.status is Level.BAD}
    assert set(bad) == {"git", "k6", "node", "lighthouse", "chrome", "instructions"}
    assert all(line.remedy for line in bad.values())


def test_a_tool_that_no_budget_needs_is_only_a_warning(checkout: Path, env: dict[str, str]) -> None:
    env["PERFGATE_K6"] = "/no/k6"
    needing = {line.what: line for line in doctor(checkout, env=env, machine=QUIET, needs={"k6"})}
    without = {line.what: line for line in doctor(checkout, env=env, machine=QUIET, needs=())}
    assert needing["k6"].status is Level.BAD
    assert without["k6"].status is Level.WARN
    assert without["k6"].found.startswith("no budget needs it; /no/k6")


def test_what_counts_instructions_is_told_with_how_to_get_it(
    checkout: Path, env: dict[str, str]
) -> None:
    assert lines(checkout, env)["instructions"].found.startswith("valgrind 3.19.0 (")
    env |= {"PERFGATE_VALGRIND": "/no/valgrind", "PERFGATE_PERF": "/no/perf"}
    line = lines(checkout, env)["instructions"]
    assert line.status is Level.BAD
    assert line.found.startswith("valgrind: /no/valgrind (PERFGATE_VALGRIND): not found; perf: ")
    assert line.remedy == "install valgrind (Debian, Ubuntu: `apt-get install valgrind`)"
    unneeded = {line.what: line for line in doctor(checkout, env=env, machine=QUIET, needs=())}
    assert unneeded["instructions"].status is Level.WARN


def test_a_budgets_own_path_is_what_is_looked_at(checkout: Path, env: dict[str, str]) -> None:
    told = doctor(checkout, env=env, machine=QUIET, explicit={"k6": ["/no/such/k6"]})
    (line,) = [line for line in told if line.what == "k6"]
    assert line.status is Level.BAD
    assert line.found == "/no/such/k6 (named by the budget): not found"


def test_lines_of_the_runners_stand_among_the_others(checkout: Path, env: dict[str, str]) -> None:
    extra = Line(Level.BAD, "postgres", "pg_stat_statements is not loaded", "load it")
    assert extra in doctor(checkout, env=env, machine=QUIET, extra=(extra,))


def test_a_shallow_clone_is_told_with_the_way_out(
    tmp_path: Path, checkout: Path, env: dict[str, str]
) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", checkout.as_uri(), "shallow")
    line = lines(tmp_path / "shallow", env)["checkout"]
    assert (line.status, line.found) == (Level.WARN, "shallow, 1 commit deep")
    assert "git fetch --unshallow" in line.remedy


def test_no_repository_and_no_commit_are_told(tmp_path: Path, env: dict[str, str]) -> None:
    env["GIT_CEILING_DIRECTORIES"] = str(tmp_path)
    (tmp_path / "plain").mkdir()
    plain = lines(tmp_path / "plain", env)["checkout"]
    assert plain.status is Level.BAD
    assert "not a git repository" in plain.found
    fresh = lines(repository(tmp_path / "fresh", commits=0), env)["checkout"]
    assert (fresh.status, fresh.found) == (Level.WARN, "no commit yet")


def test_a_clock_before_the_last_commit_is_told(checkout: Path, env: dict[str, str]) -> None:
    assert lines(checkout, env, replace(QUIET, now=1e9))["clock"].status is Level.WARN
    line = lines(checkout, env)["clock"]
    found = "not before the last commit; not compared with another clock"
    assert (line.status, line.found) == (Level.OK, found)


@pytest.mark.parametrize(
    ("date", "status", "found"),
    [
        (4e9, Level.OK, "0 s behind that of GitHub's API"),
        (4e9 - 31, Level.WARN, "31 s ahead of that of GitHub's API"),
        (4e9 + 3600, Level.WARN, "3600 s behind that of GitHub's API"),
    ],
)
def test_a_clock_is_compared_with_that_of_the_api(
    checkout: Path, env: dict[str, str], date: float, status: Level, found: str
) -> None:
    told = doctor(checkout, env=env, machine=QUIET, told=Told("GITHUB_TOKEN", date=date))
    (line,) = [line for line in told if line.what == "clock"]
    assert (line.status, line.found) == (status, found)


@pytest.mark.parametrize(
    ("told", "status", "found"),
    [
        (Told("GH_TOKEN", why="x does not answer"), Level.WARN, "not checked: x does not answer"),
        (Told("GH_TOKEN", status=401), Level.WARN, "refused: status 401"),
        (Told("GH_TOKEN", status=200), Level.OK, "taken; which permissions it has cannot be asked"),
        (Told("GH_TOKEN", status=200, scopes=("repo",)), Level.OK, "taken; scopes: repo"),
        (Told("GH_TOKEN", status=200, scopes=()), Level.WARN, "taken; scopes: none"),
    ],
    ids=["no answer", "refused", "no scopes", "scopes", "too few"],
)
def test_what_a_token_may_do_is_told(
    checkout: Path, env: dict[str, str], told: Told, status: Level, found: str
) -> None:
    all_lines = doctor(checkout, env=env, machine=QUIET, told=told)
    (line,) = [line for line in all_lines if line.what == "github token (GH_TOKEN)"]
    assert line.status is status
    assert line.found.startswith(found)
    assert line.remedy or line.status is Level.OK


def test_without_a_token_there_is_no_line_about_one(checkout: Path, env: dict[str, str]) -> None:
    told = doctor(checkout, env=env, machine=QUIET, told=Told())
    assert not [line for line in told if "token" in line.what]


@pytest.mark.parametrize(
    ("reading", "what", "found"),
    [
        ({"cores": 1}, "cores", "1"),
        ({"quota": 1.5}, "cores", "1.5"),
        ({"memory": 2 * 1024**3}, "memory", "2.0 GiB"),
        ({"load": 2.01}, "load", "2.01 over a minute"),
        ({"pressure": 0.11}, "cpu pressure", "tasks waited for a core 11% of the last 10 s"),
        ({"governor": "powersave"}, "cpu governor", "powersave"),
        ({"sandbox": False}, "chrome sandbox", "user namespaces are refused"),
        (
            {"superuser": True},
            "chrome sandbox",
            "off: root cannot have it, Chrome is started with --no-sandbox",
        ),
    ],
)
def test_what_disturbs_a_measurement_is_a_warning_with_a_remedy(
    checkout: Path, env: dict[str, str], reading: dict[str, float], what: str, found: str
) -> None:
    line = lines(checkout, env, replace(QUIET, **reading))[what]  # type: ignore[arg-type]
    assert (line.status, line.found) == (Level.WARN, found)
    assert line.remedy


@pytest.mark.parametrize(
    "reading", [{"cores": 2}, {"memory": 3 * 1024**3}, {"load": 2.0}, {"pressure": 0.1}]
)
def test_on_the_edge_it_is_still_all_right(
    checkout: Path, env: dict[str, str], reading: dict[str, float]
) -> None:
    told = lines(checkout, env, replace(QUIET, **reading)).values()  # type: ignore[arg-type]
    (what,) = ["cpu pressure" if name == "pressure" else name for name in reading]
    assert [line.status for line in told if line.what == what] == [Level.OK]


def test_what_the_system_does_not_tell_has_no_line(checkout: Path, env: dict[str, str]) -> None:
    silent = replace(QUIET, memory=None, load=None, pressure=None, governor=None, sandbox=None)
    told = set(lines(checkout, env, silent))
    assert not told & {"memory", "load", "cpu pressure", "cpu governor"}
