"""The shop's plants as changes of a tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import shop_against
from bench.against.work import ROOT, Work
from bench.plants import PLANTS

SHOP = "examples/shop"
ASK = """\
import sys
sys.path.insert(0, sys.argv[1])
from shop import plants
print(",".join(plants.active()))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The two files that a plant may change."""
    for file in (shop_against.READ_BY_SHOP[0], shop_against.READ_BY_BUILD[0]):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / SHOP / "shop" / "__init__.py").touch()
    return tmp_path


def _active(tree: Path) -> str:
    """What the shop of a tree plants where nobody names anything."""
    argv = [sys.executable, "-c", ASK, str(tree / SHOP)]
    done = subprocess.run(argv, env={"SHOP_PLANTS": ""}, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_every_plant_has_a_budget_that_finds_it() -> None:
    assert set(shop_against.ONLY) == {plant.name for plant in PLANTS}
    assert all((ROOT / "budgets" / f"{name}.yml").exists() for name in shop_against.ONLY.values())


@pytest.mark.parametrize("name", sorted(set(shop_against.ONLY) - {"fat-bundle"}))
def test_a_plant_is_in_the_tree_only_while_it_is_planted(tree: Path, name: str) -> None:
    assert _active(tree) == ""
    with shop_against.planted(tree, name):
        assert _active(tree) == name
    assert _active(tree) == ""


def test_the_plant_of_the_build_is_in_the_build(tree: Path) -> None:
    build = tree / shop_against.READ_BY_BUILD[0]
    with shop_against.planted(tree, "fat-bundle"):
        assert 'const planted = ("fat-bundle").split(",")' in build.read_text()
    assert 'const planted = (process.env.SHOP_PLANTS ?? "").split(",")' in build.read_text()


def test_the_table_says_how_many_were_run(tmp_path: Path) -> None:
    work = Work(tmp_path / "work.jsonl", "one")
    row = {"exit": 0, "seconds": 12.0, "failed": [], "missing": [], "undecided": []}
    work.add(shop_against.CLEAN, 0, row)
    work.add("slow-click", 0, {**row, "exit": 1, "found": True, "others": []})
    chosen = [plant for plant in PLANTS if plant.name == "slow-click"]
    lines = shop_against.report(work, chosen)
    assert "| unchanged, red | 0 of 1 | at most 1 of 40 | met so far |" in lines
    assert "| slow-click, found | 1 of 1 | at least 19 of 20 | met so far |" in lines
    assert "| clean | all | 12 s | 12 s to 12 s |" in lines
