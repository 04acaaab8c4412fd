"""Build the shop in place: its own Python environment, its npm packages, its front end.

`python3 prepare.py` with any Python from 3.11, standard library only. What is up to date is left
alone: a stamp beside each part holds the hash of what the part was made from; the front end's
also what SHOP_PLANTS plants in it. Node is the one of PERFGATE_NODE, else the first on PATH, else
the one that installed node_modules.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = ROOT / "node_modules"
DIST = ROOT / "dist"
STAMP = ".prepared"
NODE_USED = MODULES / ".node"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


def main() -> int:
    """Make what is missing or out of date; 0, or 2 where a person has to do something first."""
    if sys.version_info < OLDEST_PYTHON:
        stop("the shop needs Python 3.11 or newer", "call prepare.py with one")
    from shop import plants

    try:
        planted = plants.in_the_build(os.environ.get(plants.VARIABLE, ""))
    except plants.UnknownPlantError as error:
        stop(str(error), "see README.md for what each does")
    requirements = ROOT / "requirements.txt"
    locks = [ROOT / "package.json", ROOT / "package-lock.json"]
    sources = sorted(path for path in (ROOT / "frontend").rglob("*") if path.is_file())
    with (ROOT / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two checks may prepare one tree
        if not starts(PYTHON):
            forget(VENV)
        step(VENV, digest([requirements]), lambda: make_environment(requirements))
        step(MODULES, digest(locks), install_packages)
        step(DIST, digest([*locks, ROOT / "build.mjs", *sources], planted), build_front_end)
    return 0


def step(part: Path, made_from: str, make: Callable[[], None]) -> None:
    """Make a part unless its stamp says that it was made from the same."""
    stamp = part / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_from:
        return
    forget(part)  # half of it must not look like all of it
    make()
    stamp.write_text(made_from, encoding="utf-8")


def forget(part: Path) -> None:
    """Let a part count as not made."""
    (part / STAMP).unlink(missing_ok=True)


def digest(files: Iterable[Path], more: str = "") -> str:
    """The hash of files, their names and of what else shapes the result."""
    seen = hashlib.sha256(more.encode())
    for file in files:
        content = file.read_bytes()
        seen.update(f"\0{file.relative_to(ROOT)}\0{len(content)}\0".encode())
        seen.update(content)
    return seen.hexdigest()


def make_environment(requirements: Path) -> None:
    """A virtual environment with the locked packages, each checked by its hash."""
    locked = requirements.read_text(encoding="utf-8").splitlines()
    say(f".venv: {sum('==' in line for line in locked)} Python packages (requirements.txt)")
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(requirements)])


def install_packages() -> None:
    """The locked npm packages; none of their install scripts runs."""
    node = find_node()
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wanted = sum(bool(path) and not about.get("optional") for path, about in locked.items())
    say(f"node_modules: {wanted} npm packages (package-lock.json), with {node}")
    command = ["ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"]
    run([*find_npm(node), *command], node)
    NODE_USED.write_text(str(node), encoding="utf-8")


def build_front_end() -> None:
    """The bundle of the front end, and the manifest that the pages read."""
    say("dist: the front end (build.mjs)")
    node = find_node()
    run([str(node), "build.mjs"], node)


def find_node() -> Path:
    """The Node to use; ends the program with what is missing where there is none."""
    refused: list[str] = []
    for where, path in nodes():
        version = version_of(path)
        if version >= OLDEST_NODE:
            return Path(path)
        refused.append(f"{where}: {path} is {f'version {version}' if version else 'no Node'}")
    return stop(
        f"no Node {OLDEST_NODE} or newer ({'; '.join(refused) or 'there is none on PATH'})",
        "put one with npm on PATH or name it in PERFGATE_NODE; `gate tools install` brings one",
    )


def nodes() -> Iterator[tuple[str, str]]:
    """Where a Node may be, and who says so; one that is named is not replaced in silence."""
    named = os.environ.get("PERFGATE_NODE")
    if named:
        yield "PERFGATE_NODE", named
        return
    on_path = shutil.which("node")
    if on_path is not None:
        yield "PATH", on_path
    if NODE_USED.exists():
        yield "used before", NODE_USED.read_text(encoding="utf-8")


def version_of(node: str) -> int:
    """The major version that it says; 0 where it does not run."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    number = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if said.returncode == 0 and number.isdecimal() else 0


def find_npm(node: Path) -> list[str]:
    """How to call npm: its own script under that Node, else what PATH has."""
    # Not bin/npm: a wheel cannot hold the symbolic link that it is, so there it is broken.
    for top in (node.parent.parent, node.resolve().parent.parent):
        script = top / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.exists():
            return [str(node), str(script)]
    found = shutil.which("npm")
    if found is None:
        stop(f"no npm beside {node} and none on PATH", "install Node together with npm")
    return [found]


def starts(program: Path) -> bool:
    """Whether a program is there and runs: an environment outlives the Python it came from."""
    try:
        return subprocess.run([program, "-c", ""], check=False).returncode == 0
    except OSError:
        return False


def run(argv: Sequence[str], node: Path | None = None) -> None:
    """Run one installer; what it prints is shown only if it fails, and then we stop."""
    env = dict(os.environ)
    if node is not None:
        env["PATH"] = os.pathsep.join((str(node.parent), env.get("PATH", os.defpath)))
        env.setdefault("NODE_USE_SYSTEM_CA", "1")  # what the machine trusts counts, Node 24.6
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        stop(f"failed: {' '.join(argv)}", "its own words stand above")


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(f"shop: {line}", flush=True)


def stop(what: str, hint: str) -> NoReturn:
    """End with what a person has to do."""
    sys.stderr.write(f"shop: {what}\nhint: {hint}\n")
    raise SystemExit(2)


if __name__ == "__main__":
    sys.exit(main())
