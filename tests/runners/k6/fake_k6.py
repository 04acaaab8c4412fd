"""A program that stands for k6: it measures well, or misbehaves in one way."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gate.runners.k6.environment import SUMMARY
from gate.runners.k6.points import Point
from gate.testing.fake_program import Behaviour
from tests.runners.k6.support import write_samples

SCRIPT = "load.js"


@dataclass(frozen=True, slots=True)
class FakeK6:
    """What it writes. `missing` is how many more of each metric its summary counts."""

    points: Sequence[Point]
    partial: Sequence[Point] = ()
    code: int = 0
    log: str = ""
    missing: int = 0
    options: dict[str, object] = field(default_factory=dict)


def write_fake_k6(place: Path, fake: FakeK6, behaviour: str = Behaviour.OK) -> Path:
    """Write the program, and a script beside it; returns the program's path."""
    (place / SCRIPT).write_text("export default function () {}\n")
    path = place / "bin" / "k6"
    if behaviour == Behaviour.ABSENT:
        return path
    path.parent.mkdir()
    content = path.parent / "content"
    content.mkdir()
    for name, points in (("whole", fake.points), ("part", fake.partial)):
        write_samples(content / f"{name}.json.gz", points)
        (content / f"{name}.summary").write_text(_summary(points, fake.missing))
    (content / "archive.tar").write_bytes(_archive(fake.options))
    facts = {
        "behaviour": str(behaviour),
        "content": str(content),
        "code": fake.code,
        "log": fake.log,
        "summary": SUMMARY,
    }
    path.write_text(f"#!{sys.executable} -I\nfacts = {facts!r}\n{_BODY}")
    path.chmod(0o755)
    return path


def _summary(points: Sequence[Point], missing: int) -> str:
    totals: Counter[str] = Counter()
    for point in points:
        if point.metric in {"http_reqs", "iterations", "dropped_iterations"}:
            totals[point.metric] += round(point.value)
    metrics = {
        name: {"type": "counter", "values": {"count": n + missing}} for name, n in totals.items()
    }
    return json.dumps({"state": {"testRunDurationMs": 2000.5}, "metrics": metrics})


def _archive(options: dict[str, object]) -> bytes:
    files = {
        "metadata.json": json.dumps({"options": {"thresholds": {}, **options}}),
        f"file/repo/{SCRIPT}": "export default function () {}\n",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


_BODY = r"""
import os, pathlib, signal, sys, time

content = pathlib.Path(facts["content"])
behaviour = facts["behaviour"]
if sys.argv[1] == "version":
    print("k6 v1.1.0 (fake, go1.24.4, linux/amd64)")
    sys.exit(0)
if sys.argv[1] == "archive":
    if behaviour == "archive-hangs":
        time.sleep(600)
    if behaviour == "archive-garbage":
        print("hello")
        sys.exit(0)
    sys.stdout.buffer.write((content / "archive.tar").read_bytes())
    sys.exit(0)
if sys.argv[1] == "inspect" and behaviour == "inspect-garbage":
    print('{"level":"info","msg":"perfgate metric types {}"}', file=sys.stderr)
    sys.exit(0)
if sys.argv[1] != "run":
    sys.exit(255)

samples = pathlib.Path(next(a for a in sys.argv if a.startswith("json="))[5:])
summary = pathlib.Path(os.environ[facts["summary"]])
whole = (content / "whole.json.gz").read_bytes()
said = (content / "whole.summary").read_bytes()
half = whole[: len(whole) // 2]
sys.stderr.write(facts["log"])
sys.stderr.flush()

if behaviour != "no-progress":
    print("running (2.0s), 0/1 VUs, 20 complete and 0 interrupted iterations", flush=True)

def write(packed, text=said):
    samples.write_bytes(packed)
    summary.write_bytes(text)
    sys.exit(facts["code"])

if behaviour == "stale":
    before = content / "before.runs"
    behaviour = "silent" if before.exists() else "ok"
    before.touch()
if behaviour == "chatters":
    for _ in range(65):
        sys.stderr.write("{" + " " * (1 << 20) + "}\n")
    sys.stderr.flush()
if behaviour in {"ok", "no-progress", "chatters"}:
    write(whole)
if behaviour == "partial":
    write((content / "part.json.gz").read_bytes(), (content / "part.summary").read_bytes())
if behaviour == "crashes":
    samples.write_bytes(half)
    sys.exit(3)
if behaviour == "fails":
    facts["code"] = 3
    write(whole)
if behaviour == "killed":
    samples.write_bytes(half)
    os.kill(os.getpid(), signal.SIGKILL)
if behaviour == "lingers":
    samples.write_bytes(whole)
    summary.write_bytes(said)
if behaviour in {"hangs", "lingers"}:
    time.sleep(600)
if behaviour == "empty":
    write(b"")
if behaviour == "truncated":
    write(half)
if behaviour == "garbage":
    write(bytes(range(256)) * 4)
if behaviour == "foreign":
    write(b'{"hello": ["world"]}\n', b'{"hello": ["world"]}\n')
if behaviour == "no-summary":
    samples.write_bytes(whole)
if behaviour == "no-samples":
    summary.write_bytes(said)
if behaviour == "bad-summary":
    write(whole, said[: len(said) // 2])
"""
