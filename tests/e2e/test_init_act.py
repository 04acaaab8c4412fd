"""The workflow that `gate init` writes, run by act for a pull request on the loopback GitHub."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.acting import PULL, Acted, Hub
from tests.e2e.project import GATE
from tests.helpers.github_server import github
from tests.helpers.github_state import REPOSITORY, WRITER

pytestmark = pytest.mark.needs_act

ACTION = "perfgate/perfgate@" + "0" * 40
WORKFLOW = ".github/workflows/perfgate.yml"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with github() as served:
        yield Hub(tmp_path, served)


def started(hub: Hub) -> str:
    """A repository with what init wrote for its build, on main; the commit."""
    shutil.rmtree(hub.root / "budgets")
    shutil.rmtree(hub.root / ".github" / "workflows")
    hub.write("package.json", "{}")
    hub.write("dist/app.js", "x" * 1000)
    subprocess.run(
        [GATE, "init", "--quiet", "--action", ACTION],
        cwd=hub.root,
        env=hub._environ,
        check=True,
        capture_output=True,
    )
    text = (hub.root / WORKFLOW).read_text()
    assert text.count(f"uses: {ACTION}") == 1
    # The Action is the one that lies here, and installs nothing.
    hub.write(
        WORKFLOW,
        text.replace(ACTION, "./").replace(
            "against: base", "against: base\n          gate: ${{ vars.GATE }}"
        ),
    )
    return hub.commit(1000)


def proposed(hub: Hub, size: int, base: str) -> Acted:
    """A pull request with a file of so many bytes."""
    head = hub.merge(size, base)
    repo = {"id": 7, "full_name": REPOSITORY}
    pull = {
        "number": PULL,
        "state": "open",
        "head": {"sha": head, "ref": "patch-1", "label": "team:patch-1", "repo": repo},
        "base": {"sha": base, "ref": "main", "repo": repo},
    }
    hub.served.state.pulls.append(pull)
    event = {"action": "synchronize", "number": PULL, "pull_request": pull}
    return hub.act("pull_request", event, "perfgate.yml", WRITER)


@pytest.mark.parametrize(("size", "good"), [(1000, True), (1_000_000, False)])
def test_a_change_is_compared_with_what_it_starts_from(hub: Hub, size: int, good: bool) -> None:
    acted = proposed(hub, size, started(hub))
    assert acted.good is good, acted.log
    assert "bundle/sum(size{encoding:br,file:js})" in acted.log
    assert ("OPEN" if good else "CLOSED") in acted.log
    assert "measured in turn with this one" in acted.log or good
