from __future__ import annotations

import json
from pathlib import Path

import pytest

from gate.runners.k6.summary import Summary, read_summary
from tests.runners.k6.support import SAMPLES, VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_the_summary_of_every_version_is_read(version: str) -> None:
    summary = read_summary(SAMPLES / version / "summary.json")
    assert isinstance(summary, Summary)
    assert 0 < summary.seconds < 10
    assert summary.totals["http_reqs"] == 5
    assert summary.totals["iterations"] == 5


STATE = {"testRunDurationMs": 1000}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(None, "k6 wrote no summary", id="absent"),
        pytest.param(b"", "not what k6 writes", id="empty"),
        pytest.param(b'{"metrics":{"a":', "not what k6 writes", id="cut"),
        pytest.param(b"\xff" * 20, "not what k6 writes", id="bytes"),
        pytest.param(b"[]", "not what k6 writes", id="a list"),
        pytest.param(b"[" * 100_000, "not what k6 writes", id="a depth without end"),
        pytest.param(
            b'{"state":{"testRunDurationMs":' + b"9" * 400 + b'},"metrics":{}}',
            "not what k6 writes",
            id="more than a float holds",
        ),
        pytest.param(
            b'{"state":{"testRunDurationMs":1},'
            b'"metrics":{"a":{"type":"counter","values":{"count":1e999}}}}',
            "not what k6 writes",
            id="an infinite count",
        ),
        pytest.param(b'{"hello": ["world"]}', "not what k6 writes", id="foreign"),
        pytest.param(
            json.dumps({"state": {"testRunDurationMs": 0}, "metrics": {}}).encode(),
            "took 0.0 s",
            id="no time",
        ),
        pytest.param(
            b'{"state":{"testRunDurationMs":NaN},"metrics":{}}', "took nan s", id="no number"
        ),
        pytest.param(
            json.dumps({"state": STATE, "metrics": {"a": {"type": "counter"}}}).encode(),
            "not what k6 writes",
            id="a counter without a count",
        ),
        pytest.param(
            b'{"version":"1.0.0","results":{"metrics":[]},"config":{"duration":3}}',
            "not what k6 writes",
            id="the new machine-readable form, which lacks what we need",
        ),
    ],
)
def test_anything_else_is_said(content: bytes | None, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    if content is not None:
        path.write_bytes(content)
    said = read_summary(path)
    assert isinstance(said, str)
    assert complaint in said
