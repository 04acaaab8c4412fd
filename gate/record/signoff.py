"""The files of a sign-off as canonical JSON: the document, and the manifest of them all."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gate.core.signoff import SIGNOFF_SCHEMA, FileDigest, Signoff
from gate.core.trend import Story
from gate.errors import RecordError
from gate.record.canonical import dump, load
from gate.record.codec import codec_of
from gate.record.migrate import Schema, migrate
from gate.record.scalars import TreeError

MANIFEST_SCHEMA = 1
LARGEST = 16 * 1024 * 1024
"""Bytes of a document or a manifest."""

_SIGNOFF = Schema("signoff", SIGNOFF_SCHEMA)
_MANIFEST = Schema("signoff-manifest", MANIFEST_SCHEMA)
_HISTORY = Schema("signoff-history", 1)
_NAME = re.compile(r"(?:baseline/)?[a-z0-9][a-z0-9.-]{0,99}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every file of a sign-off but the manifest and its signature, in the order of their names.

    `signed` says that a signature belongs to it: one that was taken away is missed.
    """

    files: tuple[FileDigest, ...]
    signed: bool
    schema_version: int = MANIFEST_SCHEMA


@dataclass(frozen=True, slots=True)
class _History:
    stories: tuple[Story, ...]
    schema_version: int = 1


def encode_history(stories: tuple[Story, ...]) -> bytes:
    """The content of `history.json`: what drift budgets were held to."""
    return _encode(codec_of(_History).encode(_History(stories)), _HISTORY)


def decode_history(data: bytes, name: str = "history.json") -> tuple[Story, ...]:
    """Read `history.json` back; raises `RecordError`."""
    try:
        return codec_of(_History).decode(migrate(load(data, name), _HISTORY, name)).stories
    except TreeError as error:
        raise _wrong(name, error) from None


def encode_signoff(signoff: Signoff) -> bytes:
    """The content of `signoff.json`."""
    return _encode(codec_of(Signoff).encode(signoff), _SIGNOFF)


def decode_signoff(data: bytes, name: str = "signoff.json") -> Signoff:
    """Read `signoff.json` back; raises `RecordError`."""
    try:
        return codec_of(Signoff).decode(migrate(load(data, name), _SIGNOFF, name))
    except TreeError as error:
        raise _wrong(name, error) from None


def encode_manifest(manifest: Manifest) -> bytes:
    """The content of `manifest.json`."""
    return _encode(codec_of(Manifest).encode(manifest), _MANIFEST)


def decode_manifest(data: bytes, name: str = "manifest.json") -> Manifest:
    """Read a manifest; raises `RecordError` for one that names anything outside its folder.

    It is read in one way of writing only: a byte that changes nothing is a change, too.
    """
    try:
        made = codec_of(Manifest).decode(migrate(load(data, name), _MANIFEST, name))
    except TreeError as error:
        raise _wrong(name, error) from None
    paths = [each.path for each in made.files]
    for each in made.files:
        if not _NAME.fullmatch(each.path) or ".." in each.path:
            raise RecordError(f"{name}: {each.path[:100]!r} is no name of a file in a sign-off")
        if not _SHA256.fullmatch(each.sha256) or each.size < 0:
            raise RecordError(f"{name}: {each.path}: expected a SHA-256 and a size")
    if paths != sorted(set(paths)):
        raise RecordError(f"{name}: its files are not in order, or one is there twice")
    if encode_manifest(made) != data:
        raise RecordError(f"{name}: it is not written as perfgate writes it")
    return made


def _encode(tree: object, schema: Schema) -> bytes:
    if not isinstance(tree, dict):
        msg = f"a {schema.record} is written as an object"
        raise TypeError(msg)
    data = dump({"record": schema.record, **tree})
    if len(data) > LARGEST:
        raise RecordError(f"the {schema.record} is larger than {LARGEST} bytes")
    return data


def _wrong(name: str, error: TreeError) -> RecordError:
    return RecordError(": ".join(part for part in (name, error.path, error.message) if part))
