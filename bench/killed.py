"""A check with two trees, stopped at random moments: what is left, and whether the next one works.

`bench/killed.py [--times 50] [--seed 1] [--shop] [--write]` prints one row a signal and ends with 1
where anything was left. After SIGKILL nobody can clean up, so there the next check has to. The next
check works where it measures all: exit 0, or 4 where a loaded machine leaves something undecided.
With `--shop` the example shop with its PostgreSQL is a second service, under k6, too (its
environment stands after `make demo`); `--write` puts the table into the README.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import readme

from gate.tools import K6, Found, locate

GATE = Path(sys.executable).with_name("gate")
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_LISTENS = re.compile(r"waiting for http://127\.0\.0\.1:(\d+)")
_PATIENCE = 120.0
WORKS = {0, 4}

SERVER = """\
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
LOAD = """\
import http from 'k6/http';
export const options = { vus: 1, iterations: 100 };
export default function () { http.get(__ENV.BASE); }
"""
FILES = {
    ".gitignore": ".gate/\n__pycache__/\nbuilt/\n.benchmarks/\n",
    "server.py": SERVER,
    "load.js": LOAD,
    "mine.py": "def work(): return sum(range(1000))\n",
    "bench/test_speed.py": "from mine import work\ndef test_work(benchmark): benchmark(work)\n",
    "budgets/size.yml": "runner: bundle\nfiles: {app: server.py}\nobjectives:\n"
    "  - sli: size{file:app}\n    tolerance: 1%\n",
    "budgets/api.yml": "runner: k6\nservice: shop\nscript: load.js\nrepeat: 2\nobjectives:\n"
    "  - sli: median(http_req_duration)\n    tolerance: {fail: 900%, floor: 1 s}\n",
    "budgets/bench.yml": f"runner: pytest-benchmark\npaths: [bench]\npython: {sys.executable}\n"
    "rounds: 3\nmax_time: 50 ms\nrepeat: 2\nobjectives:\n  - sli: time\n    each: test\n"
    "    tolerance: {fail: 900%, floor: 1 s}\n",
    "budgets/services.yml": json.dumps(
        {
            "shop": {
                "command": [sys.executable, "-I", "-S", "server.py", "{port}"],
                "prepare": [[sys.executable, "-c", "import os; os.makedirs('built/x', 511, True)"]],
                "ready": "http://127.0.0.1:{port}/",
                "exports": {"BASE": "http://127.0.0.1:{port}"},
            }
        }
    ),
}


@dataclass(frozen=True)
class Project:
    """A repository with a service, a load and a benchmark, and a cache of its own."""

    root: Path
    env: dict[str, str]

    def command(self) -> list[str]:
        """The check that is stopped."""
        return [str(GATE), "check", "--against", "HEAD", "--quiet"]


SHOP = Path(__file__).resolve().parent.parent / "examples" / "shop"
SHOP_SERVICE = {
    "command": [
        str(SHOP / ".venv" / "bin" / "python"),
        *("-m", "shop", "--port", "{port}", "--database-port", "{port_db}"),
    ],
    "ready": "http://127.0.0.1:{port}/healthz",
    "timeout": "60 s",
    "exports": {"BASE": "http://127.0.0.1:{port}/healthz"},
}


def with_shop(root: Path) -> None:
    """Give the repository the example shop, and a budget whose service it is."""
    for name in ("shop", "dist"):
        shutil.copytree(SHOP / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    services = json.loads((root / "budgets" / "services.yml").read_text(encoding="utf-8"))
    services["real"] = SHOP_SERVICE
    (root / "budgets" / "services.yml").write_text(json.dumps(services), encoding="utf-8")
    budget = FILES["budgets/api.yml"].replace("service: shop", "service: real")
    (root / "budgets" / "real.yml").write_text(budget, encoding="utf-8")


def project(folder: Path, k6: Path, *, shop: bool = False) -> Project:
    """Make the repository."""
    root = folder / "repo"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    if shop:
        with_shop(root)
    env = {**os.environ, "PERFGATE_CACHE": str(folder / "cache"), "PERFGATE_K6": str(k6)}
    env |= {f"GIT_{who}_{what}": "bench" for who in ("AUTHOR", "COMMITTER") for what in _PERSON}
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=root, env=env, check=True)  # noqa: S607
    return Project(root, env)


