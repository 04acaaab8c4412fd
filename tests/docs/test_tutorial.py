"""docs/tutorial.md is followed, command by command, in a clone of this repository."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.helpers.pages import DOCS, ROOT, environment, follow, shell

SHOP = Path("examples/shop")
MADE = (SHOP / ".venv", SHOP / "node_modules")

pytestmark = [pytest.mark.needs_node, pytest.mark.xdist_group("tutorial")]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The repository as a newcomer has it after `make setup`: the shop's environments stand."""
    for made in MADE:
        if not (ROOT / made).exists():
            pytest.fail(f"{made} is not there: `make setup`")
    found = tmp_path / "perfgate"
    shell(f"git clone -q '{ROOT}' '{found}'", ROOT, os.environ)
    shell("git checkout -q -B main", found, os.environ)
    for made in MADE:
        (found / made).symlink_to(ROOT / made, target_is_directory=True)
    with (found / ".git" / "info" / "exclude").open("a") as excluded:
        excluded.writelines(f"{made}\n" for made in MADE)
    return found


def test_the_tutorial_says_what_its_commands_print(clone: Path, tmp_path: Path) -> None:
    env = environment(tmp_path / "cache")
    assert follow(DOCS / "tutorial.md", clone, env) == 16
    assert shell("git status --porcelain", clone, env) == ""
    shutil.rmtree(clone)
