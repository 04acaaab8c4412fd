"""Outputs that nobody can close early, a summary that fits, and a fence for others' words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate.ci.step import SUMMARY_BYTES, Step, fence


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    return {
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }


def test_an_output_of_many_lines_is_one_output(files: dict[str, str]) -> None:
    Step(files).outputs({"verdict": "fail\nEOF\nverdict=pass", "n": ""})
    text = Path(files["GITHUB_OUTPUT"]).read_text()
    found = re.fullmatch(
        r"verdict<<(?P<a>\S+)\nfail\nEOF\nverdict=pass\n(?P=a)\nn<<(?P<b>\S+)\n\n(?P=b)\n", text
    )
    assert found
    assert found["a"] != found["b"]
    assert len(found["a"]) > 32


def test_outputs_are_added(files: dict[str, str]) -> None:
    for value in ("bug", "pass"):
        Step(files).outputs({"verdict": value})
    assert Path(files["GITHUB_OUTPUT"]).read_text().count("verdict<<") == 2


def test_a_summary_is_added_to_what_is_there(files: dict[str, str]) -> None:
    Path(files["GITHUB_STEP_SUMMARY"]).write_text("earlier\n")
    assert Step(files).summary("ours")
    assert Path(files["GITHUB_STEP_SUMMARY"]).read_text() == "earlier\nours\n"


def test_a_summary_beyond_the_limit_would_be_dropped_whole(files: dict[str, str]) -> None:
    step = Step(files)
    assert step.summary("ä" * (SUMMARY_BYTES // 2 - 1))
    assert not step.summary("one more")
    assert step.summary("")
    assert Path(files["GITHUB_STEP_SUMMARY"]).stat().st_size <= SUMMARY_BYTES


def test_without_a_runner_nothing_is_written(tmp_path: Path) -> None:
    step = Step({})
    step.outputs({"verdict": "pass"})
    assert step.summary("ours")
    assert list(tmp_path.iterdir()) == []


def test_every_fence_is_another() -> None:
    (opening, closing), (other, _) = fence(), fence()
    assert opening != other
    token = opening.removeprefix("::stop-commands::").strip()
    assert closing == f"::{token}::\n"
