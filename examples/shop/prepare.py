"""Build the shop in place: its own Python environment, its npm packages, its front end.

`python3 prepare.py` with any Python from 3.11, standard library only. What is up to date is left
alone: stamps hold the hash of what each step was made from, the front end's also SHOP_PLANTS.
Node from PERFGATE_NODE, PATH, or beside the npm that PATH has.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
MODULES = ROOT / "node_modules"
DIST = ROOT / "dist"
OLDEST_NODE = 20


def main() -> int:
    """Run the three steps; 0, or 2 where a person has to install something first."""
    node = find_node()
    step(VENV / ".prepared", digest([ROOT / "requirements.txt"], ""), make_environment)
    locks = [ROOT / "package-lock.json", ROOT / "package.json"]
    step(MODULES / ".prepared", digest(locks, ""), lambda: install_packages(node))
    sources = sorted(p for p in (ROOT / "frontend").rglob("*") if p.is_file())
    plants = os.environ.get("SHOP_PLANTS", "")
    made_from = digest([*locks, ROOT / "build.mjs", *sources], plants)
    step(DIST / ".prepared", made_from, lambda: build_front_end(node))
    return 0


def step(stamp: Path, wanted: str, make: Callable[[], None]) -> None:
    """Make something unless its stamp says that it was made from the same."""
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    stamp.unlink(missing_ok=True)  # half of it must not look like all of it
    make()
    stamp.write_text(wanted, encoding="utf-8")


def digest(files: Iterable[Path], more: str) -> str:
    """The hash of files and of what else shapes the result."""
    seen = hashlib.sha256(more.encode())
    for file in files:
        seen.update(f"\0{file.relative_to(ROOT)}\0".encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()


def make_environment() -> None:
    """A virtual environment from the requirements, locked by hash."""
    say("shop: Python packages from requirements.txt into examples/shop/.venv")
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)])
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    run([*pip, "--disable-pip-version-check", "-r", str(ROOT / "requirements.txt")])


def install_packages(node: Path) -> None:
    """The npm packages of the lock file."""
    say("shop: npm packages from package-lock.json into examples/shop/node_modules")
    run([str(find_npm(node)), "ci", "--no-fund", "--no-audit", "--loglevel=error"], node)


def build_front_end(node: Path) -> None:
    """The bundle of the front end."""
    say("shop: front end into examples/shop/dist")
    run([str(node), "build.mjs"], node, quiet=True)


def find_node() -> Path:
    """The Node that builds; ends the program with a hint where there is none."""
    named = os.environ.get("PERFGATE_NODE") or shutil.which("node")
    if named is None:
        sys.exit(refusal("there is no node on PATH"))
    said = subprocess.run([named, "--version"], capture_output=True, text=True, check=False)
    version = said.stdout.strip().removeprefix("v").partition(".")[0]
    if not version.isdecimal() or int(version) < OLDEST_NODE:
        sys.exit(refusal(f"{named} is version {said.stdout.strip() or 'unknown'}"))
    return Path(named)


def find_npm(node: Path) -> Path:
    """The npm beside that Node, else the one on PATH."""
    beside = node.parent / "npm"
    found = str(beside) if beside.exists() else shutil.which("npm")
    if found is None:
        sys.exit(refusal(f"there is no npm beside {node} and none on PATH"))
    return Path(found)


def refusal(why: str) -> str:
    """What is missing and how to get it."""
    return (
        f"shop: {why}; its front end needs Node {OLDEST_NODE} or newer with npm\n"
        "hint: `gate tools install --from pypi lighthouse` brings one, or install Node yourself"
    )


def run(argv: list[str], node: Path | None = None, *, quiet: bool = False) -> None:
    """Run one command in the shop's folder; its failure is ours."""
    env = dict(os.environ)
    if node is not None:
        env["PATH"] = os.pathsep.join((str(node.parent), env.get("PATH", "")))
    out = subprocess.DEVNULL if quiet else None
    done = subprocess.run(argv, cwd=ROOT, env=env, stdout=out, check=False)
    if done.returncode != 0:
        sys.exit(f"shop: `{' '.join(argv[:4])} …` ended with code {done.returncode}")


def say(text: str) -> None:
    """One line for each thing that is made."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
