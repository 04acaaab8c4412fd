"""A repository whose workflows run here: nektos/act runs them, the GitHub is on the loopback.

What differs from GitHub (act 0.2.89): there are no permissions, so the token says what it may;
`actions/checkout` copies the folder; an event of a pull request needs `number` at its top, or
`GITHUB_REF` is garbage; a summary is printed to the log and then emptied; `INPUT_*` are exported,
which GitHub does not do for composite actions. Other actions are stood in for by folders of ours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.project import GATE
from tests.helpers.github_server import GitHub
from tests.helpers.github_state import REPOSITORY, Json, zipped_as

ROOT = Path(__file__).resolve().parent.parent.parent
ACT = Path(sys.executable).with_name("act")
PULL = 12
_PATIENCE = 100.0
_USES = re.compile(r"uses: (actions/(?!checkout)[\w-]+@[0-9a-f]{40})")
_OURS = re.compile(r"uses: (perfgate/perfgate)/comment(@[0-9a-f]{40}) .*\n")
_SUMMARY = re.compile(r"Summary - (.*?)\n\[performance", re.DOTALL)

PERFORMANCE = """\
name: performance
on: {push: , pull_request: , merge_group: }
permissions: {}
jobs:
  gate:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with: {fetch-depth: 2}
      - uses: ./
        id: gate
        continue-on-error: true
        with: {gate: "${{ vars.GATE }}", against: base, github-token: "${{ secrets.GITHUB_TOKEN }}"}
      - run: printf '%s\\n' "$OUTPUTS" >"$SEEN/outputs.json"
        shell: bash
        env: {OUTPUTS: "${{ toJSON(steps.gate.outputs) }}", SEEN: "${{ vars.SEEN }}"}
      - run: "false"
        if: steps.gate.outcome == 'failure'
"""
_SHOWN = """\
      - run: printf '%s\\n' "$OUTPUTS" >"$SEEN/outputs.json"
        shell: bash
        env: {OUTPUTS: "${{ toJSON(steps.comment.outputs) }}", SEEN: "${{ vars.SEEN }}"}
"""
BUDGET = """\
runner: bundle
files: {app: "dist/*.js"}
objectives:
  - sli: size{file:app, encoding:raw}
    limit: 1 kB
    tolerance: 2%
"""
# An upload is a copy; everything else does nothing.
_STANDS_IN = """\
name: stands in
description: copies what it is given, once it is given something
inputs:
  name: {description: of the artifact, default: ""}
  path: {description: files, default: ""}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", PATHS: "${{ inputs.path }}"}
      run: |
        while IFS= read -r path; do
          [ -z "$path" ] || { mkdir -p "$UPLOADS/$NAME" && cp "$path" "$UPLOADS/$NAME/"; }
        done <<<"$PATHS"
