"""The shop's planted regressions found with `gate check --against HEAD`, and the unchanged shop.

    make bench-shop     (many hours; what was done is kept, so that it goes on where it stopped)
    .venv/bin/python bench/shop_against.py [--plants NAME,...] [--times 20] [--clean 40]
        [--within SECONDS] [--write]

The shop plants its regressions by an environment variable, which both trees would see. So a plant
is a change of the tree here: in a clone of this repository the place that reads the variable names
the plant where nobody names one, uncommitted. Each plant is checked with the budget that it breaks,
the unchanged shop with all of them, by the repository's own budgets. `--work DIR` keeps the clone
and what was done. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import contextlib
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.against import jobs, page  # noqa: E402  # a program finds its parts itself
from bench.against.check import check, environment, git  # noqa: E402
from bench.against.work import Row, Work, version  # noqa: E402
from bench.plants import PLANTS, Plant  # noqa: E402

CLEAN = "clean"
ONLY = {
    "slow-reads": "api",
    "n-plus-one": "db",
    "dropped-index": "db",
    "fat-bundle": "bundle",
    "layout-shift": "web",
    "slow-click": "web",
    "slow-function": "bench",
}
"""The budget that a plant breaks."""

READ_BY_SHOP = (
    "examples/shop/shop/plants.py",
    'os.environ.get(VARIABLE, "")',
    '(os.environ.get(VARIABLE) or "{}")',
)
READ_BY_BUILD = ("examples/shop/build.mjs", 'process.env.SHOP_PLANTS ?? ""', '"{}"')


@dataclass(frozen=True)
class Shop:
    """A clone of this repository, the environment of its checks, and what is kept of them."""

    root: Path
    out: Path
    work: Work
    env: Mapping[str, str] = field(repr=False)

    def clean(self, number: int) -> Row:
        """The unchanged shop, every budget."""
        return self.work.add(CLEAN, number, check(self.root, self.out, self.env).row())

    def one(self, kind: str, number: int) -> Row:
        """Run one check and keep what it gave."""
        by_name = {plant.name: plant for plant in PLANTS}
        return self.clean(number) if kind == CLEAN else self.plant(by_name[kind], number)

    def plant(self, plant: Plant, number: int) -> Row:
        """The shop with a plant, by the budget that it breaks."""
        with planted(self.root, plant.name):
            seen = check(self.root, self.out, self.env, ("--only", ONLY[plant.name]))
        row = {
            **seen.row(),
            "found": seen.exit == 1 and all(_any(seen.failed, (each,)) for each in plant.breaks),
            "others": [f for f in seen.failed if not _any((f,), (*plant.breaks, *plant.may))],
        }
        return self.work.add(plant.name, number, row)


def _any(names: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether any name is as any pattern says; only the star is special in one."""
    literal = [each.replace("[", "[[]").replace("?", "[?]") for each in patterns]
    return any(fnmatchcase(name, each) for name in names for each in literal)


@contextlib.contextmanager
def planted(root: Path, name: str) -> Iterator[None]:
    """The tree with a plant as an uncommitted change; without it afterwards."""
    file, written, instead = READ_BY_BUILD if name == "fat-bundle" else READ_BY_SHOP
    path = root / file
    before = path.read_text("utf-8")
    assert before.count(written) == 1, f"{file} no longer reads its plants by {written}"
    path.write_text(before.replace(written, instead.format(name)), "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def cloned(folder: Path, env: Mapping[str, str]) -> Path:
    """A clone of the last commit of this repository; what its shop installed before is kept."""
    root = folder / "clone"
    if not root.exists():
        source = str(ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "clone", "--quiet", "--no-hardlinks", source, str(root), env=env)
    git(root, "fetch", "--quiet", "origin", "HEAD", env=env)
    git(root, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD", env=env)
    shutil.rmtree(root / ".gate", ignore_errors=True)
    return root


def installed(root: Path, env: Mapping[str, str]) -> None:
    """The shop's own environment and front end, so that no check's time is that of installing."""
    subprocess.run(["python3", "prepare.py"], cwd=root / "examples/shop", env=env, check=True)  # noqa: S607


def told(row: Row) -> str:
    """One line of progress."""
    found = "" if "found" not in row else ", found" if row["found"] else ", NOT FOUND"
    parts = [
        f"{row['kind']} {row['number']}: exit {row['exit']} after {row['seconds']:.0f} s{found}"
    ]
    parts += [
        f"{what}: {', '.join(row[what])}"
        for what in ("failed", "missing", "undecided")
        if row[what]
    ]
    return "; ".join(parts)


def goals(work: Work, chosen: Sequence[Plant]) -> list[page.Goal]:
    """What the issue asks for, and that nothing is blamed that a plant cannot touch."""
    clean = work.rows(CLEAN)
    red = sum(row["exit"] == 1 for row in clean)
    found = [page.Goal("unchanged, red", red, len(clean), 1, 40)]
    for plant in chosen:
        rows = work.rows(plant.name)
        hits = sum(row["found"] for row in rows)
        found.append(page.Goal(f"{plant.name}, found", hits, len(rows), 1, 20, least=True))
    others = [row for plant in chosen for row in work.rows(plant.name)]
    wrong = sum(bool(row["others"]) for row in others)
    found.append(page.Goal("another promise blamed", wrong, len(others), 1, 20))
    return found


def report(work: Work, chosen: Sequence[Plant]) -> list[str]:
    """The table of goals, and how long a check took."""
    lines = [*page.table(goals(work, chosen)), "", "| check | budgets | wall time | range |"]
    lines.append("| --- | --- | --- | --- |")
    for name in (CLEAN, *(plant.name for plant in chosen)):
        if times := sorted(row["seconds"] for row in work.rows(name)):
            span = f"{times[0]:.0f} s to {times[-1]:.0f} s"
            middle = statistics.median(times)
            lines.append(f"| {name} | {ONLY.get(name, 'all')} | {middle:.0f} s | {span} |")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Clone the repository, run what is left, print the tables."""
    parser = jobs.parser(__doc__, "shop")
    names = ",".join(ONLY)
    parser.add_argument("--plants", default=names, help="those of these that are checked")
    parser.add_argument("--times", type=int, default=20, help="checks of each plant")
    parser.add_argument("--clean", type=int, default=40, help="checks of the unchanged shop")
    asked = parser.parse_args(arguments)
    named = [name for name in asked.plants.split(",") if name]
    if unknown := sorted(set(named) - ONLY.keys()):
        parser.error(f"no such plant: {', '.join(unknown)}; there are {names}")
    chosen = [plant for plant in PLANTS if plant.name in named]
    jobs.tidy_when_terminated()
    env = environment(asked.work)
    root = cloned(asked.work, env)
    installed(root, env)
    design = [
        (root / "budgets" / f"{name}.yml").read_text() for name in (*set(ONLY.values()), "policy")
    ]
    work = Work(asked.work / "shop.jsonl", version(sorted(design)), asked.mixed)
    shop = Shop(root, asked.work / "out", work, env)
    wanted = {CLEAN: asked.clean} | {plant.name: asked.times for plant in chosen}
    jobs.run(work, wanted, shop.one, told, asked.within)
    lines = [*report(work, chosen), "", page.colophon("make bench-shop", work.versions())]
    print("\n".join(lines))
    if asked.write:
        page.write("shop", lines)
    return 0 if all(goal.met for goal in goals(work, chosen)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
