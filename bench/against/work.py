"""What a long benchmark has done so far: a file of rows that an interruption does not take away.

A row is one check, a JSON object on a line of its own, written to the disk before the next begins.
Rows of another version of the gate or of another design are kept and not counted.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gate

ROOT = Path(__file__).resolve().parents[2]
GATE = Path(gate.__file__).parent
Row = dict[str, Any]


def version(design: object, code: Path = GATE) -> str:
    """Twelve digits that change with every line of the gate and with the benchmark's design."""
    seen = hashlib.sha256(json.dumps(design, sort_keys=True, default=str).encode())
    for file in sorted(each for each in code.rglob("*") if each.is_file() and _matters(each)):
        seen.update(f"\0{file.relative_to(code)}\0".encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()[:12]


def _matters(file: Path) -> bool:
    return "__pycache__" not in file.parts


@dataclass(frozen=True)
class Work:
    """The rows of one benchmark in a folder; `mixed` counts those of other versions, too."""

    file: Path
    version: str
    mixed: bool = False

    def rows(self, kind: str) -> list[Row]:
        """What was done of one kind, in its order. A line that was cut off is not there."""
        return [row for row in self._all() if row["kind"] == kind]

    def numbers(self, kind: str) -> set[int]:
        """Which checks of a kind need not be run again."""
        return {row["number"] for row in self.rows(kind)}

    def versions(self) -> int:
        """How many versions of the gate the rows come from."""
        return len({row["version"] for row in self._all()})

    def add(self, kind: str, number: int, row: Row) -> Row:
        """Keep what a check gave."""
        whole = {"kind": kind, "number": number, "version": self.version, **row}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            file.seek(0, os.SEEK_END)
            cut = file.tell() and not self.file.read_bytes().endswith(b"\n")
            file.write((b"\n" if cut else b"") + json.dumps(whole).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        return whole

    def _all(self) -> list[Row]:
        if not self.file.exists():
            return []
        found: dict[tuple[str, str, int], Row] = {}
        for line in self.file.read_bytes().splitlines():
            try:
                row = json.loads(line)
            except ValueError:  # the last one before the power went
                continue
            if self.mixed or row["version"] == self.version:
                found[row["version"] if self.mixed else "", row["kind"], row["number"]] = row
        return list(found.values())


def default_folder() -> Path:
    """Where work is kept unless `--work` says so: the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "perfgate-bench"


def machine() -> str:
    """What the figures were measured on, for the line below a table."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    for line in info.read_text("utf-8").splitlines() if info.exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    python = platform.python_version()
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {python}"
