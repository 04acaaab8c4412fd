"""One check with two trees, and what its outcome says of each objective."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gate.tools import cache

GATE = (sys.executable, "-P", "-m", "gate")
"""Ours, whatever lies in the folder that is checked."""

_ENDS = frozenset({0, 1, 3, 4})
_PATIENCE = 3600.0


class CheckError(Exception):
    """A check ended as none should: a mistake of ours, or a machine that cannot run it."""


@dataclass(frozen=True)
class Seen:
    """What a check said of one objective: its status, head over base, the smallest that it finds.

    `n` is the smaller number of units of the two trees.
    """

    status: str
    ratio: float | None
    mde: float | None
    n: int


@dataclass(frozen=True)
class Checked:
    """A check that ended: its exit code, its wall time from start to end, its objectives."""

    exit: int
    seconds: float
    seen: Mapping[str, Seen]

    @property
    def failed(self) -> list[str]:
        """What it blamed."""
        return [name for name, each in self.seen.items() if each.status == "fail"]

    def row(self) -> dict[str, Any]:
        """For the file of work."""
        return {
            "exit": self.exit,
            "seconds": round(self.seconds, 2),
            "failed": self.failed,
            "missing": [name for name, each in self.seen.items() if each.status == "missing"],
            "undecided": [name for name, each in self.seen.items() if each.status == "undecided"],
            "units": max((each.n for each in self.seen.values()), default=0),
            "mde": {name: each.mde for name, each in self.seen.items() if each.mde is not None},
            "ratio": {n: each.ratio for n, each in self.seen.items() if each.ratio is not None},
        }


def check(
    tree: Path, out: Path, env: Mapping[str, str], words: Sequence[str] = (), *, tag: str = ""
) -> Checked:
    """`gate check --against HEAD` in a tree; raises `CheckError` with its own last words.

    Its store is its own: a run found there would be an earlier attempt at the same tree, with which
    it would be pooled, and the checks would not be independent of each other. Objectives are named
    by the value of `tag`, where they have it, else by their id.
    """
    shutil.rmtree(out, ignore_errors=True)
    own = ("--out", str(out), "--store", f"folder:{out / 'baselines'}")
    command = [*GATE, "check", "--quiet", "--against", "HEAD", *own, *words]
    began = time.monotonic()
    code, said = _ended(command, tree, env)
    seconds = time.monotonic() - began
    if code not in _ENDS or not (out / "outcome.json").exists():
        told = said.decode(errors="replace")[-2000:]
        msg = f"{' '.join(command)} in {tree} ended with {code}:\n{told}"
        raise CheckError(msg)
    return Checked(code, seconds, read((out / "outcome.json").read_bytes(), tag))


def _ended(command: Sequence[str], tree: Path, env: Mapping[str, str]) -> tuple[int, bytes]:
    """Its exit code and what it said; where we are stopped, it is, in a way that it can tidy up."""
    with subprocess.Popen(
        command, cwd=tree, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        try:
            said, _ = running.communicate(timeout=_PATIENCE)
        except BaseException:
            running.terminate()
            raise  # leaving the block waits for its end
    return running.returncode, said


def read(outcome: bytes, tag: str = "") -> dict[str, Seen]:
    """The objectives of an outcome by their id, or by the value of a tag."""
    rows = json.loads(outcome)["rows"]
    return {
        dict(r["objective"]["sli"]["tags"]).get(tag) or r["objective"]["id"]: _seen(r) for r in rows
    }


def _seen(row: Mapping[str, Any]) -> Seen:
    """The verdict on the tolerance, where there is one; of a limit there is no base."""
    told = [v["comparison"] for v in row["verdicts"] if (v.get("comparison") or {}).get("base")]
    if not told:
        return Seen(row["status"], None, None, 0)
    compared = told[0]
    n = min(compared["base"]["n"], compared["head"]["n"])
    return Seen(row["status"], compared["ratio"], compared["mde"], n)


def environment(folder: Path) -> dict[str, str]:
    """Ours, with a name for git's commits and a cache that has our tools and none of our trees."""
    own = folder / "cache"
    own.mkdir(parents=True, exist_ok=True)
    tools = cache.home(os.environ) / "tools"
    if tools.is_dir() and not (own / "tools").exists():
        (own / "tools").symlink_to(tools)
    who = {
        f"GIT_{role}_{what}": f"{role.lower()}@bench.invalid"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    left = {name: value for name, value in os.environ.items() if name != "SHOP_PLANTS"}
    return {**left, **who, "PERFGATE_CACHE": str(own)}


def git(tree: Path, *words: str, env: Mapping[str, str]) -> None:
    """Run git in a tree."""
    argv = [shutil.which("git") or "git", *words]
    subprocess.run(argv, cwd=tree, env=env, check=True, capture_output=True)
