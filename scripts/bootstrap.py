"""Install what work on perfgate needs, one printed line for each thing installed.

Standard library only: it runs before anything is there. What is already in place (told by
stamps that carry the hash of what was installed) is left alone.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.txt"
ASK = """
from gate.tools import K6, NODE, Found, locate, node_home
found = [locate(K6), locate(NODE), node_home()]
print(found[1].path.parent if all(isinstance(each, Found) for each in found) else "")
"""
CHROME_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROME_PLACES = (Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),)


def main() -> int:
    """Run every step in order; exit 2 where a person has to do something first."""
    with Path(__file__).open("rb") as ours:
        fcntl.flock(ours, fcntl.LOCK_EX)  # two at once would install into the same folder
        system_packages()
        virtual_environment()
        python_packages()
        measuring_tools()
        example_shop()
        gitlab_ci_local()
    return 0


def system_packages() -> None:
    """Install what only the system has: a browser, valgrind, ssh-keygen, rsync, Python's venv."""
    wanted = []
    if not has_chrome():
        wanted.append("chromium")
    if sys.platform == "linux" and not has_valgrind():
        wanted.append("valgrind")
    if shutil.which("ssh-keygen") is None:
        wanted.append("openssh-client")
    if shutil.which("rsync") is None:  # gitlab-ci-local copies the project with it
        wanted.append("rsync")
    if not has_ensurepip():
        wanted.append(f"python3.{sys.version_info.minor}-venv")
    if wanted:
        install_with_apt(wanted)


def has_chrome() -> bool:
    """Tell whether a browser stands where the gate itself will look for one."""
    named = os.environ.get("PERFGATE_CHROME") or os.environ.get("CHROME_PATH")
    if named:
        return Path(named).exists()
    return any(map(shutil.which, CHROME_NAMES)) or any(p.exists() for p in CHROME_PLACES)


def has_valgrind() -> bool:
    """Tell whether the gate will find what counts instructions."""
    return shutil.which(os.environ.get("PERFGATE_VALGRIND") or "valgrind") is not None


def has_ensurepip() -> bool:
    """Tell whether `python -m venv` can put pip in place (Debian ships it apart)."""
    return works([sys.executable, "-c", "import ensurepip"])


def install_with_apt(packages: Sequence[str]) -> None:
    """Install Debian packages as root or through a sudo that asks nothing; else say how."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = root_prefix()
    if shutil.which("apt-get") is None or prefix is None:
        names = " ".join(packages)
        sys.exit(needs_person(f"missing: {names}", f"sudo {' '.join(command)}"))
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    say(f"system packages: {' '.join(packages)} (apt-get)")
    run([*prefix, "apt-get", "update"], env=env)
    run([*prefix, *command], env=env)


def root_prefix() -> list[str] | None:
    """Give what makes a command run as root without a question: nothing, sudo, or no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    return ["sudo", "-n"] if works(["sudo", "-n", "true"]) else None


def virtual_environment() -> None:
    """Make .venv with the Python that runs this, unless a usable one is there."""
    if PYTHON.exists() and works([str(PYTHON), "-m", "pip", "--version"]):
        return
    say(f".venv: Python {sys.version.split()[0]}")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def python_packages() -> None:
    """Install the locked packages by hash, then the gate itself from this tree."""
    stamp = VENV / f".installed-{digest()}"
    if stamp.exists():
        return
    count = sum("==" in line for line in LOCK.read_text(encoding="utf-8").splitlines())
    say(f".venv: {count} locked Python packages (requirements/dev.txt)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(LOCK)])
    say(".venv: perfgate itself, editable")
    run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    for old in VENV.glob(".installed-*"):
        old.unlink()
    stamp.touch()


def measuring_tools() -> None:
    """Let the gate install k6, and Node with Lighthouse, where they are not found."""
    if node_folder():
        return
    say("k6, Node and Lighthouse, pinned, into the gate's own cache (gate tools install)")
    # Its results, for programs, go to stdout; what it says while it works is what we show.
    shown([str(VENV / "bin" / "gate"), "tools", "install", "--from", "pypi"], results=False)


def node_folder() -> str:
    """Give the folder of the Node that the gate uses, "" while a tool is missing."""
    told = subprocess.run([str(PYTHON), "-c", ASK], check=False, capture_output=True, text=True)
    return told.stdout.strip()


def example_shop() -> None:
    """Build the example shop: its own .venv, its database program, its front end."""
    prepare = ROOT / "examples" / "shop" / "prepare.py"
    if not prepare.exists():
        say("no examples/shop/prepare.py in this tree: the shop is left out")
        return
    path = os.pathsep.join(filter(None, (node_folder(), os.environ.get("PATH", ""))))
    shown([str(PYTHON), str(prepare)], env={**os.environ, "PATH": path})


def gitlab_ci_local() -> None:
    """Install the locked program that runs GitLab jobs without GitLab; a test needs it."""
    folder = ROOT / "requirements" / "gitlab-ci-local"
    lock = (folder / "package-lock.json").read_bytes()
    stamp = folder / "node_modules" / f".installed-{hashlib.sha256(lock).hexdigest()[:16]}"
    if stamp.exists():
        return
    say("gitlab-ci-local, locked (requirements/gitlab-ci-local)")
    path = os.pathsep.join(filter(None, (node_folder(), os.environ.get("PATH", ""))))
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    run(command, env={**os.environ, "PATH": path})
    stamp.touch()


def digest() -> str:
    """Give a short hash of all that decides what is in .venv: the lock, our metadata, Python."""
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    seen = hashlib.sha256(f"{sys.version_info} {json.dumps(ours, sort_keys=True)}".encode())
    seen.update(LOCK.read_bytes())
    return seen.hexdigest()[:16]


def works(argv: Sequence[str]) -> bool:
    """Tell whether a command ends well."""
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0


def run(argv: Sequence[str], *, env: dict[str, str] | None = None) -> None:
    """Run an installer; what it prints is shown only if it fails, and then we stop."""
    started = time.monotonic()
    done = subprocess.run(
        argv,
        check=False,
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        seconds = time.monotonic() - started
        sys.exit(f"bootstrap: failed after {seconds:.0f} s: {' '.join(argv)}")


def shown(argv: Sequence[str], *, env: dict[str, str] | None = None, results: bool = True) -> None:
    """Run a program that prints its own lines; stop where it fails."""
    out = None if results else subprocess.DEVNULL
    done = subprocess.run(
        argv, check=False, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out
    )
    if done.returncode != 0:
        sys.exit(f"bootstrap: failed with code {done.returncode}: {' '.join(argv)}")


def needs_person(missing: str, command: str) -> int:
    """Say what to type, on stderr; the exit code of a machine that is not ready."""
    sys.stderr.write(f"bootstrap: {missing}\nhint: {command}\n")
    return 2


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(f"bootstrap: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
