"""Every plant does what its table says, has one call site, and changes no answer."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from live import Shop
from shop import ROOT, plants
from shop.api import PLANTED_DELAY
from shop.database.seed import SEARCH_INDEX
from shop.plants import Plant
from shop.pricing import Line, basket_total

LINES = [Line(n, "mugs" if n % 2 else "lamps", 700 + 13 * n, 1 + n % 7) for n in range(1, 21)]


def test_the_table_is_whole_and_the_readme_has_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for plant in Plant:
        assert plants.TABLE[plant].breaks
        assert f"| `{plant}` | {plants.TABLE[plant].does} |" in readme


@pytest.mark.parametrize("plant", Plant)
def test_a_plant_has_one_call_site(plant: Plant) -> None:
    sources = [p for p in (ROOT / "shop").rglob("*.py") if p.name != "plants.py"]
    calls = sum(p.read_text(encoding="utf-8").count(f"Plant.{plant.name}") for p in sources)
    built = (ROOT / "build.mjs").read_text(encoding="utf-8").count(f'includes("{plant}")')
    assert calls + built == 1


def test_an_unknown_plant_is_refused_with_the_known_ones() -> None:
    with pytest.raises(plants.UnknownPlantError, match=r"no plant 'slow'; known: slow-reads, n-"):
        plants.parse("n-plus-one, slow")


def test_only_what_shapes_the_build_asks_for_another_one() -> None:
    assert plants.in_the_build("slow-click, n-plus-one") == ""
    assert plants.in_the_build("slow-click,fat-bundle") == "fat-bundle"


@pytest.mark.parametrize("path", ["/api/products?page=2", "/api/products/3"])
def test_slow_reads_answer_the_same_later(clean: Shop, planted: Shop, path: str) -> None:
    before = time.monotonic()
    said = planted.ask(path)
    assert time.monotonic() - before >= PLANTED_DELAY
    assert said.body == clean.ask(path).body


def test_n_plus_one_asks_once_for_each_order(clean: Shop, planted: Shop) -> None:
    path = "/api/orders?customer=42"
    assert (clean.queries_of(path), planted.queries_of(path)) == (2, 21)
    assert planted.ask(path).body == clean.ask(path).body


def plan(shop: Shop) -> str:
    """How the database would run the product search."""
    with shop.connection() as database:
        rows = database.execute(
            "EXPLAIN SELECT id FROM products WHERE to_tsvector('english', name || ' ' || details)"
            " @@ websearch_to_tsquery('english', 'lundberg')"
        ).fetchall()
    return "\n".join(row[0] for row in rows)


def test_a_dropped_index_is_a_scan_with_the_same_answer(clean: Shop, planted: Shop) -> None:
    assert f"Index Scan on {SEARCH_INDEX}" in plan(clean)
    assert "Seq Scan on products" in plan(planted)
    path = "/api/products?q=lundberg"
    assert planted.ask(path).body == clean.ask(path).body


def test_a_layout_shift_is_in_the_home_page_alone(clean: Shop, planted: Shop) -> None:
    assert "late-notice" in planted.ask("/").text
    assert "late-notice" not in planted.ask("/checkout").text
    assert "late-notice" not in clean.ask("/").text


def test_a_slow_click_is_in_the_checkout_alone(clean: Shop, planted: Shop) -> None:
    assert "performance.now()" in planted.ask("/checkout").text
    assert "performance.now()" not in planted.ask("/").text
    assert "performance.now()" not in clean.ask("/checkout").text


def test_a_slow_function_gives_the_same_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(plants.VARIABLE, raising=False)
    plants.active.cache_clear()
    expected = basket_total(LINES, "SPRING5")
    monkeypatch.setenv(plants.VARIABLE, "slow-function")
    plants.active.cache_clear()

    assert plants.planted(Plant.SLOW_FUNCTION)
    assert basket_total(LINES, "SPRING5") == expected
    monkeypatch.undo()
    plants.active.cache_clear()


def built(folder: Path, planted: str) -> int:
    """The gzipped size of the front end, built in a copy of the shop."""
    for part in ("frontend", "build.mjs", "package.json"):
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / part)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    node = (ROOT / "node_modules" / ".node").read_text(encoding="utf-8")
    env = {plants.VARIABLE: planted}
    subprocess.run([node, "build.mjs"], cwd=folder, env=env, check=True, capture_output=True)
    manifest = json.loads((folder / "dist" / "manifest.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"app-\w+\.js", manifest["script"])
    assert [p.name for p in (folder / "dist" / "assets").glob("*.js")] == [manifest["script"]]
    return len(gzip.compress((folder / "dist" / "assets" / manifest["script"]).read_bytes()))


def test_a_fat_bundle_is_much_larger(tmp_path: Path) -> None:
    (tmp_path / "clean").mkdir()
    (tmp_path / "fat").mkdir()
    clean = built(tmp_path / "clean", "slow-click")
    assert built(tmp_path / "fat", "fat-bundle,slow-click") > 1.6 * clean
