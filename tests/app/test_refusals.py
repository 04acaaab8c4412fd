"""What no data could show to be kept is refused, with its place and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate.app.refusals import refuse_impossible
from gate.spec import SpecProblemsError
from tests.spec.fakes import read, write

K6 = """\
runner: k6
script: load.js
{head}objectives:
  - sli: {sli}
    {promise}
"""


def refused(root: Path, sli: str, promise: str, head: str = "") -> str:
    """What is said about one promise, "" where it is let through."""
    write(root, api=K6.format(sli=sli, promise=promise, head=f"{head}\n" if head else ""))
    try:
        refuse_impossible(read(root))
    except SpecProblemsError as error:
        return f"{error.message}\n{error.hint}"
    return ""


@pytest.mark.parametrize(
    ("sli", "promise", "head", "words"),
    [
        pytest.param("rate(http_req_failed)", "limit: 0%", "", "can never pass", id="no-errors"),
        pytest.param(
            "mean(http_req_duration)", "limit: 1 s", "repeat: 1", "for ever", id="one-repeat"
        ),
    ],
)
def test_the_impossible_is_refused(
    tmp_path: Path, sli: str, promise: str, head: str, words: str
) -> None:
    said = refused(tmp_path, sli, promise, head)
    line = 5 if head else 4
    assert said.startswith(f"budgets/api.yml:{line}:5: ")
    assert words in said
    assert f"sli: {sli}" in said
    assert not said.endswith("\n")


@pytest.mark.parametrize(
    ("sli", "promise", "head"),
    [
        pytest.param("rate(http_req_failed)", "limit: 0.1%", "", id="a-share-above-zero"),
        pytest.param("rate(http_req_failed)", "limit: 0%\n    blocking: false", "", id="advisory"),
        pytest.param("p95(http_req_duration)", "limit: 1 s", "repeat: 1", id="blocks-inside"),
        pytest.param("p95(http_req_duration)", "tolerance: 0%", "", id="default-detect"),
        pytest.param("p95(http_req_duration)", "tolerance: -30%", "", id="goal"),
        pytest.param("p95(http_req_duration)", "tolerance: 0.5%", "", id="fine-but-in-turn"),
    ],
)
def test_what_some_data_could_show_is_let_through(
    tmp_path: Path, sli: str, promise: str, head: str
) -> None:
    assert refused(tmp_path, sli, promise, head) == ""


def test_all_that_is_impossible_is_said_at_once(tmp_path: Path) -> None:
    both = "limit: 0%\n  - sli: rate(http_req_failed{op:a})\n    limit: 0%"
    assert refused(tmp_path, "rate(http_req_failed)", both).count("can never pass") == 2
