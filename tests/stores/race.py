"""Many processes that store at once, some killed at random: what they were told is kept is kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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


@dataclass(frozen=True, slots=True)
class Writer:
    """A process that stores, and what it writes."""

    process: subprocess.Popen[bytes]
    out: IO[bytes]
    said: IO[bytes]

    @property
    def told(self) -> list[str]:
        """The entries that it was told are kept; a line that is cut off is none."""
        size = os.fstat(self.out.fileno()).st_size
        *lines, _ = os.pread(self.out.fileno(), size, 0).decode().split("\n")
        return lines

    def wait_until_it_stores(self, more: float) -> None:
        """Wait until the first of its entries is kept, and some seconds more."""
        deadline = time.monotonic() + 60
        while not self.told and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(more)


def race(opener: str, place: Path, *, writers: int, each: int, kills: int, seed: int) -> Race:
    """Start the writers, kill some while they store and start another in the place of each."""
    chance = random.Random(seed)
    asked: list[str] = []

    def start(name: str) -> Writer:
        ids = [f"run-{name}-{n}" for n in range(each)]
        asked.extend(ids)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        argv = [sys.executable, "-c", _WRITER, opener, str(place), *ids]
        files = [tempfile.TemporaryFile() for _ in range(2)]  # noqa: SIM115  # closed at the end
        process = subprocess.Popen(argv, env=environment, stdout=files[0], stderr=files[1])
        return Writer(process, *files)

    running = [start(f"w{n}") for n in range(writers)]
    ended = list(running)
    for n in range(kills):
        victim = running[chance.randrange(writers)]
        victim.wait_until_it_stores(chance.uniform(0.0, 0.5))
        victim.process.send_signal(signal.SIGKILL)
        heir = start(f"heir{n}")
        running[running.index(victim)] = heir
        ended.append(heir)
    told, complaints, killed = set[str](), [], 0
    for writer in ended:
        code = writer.process.wait(timeout=600)
        told |= set(writer.told)
        killed += code == -signal.SIGKILL
        if code not in (0, -signal.SIGKILL):
            writer.said.seek(0)
            complaints.append(writer.said.read().decode()[-2000:])
        writer.out.close()
        writer.said.close()
    return Race(frozenset(told), frozenset(asked), killed, tuple(complaints))
