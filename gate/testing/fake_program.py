"""Programs that stand for a tool: they answer well, or misbehave in one way that tools do."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Behaviour(StrEnum):
    """What a tool does when it is asked to measure."""

    OK = "ok"
    PARTIAL = "partial"
    ABSENT = "absent"
    CRASHES = "crashes"
    FAILS = "fails"
    KILLED = "killed"
    HANGS = "hangs"
    LINGERS = "lingers"
    SILENT = "silent"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    GARBAGE = "garbage"
    FOREIGN = "foreign"
    STALE = "stale"


SENTENCES: Mapping[Behaviour, str] = {
    Behaviour.OK: "measures all that is asked",
    Behaviour.PARTIAL: "measures some of what is asked, and ends well",
    Behaviour.ABSENT: "is not there",
    Behaviour.CRASHES: "ends with code 3 and a message, having written half",
    Behaviour.FAILS: "writes all that is asked and ends with code 3",
    Behaviour.KILLED: "is killed by a signal, having written half",
    Behaviour.HANGS: "never ends by itself",
    Behaviour.LINGERS: "writes all that is asked and never ends by itself",
    Behaviour.SILENT: "ends well and writes nothing",
    Behaviour.EMPTY: "ends well and writes nothing into its file",
    Behaviour.TRUNCATED: "ends well, but half of its output is lost",
    Behaviour.GARBAGE: "ends well and writes bytes that mean nothing",
    Behaviour.FOREIGN: "ends well and writes another program's output",
    Behaviour.STALE: "measures once, then ends well and writes nothing",
}


@dataclass(frozen=True, slots=True)
class Fake:
    """What a fake tool knows: its good output, the part of it, and answers to other questions.

    `flag` is the beginning of the argument whose rest (or, where it ends without `=`, the next
    argument) names the output file; "" is stdout. `replies` are printed, with code 0, where one of
    the arguments is their key (`--version`); the tool misbehaves only when it measures. `foreign`
    is what it writes where it writes another program's output. `code` is its own exit code after
    `OK`, `partial_code` after `PARTIAL`. `beside` are further files that it writes whenever it
    writes its output, always whole: by the beginning of the argument that names them, the content
    after `PARTIAL` and otherwise.
    """

    output: bytes
    partial: bytes = b""
    flag: str = ""
    replies: Mapping[str, str] = field(default_factory=dict)
    foreign: bytes = b'{"hello": ["world"]}\n'
    code: int = 0
    partial_code: int = 0
    beside: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)


def write_fake(path: Path, fake: Fake, behaviour: Behaviour) -> Path:
    """Write an executable program; returns its path, where nothing is for `ABSENT`."""
    if behaviour is Behaviour.ABSENT:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = {
        "behaviour": str(behaviour),
        "output": fake.output,
        "partial": fake.partial,
        "flag": fake.flag,
        "replies": dict(fake.replies),
        "foreign": fake.foreign,
        "code": fake.code,
        "partial_code": fake.partial_code,
        "beside": dict(fake.beside),
        "runs": str(path.with_name(f".{path.name}.runs")),
    }
    path.write_text(f"#!{sys.executable} -I\nfacts = {facts!r}\n{_BODY}", encoding="utf-8")
    path.chmod(0o755)
    return path


_BODY = r"""
import os, pathlib, signal, sys, time

def place(flag):
    for here, following in zip(sys.argv[1:], [*sys.argv[2:], ""]):
        if here.startswith(flag):
            return here[len(flag):] if len(here) > len(flag) else following
    sys.exit(f"fake tool: no argument {flag}")

def write(content):
    if facts["flag"]:
        pathlib.Path(place(facts["flag"])).write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    for flag, (partial, whole) in facts["beside"].items():
        chosen = partial if facts["behaviour"] == "partial" else whole
        pathlib.Path(place(flag)).write_bytes(chosen)

def first_run():
    runs = pathlib.Path(facts["runs"])
    before = runs.exists()
    runs.touch()
    return not before

for argument in sys.argv[1:]:
    if argument in facts["replies"]:
        print(facts["replies"][argument])
        sys.exit(0)

half = facts["output"][: len(facts["output"]) // 2]
behaviour = facts["behaviour"]
if behaviour == "ok" or (behaviour == "stale" and first_run()):
    write(facts["output"])
    sys.exit(facts["code"])
if behaviour == "partial":
    write(facts["partial"])
    sys.exit(facts["partial_code"])
if behaviour == "crashes":
    write(half)
    print("fake tool: something broke", file=sys.stderr)
    sys.exit(3)
if behaviour == "fails":
    write(facts["output"])
    sys.exit(3)
if behaviour == "killed":
    write(half)
    os.kill(os.getpid(), signal.SIGKILL)
if behaviour == "lingers":
    write(facts["output"])
if behaviour in {"hangs", "lingers"}:
    time.sleep(600)
if behaviour == "empty":
    write(b"")
if behaviour == "truncated":
    write(half)
if behaviour == "garbage":
    write(bytes(range(256)) * 4)
if behaviour == "foreign":
    write(facts["foreign"])
sys.exit(facts["code"])
"""
