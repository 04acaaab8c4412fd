"""The scratch folder is gone afterwards, also that of a check that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gate.app.scratch import scratch
from gate.errors import UsageError

HOLDS = """
import sys, time
from pathlib import Path
from gate.app.scratch import scratch
with scratch(Path(sys.argv[1])) as place:
    (place / "samples").write_text("many")
    print(place, flush=True)
    time.sleep(60)
"""


def test_it_is_empty_and_then_gone(tmp_path: Path) -> None:
    with scratch(tmp_path / "out") as place:
        assert [each.name for each in place.iterdir()] == [".held"]
    assert [each.name for each in (tmp_path / "out").iterdir()] == [".gitignore"]


@pytest.mark.skipif(os.name == "nt", reason="nothing is measured there")
def test_another_checks_folder_stays_until_that_is_killed(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", HOLDS, str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        theirs = Path(other.stdout.readline().strip())
        with scratch(tmp_path):
            assert (theirs / "samples").exists()
        other.send_signal(signal.SIGKILL)
    assert theirs.exists()
    with scratch(tmp_path):
        assert not theirs.exists()


def test_an_output_folder_that_is_a_file_is_the_users_to_mend(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written") as caught, scratch(tmp_path / "out"):
        pass
    assert "--out" in caught.value.hint
