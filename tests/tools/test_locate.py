from pathlib import Path

import pytest

from gate.tools import (
    CHROME,
    K6,
    NODE,
    Absent,
    Found,
    How,
    cache,
    locate,
    node_home,
    pins,
    with_node,
)
from tests.tools.support import K6_SAYS, program


def says(version: str) -> str:
    return K6_SAYS.format(version=version)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing is installed."""
    empty = tmp_path / "empty"
    empty.mkdir()
    return {"PATH": str(empty), "PERFGATE_CACHE": str(tmp_path / "cache")}


def managed_k6(env: dict[str, str]) -> Path:
    return cache.folder("k6", pins.program("k6").key, env) / "bin" / "k6"


@pytest.mark.parametrize(
    ("there", "how", "version"),
    [
        pytest.param({"budget", "env", "path", "cache"}, How.BUDGET, "1.0.1", id="the budget wins"),
        pytest.param({"env", "path", "cache"}, How.ENVIRONMENT, "1.0.2", id="then the environment"),
        pytest.param({"path", "cache"}, How.PATH, "1.0.3", id="then PATH"),
        pytest.param({"cache"}, How.CACHE, "1.0.4", id="then the managed cache"),
    ],
)
def test_who_says_where_the_tool_is(
    tmp_path: Path, env: dict[str, str], there: set[str], how: How, version: str
) -> None:
    budget = program(tmp_path / "budget" / "k6", says("1.0.1"))
    if "env" in there:
        env["PERFGATE_K6"] = str(program(tmp_path / "env" / "k6", says("1.0.2")))
    if "path" in there:
        env["PATH"] = str(program(tmp_path / "path" / "k6", says("1.0.3")).parent)
    if "cache" in there:
        program(managed_k6(env), says("1.0.4"))

    found = locate(K6, explicit=str(budget) if "budget" in there else "", env=env)

    assert isinstance(found, Found)
    assert (found.how, found.version) == (how, version)


def test_a_tool_that_is_nowhere_is_absent_with_every_place_and_a_remedy(
    env: dict[str, str],
) -> None:
    absent = locate(K6, env=env)
    assert isinstance(absent, Absent)
    assert absent.looked_in == (
        "PATH (k6): not found",
        f"{managed_k6(env).parent.parent} (cache): not found",
    )
    assert absent.remedy == "run `gate tools install k6`"


@pytest.mark.parametrize("named", ["budget", "env"])
def test_a_written_path_that_does_not_exist_is_never_replaced(
    tmp_path: Path, env: dict[str, str], named: str
) -> None:
    env["PATH"] = str(program(tmp_path / "bin" / "chromium", "echo Chromium 156.0.1").parent)
    gone = str(tmp_path / "gone" / "chrome")
    if named == "env":
        env["CHROME_PATH"] = gone

    absent = locate(CHROME, explicit=gone if named == "budget" else "", env=env)

    assert isinstance(absent, Absent)
    assert absent.looked_in[0].startswith(gone)
    assert len(absent.looked_in) == 1


def test_an_empty_variable_counts_as_unset(tmp_path: Path, env: dict[str, str]) -> None:
    env["PATH"] = str(program(tmp_path / "bin" / "k6", says("1.1.0")).parent)
    env["PERFGATE_K6"] = ""
    found = locate(K6, env=env)
    assert isinstance(found, Found)
    assert found.how is How.PATH


def test_a_name_without_a_slash_is_searched_on_path(tmp_path: Path, env: dict[str, str]) -> None:
    env["PATH"] = str(program(tmp_path / "bin" / "k6-next", says("2.2.0")).parent)
    found = locate(K6, explicit="k6-next", env=env)
    assert isinstance(found, Found)
    assert (found.version, found.how) == ("2.2.0", How.BUDGET)


def test_perfgate_chrome_goes_before_chrome_path(tmp_path: Path, env: dict[str, str]) -> None:
    env["CHROME_PATH"] = str(program(tmp_path / "one", "echo Chromium 150.0.1.2"))
    env["PERFGATE_CHROME"] = str(program(tmp_path / "two", "echo Google Chrome 151.0.1.2"))
    found = locate(CHROME, env=env)
    assert isinstance(found, Found)
    assert found.version == "151.0.1.2"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        pytest.param("echo v20.20.2", "version 20.20.2 is older than 22.19", id="too old"),
        pytest.param("exit 3", "did not tell its version (code 3)", id="it fails"),
        pytest.param("echo hello", "did not tell its version (code 0): hello", id="no version"),
        pytest.param("#!/no/such/shell\n", "does not start: ", id="it cannot start"),
    ],
)
def test_a_program_that_does_not_serve_is_passed_over_and_said(
    tmp_path: Path, env: dict[str, str], script: str, why: str
) -> None:
    bad = program(tmp_path / "bin" / "node", script)
    env["PATH"] = str(bad.parent)
    absent = locate(NODE, env=env)
    assert isinstance(absent, Absent)
    assert absent.looked_in[0].startswith(f"{bad}: {why}")


def test_an_old_node_on_path_gives_way_to_the_managed_one(
    tmp_path: Path, env: dict[str, str]
) -> None:
    env["PATH"] = str(program(tmp_path / "bin" / "node", "echo v20.20.2").parent)
    place = cache.folder("node", pins.program("node").key, env)
    program(place / "bin" / "node", "echo v24.15.0")
    found = locate(NODE, env=env)
    assert isinstance(found, Found)
    assert (found.how, found.version) == (How.CACHE, "24.15.0")
    assert with_node(found, env)["PATH"].split(":")[0] == str(place / "bin")


def test_the_home_of_lighthouse_tells_its_version(tmp_path: Path, env: dict[str, str]) -> None:
    assert isinstance(node_home(env=env), Absent)
    package = tmp_path / "tools" / "node_modules" / "lighthouse" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "13.5.0"}')
    env["PERFGATE_NODE_HOME"] = str(tmp_path / "tools")
    found = node_home(env=env)
    assert found == Found("lighthouse", tmp_path / "tools", "13.5.0", How.ENVIRONMENT)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_package_is_absent(tmp_path: Path, env: dict[str, str], text: str) -> None:
    package = tmp_path / "node_modules" / "lighthouse" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text(text)
    assert isinstance(node_home(env={**env, "PERFGATE_NODE_HOME": str(tmp_path)}), Absent)


@pytest.mark.needs_k6
def test_the_real_k6_tells_its_version(k6: Found) -> None:
    assert tuple(map(int, k6.version.split("."))) >= K6.minimum


@pytest.mark.needs_chrome
def test_the_real_browser_tells_its_version(chrome: Found) -> None:
    assert tuple(map(int, chrome.version.split("."))) >= CHROME.minimum


@pytest.mark.needs_node
def test_the_real_lighthouse_is_the_pinned_one(node_tools: Found) -> None:
    assert node_tools.version == pins.node_packages().lighthouse