"""


@dataclass(frozen=True)
class Acted:
    """What a workflow did: whether it ended well, its log, outputs and summary, its uploads."""

    good: bool
    log: str
    outputs: dict[str, str]
    summary: str
    uploads: Path

    def uploaded(self, name: str) -> bytes:
        """An artifact as GitHub hands it out."""
        files = {path.name: path.read_bytes() for path in (self.uploads / name).iterdir()}
        return zipped_as(files)


def second_stage() -> str:
    """The workflow of docs/forks.md as it stands there, with the gate that is installed here."""
    page = (ROOT / "docs" / "forks.md").read_text(encoding="utf-8")
    text = page.partition("```yaml\n")[2].partition("```")[0]
    given = '        with: {gate: "${{ vars.GATE }}"}\n        id: comment\n'
    changed = _OURS.sub(lambda found: f"{found[0]}{given}", text)
    assert changed != text, "docs/forks.md has no workflow that comments"
    return changed + _SHOWN


class Hub:
    """The repository `team/shop` with the Action in it, in a folder, and its GitHub."""

    def __init__(self, folder: Path, served: GitHub) -> None:
        self.folder = folder
        self.root = folder / "shop"
        self.served = served
        self.times = 0
        self._lay_out()

    def _lay_out(self) -> None:
        for name in ("action.yml", "action", "comment", ".github/self-test", "README.md"):
            to = self.root / name
            to.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, to)
        self.write(".github/workflows/performance.yml", PERFORMANCE)
        self.write(".github/workflows/comment.yml", second_stage())
        self.write("budgets/bundle.yml", BUDGET)
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", f"https://github.com/{REPOSITORY}")

    def write(self, name: str, text: str) -> None:
        """Write a file of the repository."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def git(self, *words: str) -> str:
        """Ask git."""
        asked = ("git", "-c", "user.name=a", "-c", "user.email=a@localhost", *words)
        return subprocess.check_output(asked, cwd=self.root, env=self._environ, text=True).strip()

    def commit(self, size: int) -> str:
        """A commit with a file of so many bytes; its id."""
        self.write("dist/app.js", "x" * size)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", f"{size} bytes")
        return self.git("rev-parse", "HEAD")

    def merge(self, size: int, base: str) -> str:
        """A change from `base`, checked out as CI's merge of it into main; the change's commit."""
        self.git("checkout", "-q", "--detach", base)
        head = self.commit(size)
        self.git("checkout", "-q", "--detach", base)
        self.git("merge", "-q", "--no-ff", "-m", "merge", head)
        return head

    @property
    def _environ(self) -> dict[str, str]:
        """Nothing of this machine but where programs are, and what covers them."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        return {**kept, **quiet, "HOME": str(home), "LANG": "C.UTF-8"}

    def act(self, event: str, payload: Json, workflow: str, token: str) -> Acted:
        """Run a workflow for an event, with a token."""
        self.times += 1
        place = self.folder / f"act-{self.times}"
        seen, uploads = place / "seen", place / "uploads"
        seen.mkdir(parents=True)
        uploads.mkdir()
        told = place / "event.json"
        told.write_text(json.dumps({"repository": self._repository(), **payload}), "utf-8")
        api = self.served.url
        argv = [
            str(ACT), event, "--pull=false", "--no-cache-server", "--action-offline-mode",
            "--use-gitignore=false",
            "--action-cache-path", str(place / "cache"), "-P", "ubuntu-latest=-self-hosted",
            "-W", f".github/workflows/{workflow}", "-e", str(told), "-s", f"GITHUB_TOKEN={token}",
            "--env", f"GITHUB_API_URL={api}", "--env", f"GITHUB_GRAPHQL_URL={api}/graphql",
            "--env", f"UPLOADS={uploads}", "--var", f"GATE={GATE}", "--var", f"SEEN={seen}",
            *self._stand_ins(workflow),
        ]  # fmt: skip
        log = place / "log"
        with log.open("wb") as file:
            done = subprocess.run(
                argv,
                cwd=self.root,
                env=self._environ,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE,
            )
        said = log.read_text(encoding="utf-8", errors="replace")
        outputs = _read(seen / "outputs.json")
        return Acted(
            done.returncode == 0,
            said,
            json.loads(outputs) if outputs else {},
            "\n".join(_SUMMARY.findall(said)),
            uploads,
        )

    def _stand_ins(self, workflow: str) -> list[str]:
        folder = self.folder / "stands-in"
        folder.mkdir(exist_ok=True)
        (folder / "action.yml").write_text(_STANDS_IN, encoding="utf-8")
        texts = (self.root / "action.yml", self.root / ".github" / "workflows" / workflow)
        read = [path.read_text("utf-8") for path in texts]
        places = {name: folder for text in read for name in _USES.findall(text)}
        places |= {"".join(found): self.root for text in read for found in _OURS.findall(text)}
        return [f"--local-repository={name}={place}" for name, place in places.items()]

    def _repository(self) -> dict[str, Any]:
        owner, _, name = REPOSITORY.partition("/")
        return {**self.served.state.repository, "name": name, "owner": {"login": owner}}


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
