"""Many processes that store at once, some killed at random: what they were told is kept is kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_WRITER = """
import sys
from pathlib import Path
from gate.testing.store_contract import open_store
from gate.testing.samples import entry
store = open_store(sys.argv[1], Path(sys.argv[2]))
for entry_id in sys.argv[3:]:
    store.put(entry(entry_id))
    print(entry_id, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Race:
    """What was `told` to be kept, what was `asked` for, and how the writers ended."""

    told: frozenset[str]
    asked: frozenset[str]
    killed: int
    complaints: tuple[str, ...]


def race(opener: str, place: Path, *, writers: int, each: int, kills: int, seed: int) -> Race:
    """Start the writers, kill some at chance moments and start another in the place of each."""
    chance = random.Random(seed)
    asked: list[str] = []

    def start(name: str) -> subprocess.Popen[bytes]:
        ids = [f"run-{name}-{n}" for n in range(each)]
        asked.extend(ids)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        argv = [sys.executable, "-c", _WRITER, opener, str(place), *ids]
        return subprocess.Popen(
            argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    running = [start(f"w{n}") for n in range(writers)]
    ended = list(running)
    for n in range(kills):
        time.sleep(chance.uniform(0.2, 1.0))
        victim = running[chance.randrange(writers)]
        victim.send_signal(signal.SIGKILL)
        heir = start(f"heir{n}")
        running[running.index(victim)] = heir
        ended.append(heir)
    told, complaints, killed = set[str](), [], 0
    for writer in ended:
        out, err = writer.communicate(timeout=600)
        told |= set(out.decode().split())
        killed += writer.returncode == -signal.SIGKILL
        if writer.returncode not in (0, -signal.SIGKILL):
            complaints.append(err.decode()[-2000:])
    return Race(frozenset(told), frozenset(asked), killed, tuple(complaints))
