"""A scratch git repository with budgets, and the installed command that is run in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GATE = Path(sys.executable).with_name("gate")
SERVER = Path(__file__).with_name("server.py")
_KEPT = ("COV", "LANG", "LC_", "PERFGATE_", "XDG_")
_PATIENCE = 120.0

BUNDLE = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    limit: 1 kB
"""

SCRIPT = """\
import http from 'k6/http';
import { sleep } from 'k6';
export const options = { OPTIONS };
export default function () {
  http.get(`${__ENV.BASE}/ok`, { tags: { op: 'read', name: 'GET /ok' } });
  sleep(PAUSE);
}
"""


@dataclass(frozen=True)
class Done:
    """A command that ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self.out + self.err

    def ends(self, code: int, *words: str) -> None:
        """Check the code, that the words were said, and that no traceback was."""
        assert self.code == code, f"exit {self.code}, not {code}:\n{self.said}"
        for each in words:
            assert each in flat(self.said), f"{each!r} was not said:\n{self.said}"
        assert "Traceback" not in self.said


def flat(text: str) -> str:
    """A text on one line: where the terminal report breaks its lines does not matter."""
    return " ".join(text.split())


@dataclass
class Project:
    """A repository in `root`; `env` is all that the command sees of the environment."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def budget(self, name: str, text: str) -> None:
        """Write a file of the folder budgets/."""
        self.write(f"budgets/{name}.yml", text)

    def service(self, behaviour: str, *words: str, timeout: str = "20 s") -> None:
        """Declare the service `shop`, which exports its address as BASE."""
        command = [sys.executable, "-I", "-S", str(SERVER), "{port}", behaviour, *words]
        service = {
            "command": command,
            "ready": "http://127.0.0.1:{port}/healthz",
            "timeout": timeout,
            "exports": {"BASE": "http://127.0.0.1:{port}"},
        }
        self.budget("services", json.dumps({"shop": service}))

    def load(
        self,
        sli: str = "p95(http_req_duration{op:read})",
        *,
        head: str = "service: shop",
        options: str = "vus: 2, iterations: 40",
        pause: float = 0,
        limit: str = "10 s",
    ) -> None:
        """Declare the k6 budget `api` with one objective."""
        text = SCRIPT.replace("OPTIONS", options).replace("PAUSE", f"{pause}")
        self.write("load.js", text)
        self.budget(
            "api",
            f"runner: k6\n{head}\nscript: load.js\nrepeat: 1\nattempts: 1\n"
            f"objectives:\n  - sli: {sli}\n    limit: {limit}\n",
        )

    def pages(self, page: str, *, head: str = "service: shop\nbase: ${BASE}") -> None:
        """Declare the Lighthouse budget `web` with one page."""
        self.budget(
            "web",
            f"runner: lighthouse\n{head}\npages: {{home: {page}}}\nrepeat: 1\nattempts: 1\n"
            "throttling: provided\nobjectives:\n  - sli: lcp\n    limit: 30 s\n",
        )

    def bundle(self, size: int = 100, text: str = BUNDLE) -> None:
        """Declare the budget `bundle` of one file with so many bytes."""
        self.write("dist/app.js", "x" * size)
        self.budget("bundle", text)

    def benchmarks(self, body: str, tolerance: str = "900%") -> None:
        """Declare the budget `bench` of one module with these functions."""
        self.write("bench/test_speed.py", body)
        self.budget(
            "bench",
            f"runner: pytest-benchmark\npaths: [bench]\npython: {sys.executable}\nrounds: 3\n"
            "max_time: 5 ms\nwarmup: false\nrepeat: 2\nattempts: 1\n"
            f"objectives:\n  - sli: time\n    each: test\n    tolerance: {tolerance}\n",
        )

    def git(self, *words: str) -> str:
        """Ask git."""
        done = subprocess.run(
            ["git", *words], cwd=self.root, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(self, message: str = "change") -> str:
        """Commit everything; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def gate(self, *words: str, cwd: str = ".", **more: str) -> Done:
        """Run the installed command to its end; `more` goes into its environment."""
        done = subprocess.run(
            [GATE, *words],
            cwd=self.root / cwd,
            env={**self.env, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def started(self, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start the installed command as a shell's foreground job; killed where it still runs."""
        with subprocess.Popen(
            [GATE, *words],
            cwd=self.root,
            env={**self.env, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            restore_signals=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def record(self, name: str = "outcome") -> Any:
        """A record that the last check wrote."""
        return json.loads((self.root / ".gate" / f"{name}.json").read_bytes())

    def statuses(self) -> dict[str, str]:
        """The status of each row of the last outcome, by objective."""
        return {row["objective"]["id"]: row["status"] for row in self.record()["rows"]}


def make(root: Path, **more: str) -> Project:
    """An empty repository on the branch main, apart from the user's own settings of git and CI."""
    own = {k: v for k, v in os.environ.items() if k in {"HOME", "PATH"} or k.startswith(_KEPT)}
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
    }
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    project = Project(root, {**own, **person, **alone, **more})
    root.mkdir(parents=True, exist_ok=True)
    project.git("init", "--quiet", "--initial-branch=main")
    project.write(".gitignore", ".gate/\n__pycache__/\n.benchmarks/\n.pytest_cache/\n")
    return project


def without(env: Mapping[str, str], *names: str) -> dict[str, str]:
    """An environment without some variables."""
    return {key: value for key, value in env.items() if key not in names}
