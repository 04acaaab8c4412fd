from __future__ import annotations

import gzip
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from gate.runners.k6.points import ALIKE, EmptyError, Point, UnreadableError, read_points
from tests.runners.k6.support import SAMPLES, VERSIONS, recorded, request, write_samples

DURATIONS = frozenset({"http_req_duration"})


@pytest.mark.parametrize("version", VERSIONS)
def test_real_samples_are_read(version: str) -> None:
    points = recorded(version, ["http_req_duration", "http_reqs"])
    kinds = Counter(point.metric for point in points)
    assert kinds["http_reqs"] == kinds["http_req_duration"] > 2
    assert all(point.tags["expected_response"] == "true" for point in points)
    assert all(point.value > 0 for point in points)
    # Concurrent requests are written within moments of each other.
    assert all(abs(after.at - before.at) < 5 for before, after in pairwise(points))


def test_only_what_is_wanted_is_read() -> None:
    assert {point.metric for point in recorded("v1.1.0", ["checks"])} == {"checks"}


def test_samples_that_are_alike_have_the_same_tags() -> None:
    tags: dict[int, dict[str, str]] = {}
    for point in recorded("v1.1.0", ["http_req_duration", "checks"]):
        assert point.like < ALIKE
        assert tags.setdefault(point.like, point.tags) == point.tags
    assert len(tags) == len({str(sorted(each.items())) for each in tags.values()})


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    name = 'GET /items/{id}?a=","tags":{}} <b> \\ é'
    wrote = [*request(1.25, 7.5, name=name), *request(2.5, 3, name=name), *request(2.75, 1)]
    path = write_samples(tmp_path / "samples.json.gz", wrote)
    read = list(read_points(path, frozenset({"http_req_duration", "http_reqs"})))
    assert [(p.metric, p.value, p.tags) for p in read] == [
        (p.metric, p.value, p.tags) for p in wrote if p.metric in {"http_req_duration", "http_reqs"}
    ]
    assert [round(p.at - read[0].at, 6) for p in read] == [0, 0, 1.25, 1.25, 1.5, 1.5]


def test_metadata_after_the_tags_does_not_disturb(tmp_path: Path) -> None:
    line = (
        b'{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-22T17:42:40Z",'
        b'"value":2.5,"tags":{"op":"a"},"metadata":{"vu":"1"}}}\n'
    )
    path = tmp_path / "samples.json.gz"
    path.write_bytes(gzip.compress(line * 2))
    read = list(read_points(path, DURATIONS))
    assert [(p.value, p.tags, p.like) for p in read] == [(2.5, {"op": "a"}, ALIKE)] * 2


def test_a_sample_without_tags_has_none(tmp_path: Path) -> None:
    line = (
        b'{"type":"Point","metric":"vus",'
        b'"data":{"time":"2026-11-22T17:42:40.1Z","value":2,"tags":null}}\n'
    )
    path = tmp_path / "samples.json.gz"
    path.write_bytes(gzip.compress(line))
    assert [p.tags for p in read_points(path, frozenset({"vus"}))] == [{}]


GOOD = gzip.decompress((SAMPLES / "v1.1.0" / "samples.json.gz").read_bytes())
PACKED = gzip.compress(GOOD)
LINE = next(
    line for line in GOOD.splitlines(keepends=True) if b'"http_req_duration","type":"Point"' in line
)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param(PACKED[: len(PACKED) // 2], "end-of-stream", id="cut in the middle"),
        pytest.param(PACKED[:-4], "end-of-stream", id="the last four bytes are lost"),
        pytest.param(gzip.compress(GOOD[:-2]), "is cut", id="the last line is cut"),
        pytest.param(GOOD, "Not a gzipped file", id="not packed"),
        pytest.param(PACKED[:40] + b"\0" * 400 + PACKED[440:], "after line", id="damaged inside"),
        pytest.param(gzip.compress(bytes(range(256)) * 9), "is cut", id="random bytes"),
        pytest.param(gzip.compress(b'{"hello": ["world"]}\n'), "is no sample", id="foreign JSON"),
        pytest.param(gzip.compress(b"[]}\n"), "is no sample", id="no JSON"),
        pytest.param(gzip.compress(b"x" * (3 << 20)), "is cut", id="one line without an end"),
        pytest.param(
            gzip.compress(LINE.replace(b'"value":', b'"value":NaN,"v":')),
            "is no sample",
            id="a value that is no number",
        ),
        pytest.param(
            gzip.compress(LINE.replace(b'"time":"2026', b'"time":"yesterday')),
            "is no sample",
            id="a time that is none",
        ),
        pytest.param(
            gzip.compress(LINE.replace(b'"tags":{', b'"tags":[{').replace(b"}}}", b"}]}}")),
            "is no sample",
            id="tags that are a list",
        ),
        pytest.param(gzip.compress(b"\xff\xfe}\n"), "is no sample", id="no UTF-8"),
        pytest.param(
            gzip.compress(LINE.replace(b'"tags":{', b'"tags":' + b"[" * 100_000 + b"{")),
            "is no sample",
            id="tags without a bottom",
        ),
    ],
)
def test_what_is_damaged_is_never_read_as_less(
    content: bytes, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "samples.json.gz"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=complaint):
        list(read_points(path, DURATIONS))


@pytest.mark.parametrize("content", [b"", gzip.compress(b"")], ids=["no bytes", "no lines"])
def test_nothing_is_not_an_empty_measurement(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "samples.json.gz"
    path.write_bytes(content)
    with pytest.raises(EmptyError):
        list(read_points(path, DURATIONS))


def test_a_point_is_its_own_value() -> None:
    assert Point("m", 1.0, 2.0, {}).like == ALIKE
