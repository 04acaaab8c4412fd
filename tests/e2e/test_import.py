"""An imported budget holds the files to what the other tool held them to."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from gate.cli.main import main


@pytest.mark.parametrize(
    ("largest", "code"),
    [
        pytest.param(99 * 1024, 0, id="each file within 100 KiB, both together beyond it"),
        pytest.param(101 * 1024, 1, id="one file beyond it"),
    ],
)
def test_bundlewatch_and_the_gate_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int, code: int
) -> None:
    noise = random.Random(7)
    (tmp_path / "dist").mkdir()
    for name, size in (("a.js", largest), ("b.js", 60 * 1024)):
        (tmp_path / "dist" / name).write_bytes(noise.randbytes(size))
    entry = {"path": "./dist/*.js", "maxSize": "100kB", "compression": "none"}
    (tmp_path / ".bundlewatch.config.json").write_text(json.dumps({"files": [entry]}))
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    assert main(["import", ".bundlewatch.config.json"]) == 0
    assert main(["check", "--quiet"]) == code
