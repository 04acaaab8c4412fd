"""The document and the manifest of a sign-off: one way of writing, strict reading."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gate.core.signoff import FileDigest
from gate.errors import RecordError
from gate.record.canonical import dump
from gate.record.signoff import (
    Manifest,
    decode_manifest,
    decode_signoff,
    encode_manifest,
    encode_signoff,
)
from gate.testing.sample_signoffs import hostile_signoff, mixed_signoff, passing_signoff

SUM = "ab" * 32
MANIFEST = Manifest(
    (FileDigest("baseline/01.run.json", SUM, 3), FileDigest("run.json", SUM, 12)), signed=True
)


@pytest.mark.parametrize("made", [mixed_signoff, passing_signoff, hostile_signoff])
def test_a_document_is_read_back_and_written_alike(made: Any) -> None:
    signoff, _ = made()
    data = encode_signoff(signoff)
    assert encode_signoff(decode_signoff(data)) == data


def test_a_manifest_is_read_back() -> None:
    assert decode_manifest(encode_manifest(MANIFEST)) == MANIFEST


def changed(**facts: Any) -> bytes:
    tree = json.loads(encode_manifest(MANIFEST))
    tree["files"][0] |= facts
    return dump(tree)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(b"", "not JSON", id="empty"),
        pytest.param(encode_manifest(MANIFEST)[:-9], "not JSON", id="cut"),
        pytest.param(encode_manifest(MANIFEST) + b" ", "not written as", id="a space more"),
        pytest.param(
            encode_manifest(MANIFEST).replace(b'":', b'": '), "not written as", id="other spaces"
        ),
        pytest.param(changed(path="../run.json"), "no name of a file", id="above"),
        pytest.param(changed(path="/etc/passwd"), "no name of a file", id="absolute"),
        pytest.param(changed(path="baseline/../../x"), "no name of a file", id="above again"),
        pytest.param(changed(path="other/run.json"), "no name of a file", id="another folder"),
        pytest.param(changed(path=".hidden"), "no name of a file", id="hidden"),
        pytest.param(changed(path="a\\b"), "no name of a file", id="a backslash"),
        pytest.param(changed(path="run.json"), "there twice", id="twice"),
        pytest.param(changed(path="z.json"), "not in order", id="in another order"),
        pytest.param(changed(sha256="AB" * 32), "expected a SHA-256", id="capital digits"),
        pytest.param(changed(sha256="ab"), "expected a SHA-256", id="half a digest"),
        pytest.param(changed(size=-1), "expected a SHA-256 and a size", id="a size below 0"),
        pytest.param(changed(more=1), "unknown key", id="an unknown key"),
        pytest.param(
            encode_manifest(MANIFEST).replace(b'version":1', b'version":9'),
            "newer perfgate",
            id="newer",
        ),
    ],
)
def test_anything_else_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(RecordError, match=why):
        decode_manifest(data)


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(RecordError, match=r"expected a signoff record"):
        decode_signoff(encode_manifest(MANIFEST))
    with pytest.raises(RecordError, match=r"given.*unknown key|unknown key"):
        decode_signoff(encode_signoff(mixed_signoff()[0]).replace(b'"url"', b'"urk"'))
