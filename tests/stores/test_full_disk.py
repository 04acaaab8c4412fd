"""A disk that is full in the middle of a write: an error, a hint, and what was kept is whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gate.seams.store import Store
from gate.testing import samples
from tests.stores import support

# Files may not grow beyond so many bytes, which the system answers as it does a full quota.
_WRITER = """
import resource, signal, sys
from importlib import import_module
from pathlib import Path
from gate.errors import StoreError
from gate.testing import samples
store = getattr(import_module("tests.stores.support"), sys.argv[1])(Path(sys.argv[2]))
entries = [samples.entry(f"run-{n}") for n in range(2, 60)]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    for entry in entries:
        store.put(entry)
        print(entry.run.id, flush=True)
except StoreError as error:
    print("full:", error.message, "|", error.hint)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on files is Linux's")
@pytest.mark.parametrize(
    ("opener", "most"),
    [
        pytest.param("shared_folder_at", 1000, id="a folder"),
        pytest.param("own_branch_at", 500, id="a branch"),
        pytest.param("sqlite_at", 200_000, id="sqlite"),
    ],
)
def test_what_was_kept_is_whole_and_the_rest_is_told(
    opener: str, most: int, tmp_path: Path
) -> None:
    place = tmp_path / "store"
    place.mkdir()
    store: Store = getattr(support, opener)(place)
    store.put(samples.entry("run-1"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        [sys.executable, "-c", _WRITER, opener, str(place), str(most)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    *told, last = done.stdout.splitlines() or [""]
    assert last.startswith("full: "), done.stdout + done.stderr
    assert last.partition(" | ")[2]
    again: Store = getattr(support, opener)(place)
    assert {head.id for head in again.heads()} == {"run-1", *told}
    for entry_id in ("run-1", *told):
        assert again.get(entry_id) == samples.entry(entry_id)
    again.put(samples.entry("run-after"))
    assert again.get("run-after") == samples.entry("run-after")
