"""The real ssh-keygen: what it signs, what it refuses, and that no message tells of the key."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gate.app.signoff import keys
from gate.errors import RecordError, ToolError, UsageError
from tests.app.signoff.sealed import allowed, new_key

pytestmark = pytest.mark.needs_ssh_keygen

DATA = b'{"record":"signoff-manifest"}\n'


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_key(tmp_path_factory.mktemp("keys") / "id")


@pytest.fixture(scope="module")
def signature(key: Path) -> bytes:
    return keys.sign(DATA, key)


def test_what_was_signed_is_known_by_its_key(key: Path, signature: bytes, tmp_path: Path) -> None:
    told = subprocess.run(["ssh-keygen", "-l", "-f", key], capture_output=True, check=True)
    assert keys.signer(DATA, signature).split()[1] in told.stdout.decode()
    keys.check_identity(DATA, signature, allowed(tmp_path / "allowed", key), "ada@example.org")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda s: s[:-1], id="without its last end of line"),
        pytest.param(lambda s: s + b"\n", id="with a line more"),
        pytest.param(lambda s: s.replace(b"\n", b"\r\n"), id="with other ends of lines"),
        pytest.param(lambda s: b" " + s, id="with a space before"),
        pytest.param(lambda s: s.replace(b"SSH", b"ssh"), id="with another head"),
        pytest.param(lambda s: s[:0], id="empty"),
        pytest.param(lambda s: b"\xff" * len(s), id="noise"),
    ],
)
def test_a_signature_has_one_way_of_writing(signature: bytes, change: object) -> None:
    assert callable(change)
    with pytest.raises(RecordError, match="not written as ssh-keygen writes it"):
        keys.signer(DATA, change(signature))


def test_other_data_are_not_signed(signature: bytes) -> None:
    with pytest.raises(RecordError, match="does not fit"):
        keys.signer(DATA + b" ", signature)


def test_a_signature_for_something_else_does_not_count(key: Path) -> None:
    done = subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", key],
        input=DATA,
        capture_output=True,
        check=True,
    )
    with pytest.raises(RecordError, match="does not fit"):
        keys.signer(DATA, done.stdout)


def test_a_key_with_a_passphrase_is_asked_for_nothing(tmp_path: Path) -> None:
    place = tmp_path / "locked-place" / "id"
    place.parent.mkdir()
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "open sesame", "-f", str(place)]
    subprocess.run(words, check=True)
    with pytest.raises(ToolError, match="ssh-keygen did not sign") as error:
        keys.sign(DATA, place)
    assert "locked-place" not in error.value.message + error.value.hint


@pytest.mark.skipif(os.name == "nt", reason="modes are others there")
@pytest.mark.parametrize("content", [b"", b"no key at all\n"], ids=["empty", "text"])
def test_what_is_no_key_signs_nothing(tmp_path: Path, content: bytes) -> None:
    place = tmp_path / "some-place"
    place.write_bytes(content)
    place.chmod(0o600)
    with pytest.raises(ToolError, match="did not sign") as error:
        keys.sign(DATA, place)
    assert "some-place" not in error.value.message


def test_a_key_that_is_not_there_is_told_without_its_place(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="signing key is not there") as error:
        keys.check_key(tmp_path / "secret")
    assert "secret" not in error.value.message


def test_without_ssh_keygen_nothing_is_signed(
    key: Path, signature: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="ssh-keygen cannot be run"):
        keys.sign(DATA, key)
    with pytest.raises(ToolError, match="ssh-keygen cannot be run"):
        keys.signer(DATA, signature)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("exit 0", "did not sign"),
        ("echo hello", "did not sign"),
        ("echo '-----BEGIN SSH SIGNATURE-----'", "did not sign"),
        ("exit 7", "did not sign: exit 7"),
    ],
    ids=["it says nothing", "it says something else", "it stops half way", "it fails"],
)
def test_a_program_that_signs_nothing_passes_nothing(
    key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, why: str
) -> None:
    program = tmp_path / "ssh-keygen"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ToolError, match=why):
        keys.sign(DATA, key)


def test_an_identity_is_no_flag(key: Path, signature: bytes, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a name"):
        keys.check_identity(DATA, signature, allowed(tmp_path / "allowed", key), "-f")