_PERSON = ("NAME", "EMAIL")


def left(made: Project, family: list[psutil.Process], ports: set[int]) -> list[str]:
    """Processes, ports, trees and locks that are still there."""
    _, alive = psutil.wait_procs(family, timeout=10)
    found = [f"process {' '.join(each.cmdline())[:80]}" for each in alive]
    found += [f"port {port}" for port in ports if _open(port)]
    git, cache = made.root / ".git", made.root.with_name("cache")
    found += [f"worktree {path.name}" for path in git.glob("worktrees/*")]
    found += [f"tree {path}" for path in cache.glob("trees/*/*/perfgate-*")]
    found += [f"scratch {path.name}" for path in made.root.glob(".gate/work-*")]
    found += [f"place {path.name}" for path in cache.glob("one-place/*")]
    return [*found, *(f"lock {path}" for path in [*git.rglob("*.lock"), *cache.rglob("held")])]


def _open(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


def stopped(made: Project, number: signal.Signals, after: float) -> list[str]:
    """Start a check, stop it after so many seconds; what is left (after SIGKILL: by the next)."""
    log = made.root.with_name("log")
    command = [word for word in made.command() if word != "--quiet"]
    with log.open("wb") as told:
        check = subprocess.Popen(
            command, cwd=made.root, env=made.env, stdout=subprocess.DEVNULL, stderr=told
        )
    family = _watched(check, after)
    check.send_signal(number)
    check.wait(_PATIENCE)
    ports = {int(port) for port in _LISTENS.findall(log.read_text(encoding="utf-8"))}
    found = [] if number is signal.SIGKILL else left(made, family, ports)
    done = subprocess.run(
        made.command(),
        cwd=made.root,
        env=made.env,
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode not in WORKS:
        found.append(f"the next check ended with {done.returncode}: {done.stderr[-200:]!r}")
    return found + left(made, family, ports)


def _watched(check: subprocess.Popen[bytes], seconds: float) -> list[psutil.Process]:
    """Every process that the check starts in this time."""
    seen: dict[int, psutil.Process] = {}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and check.poll() is None:
        for each in psutil.Process(check.pid).children(recursive=True):
            seen.setdefault(each.pid, each)
        time.sleep(0.02)
    return list(seen.values())


def main() -> int:
    """Stop it at random moments and print what was left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shop", action="store_true", help="with the example shop as well")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    asked = parser.parse_args()
    k6 = locate(K6)
    if not isinstance(k6, Found):
        print("killed: there is no k6: `gate tools install k6`", file=sys.stderr)
        return 2
    drawn = random.Random(asked.seed)  # noqa: S311  # moments, no secrets
    bad: Counter[str] = Counter()
    done: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        made = project(Path(folder), k6.path, shop=asked.shop)
        began = time.monotonic()
        first = subprocess.run(
            made.command(), cwd=made.root, env=made.env, check=False, capture_output=True
        )
        if first.returncode not in WORKS:
            print(first.stderr.decode(), first.stdout.decode(), sep="\n", file=sys.stderr)
            return 2
        whole = time.monotonic() - began
        for at in range(asked.times):
            number, after = SIGNALS[at % len(SIGNALS)], drawn.uniform(0, whole)
            found = stopped(made, number, after)
            done[number.name] += 1
            print(f"{at + 1} of {asked.times}: {number.name} after {after:.2f} s", flush=True)
            bad[number.name] += bool(found)
            for each in found:
                print(f"{number.name} after {after:.2f} s left {each}", flush=True)
    services = "k6, pytest-benchmark, bundle" + (", the shop with PostgreSQL" if asked.shop else "")
    lines = ["| signal | times | left something, or the next check did not work |"]
    lines += ["| --- | --- | --- |"]
    lines += [f"| {s.name} | {done[s.name]} | {bad[s.name]} |" for s in SIGNALS]
    lines += ["", f"A check of {whole:.1f} s ({services}) stopped at {asked.times} random moments"]
    lines[-1] += f" (`bench/killed.py`, seed {asked.seed}, {datetime.now(UTC):%Y-%m-%d})."
    print("", *lines, sep="\n")
    if asked.write:
        readme.write("killed", "\n".join(lines))
    return 1 if sum(bad.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
