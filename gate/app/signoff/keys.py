"""Signing and verifying with OpenSSH's own `ssh-keygen -Y` (8.1 or newer; PROTOCOL.sshsig).

The namespace keeps a signature from counting for anything else. The path of the key stands in no
message; what the key holds is read by ssh-keygen alone.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gate import process
from gate.errors import RecordError, ToolError, UsageError

NAMESPACE = "perfgate-signoff"
KEY = "PERFGATE_SIGNING_KEY"
"""The environment variable with the path of the key, where --sign does not name it."""

_PROGRAM = "ssh-keygen"
_TIMEOUT = 30.0
LARGEST = 64 * 1024
"""Bytes of a signature or of a file of allowed signers."""
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"
_WIDTH = 70
_SIGNED_BY = re.compile(r"with (\S{1,40}) key (SHA256:\S{20,100})")


def check_key(key: Path) -> None:
    """Refuse a key that cannot sign before anything is measured; raises as `sign` does."""
    if not key.is_file():
        raise UsageError(
            "the signing key is not there, or is no file",
            hint=f"--sign or {KEY} name the file of a private SSH key, or of a public one whose "
            "private half an ssh-agent holds",
        )
    sign(b"", key)


def sign(data: bytes, key: Path) -> bytes:
    """The signature of `data`; raises `ToolError` where ssh-keygen gives none.

    A key with a passphrase has to be in an agent: nobody is asked for it.
    """
    done = _run("-Y", "sign", "-n", NAMESPACE, "-f", str(key), stdin=data)
    if done.code or not _is_armored(done.stdout):
        said = _without(_said(done), key)
        raise ToolError(
            f"ssh-keygen did not sign: {said}",
            hint="the key file must be readable by you alone; one with a passphrase, or on a "
            "token, has to be in an ssh-agent",
        )
    return done.stdout


def signer(data: bytes, signature: bytes) -> str:
    """The key that signed `data`, as `ED25519 SHA256:…`; whose it is nobody has said.

    Raises `RecordError` where the signature is not one of these bytes.
    """
    _check_armor(signature)
    with _kept(signature) as place:
        done = _run("-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(place), stdin=data)
    found = _SIGNED_BY.search(done.stdout.decode("utf-8", "replace"))
    if done.code or found is None:
        raise RecordError(f"the signature does not fit: {_said(done)}")
    return f"{found[1]} {found[2]}"


def check_identity(data: bytes, signature: bytes, allowed: Path, identity: str) -> None:
    """Check that one of the allowed signers of this identity signed; raises `RecordError`."""
    if not allowed.is_file():
        raise UsageError(
            f"--allowed-signers {allowed}: there is no such file",
            hint=f'a line of it: ada@example.org namespaces="{NAMESPACE}" ssh-ed25519 AAAA…',
        )
    if identity.startswith("-"):
        raise UsageError(f"--identity {identity}: expected a name or an address")
    _check_armor(signature)
    with _kept(signature) as place:
        words = ("-Y", "verify", "-f", str(allowed), "-I", identity, "-n", NAMESPACE)
        done = _run(*words, "-s", str(place), stdin=data)
    if done.code:
        raise RecordError(
            f"the signature is not one of {identity}: {_said(done)}",
            hint="either somebody else signed, or the allowed signers do not list their key",
        )


@contextlib.contextmanager
def _kept(signature: bytes) -> Iterator[Path]:
    """The signature in a private file, which ssh-keygen wants it in."""
    with tempfile.TemporaryDirectory(prefix="perfgate-sig-") as folder:
        place = Path(folder) / "signature"
        place.write_bytes(signature)
        yield place


def _is_armored(signature: bytes) -> bool:
    """Whether it is written as ssh-keygen writes it: a byte that changes nothing is a change."""
    body = signature.removeprefix(_BEGIN).removesuffix(_END)
    try:
        raw = base64.b64decode(body.replace(b"\n", b""), validate=True)
    except binascii.Error:
        return False
    text = base64.b64encode(raw)
    lines = (text[at : at + _WIDTH] + b"\n" for at in range(0, len(text), _WIDTH))
    return bool(raw) and signature == _BEGIN + b"".join(lines) + _END


def _check_armor(signature: bytes) -> None:
    if not _is_armored(signature):
        raise RecordError("the signature is not written as ssh-keygen writes it: it was changed")


def _run(*words: str, stdin: bytes) -> process.Finished:
    env = {**os.environ, "LC_ALL": "C", "SSH_ASKPASS_REQUIRE": "never"}
    env.pop("DISPLAY", None)
    done = process.run((_PROGRAM, *words), timeout=_TIMEOUT, env=env, stdin=stdin)
    if isinstance(done, process.NotStarted):
        raise ToolError(
            f"ssh-keygen cannot be run: {done.why}",
            hint="it comes with OpenSSH: `apt-get install openssh-client`",
        )
    if done.timed_out:
        raise ToolError(f"ssh-keygen did not end within {_TIMEOUT:g} s")
    return done


def _said(done: process.Finished) -> str:
    lines = done.tail.splitlines() or [f"exit {done.code}"]
    return lines[-1][:300]


def _without(text: str, key: Path) -> str:
    """A message without the path of the key: it may tell of the machine that keeps it."""
    return text.replace(str(key), "the key").replace(str(key.absolute()), "the key")
