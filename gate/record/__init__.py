"""Records: runs and outcomes as canonical JSON that every later version reads back.

`encode_*` gives equal bytes for equal values on every machine; `decode_*` raises `RecordError`,
with the place, for anything that is not such a record.
"""

from __future__ import annotations

from typing import TypeVar

from gate.core.run import Run
from gate.core.verdict import Outcome
from gate.errors import RecordError
from gate.record.canonical import MAX_BYTES, dump, load
from gate.record.codec import codec_of
from gate.record.files import read_bounded, sync_folder, write_atomic, write_synced
from gate.record.migrate import OUTCOME, RUN, Schema, migrate
from gate.record.rewrite import rewrite_run
from gate.record.scalars import TreeError

__all__ = [
    "as_recorded",
    "decode_outcome",
    "decode_run",
    "encode_outcome",
    "encode_run",
    "read_bounded",
    "rewrite_run",
    "sync_folder",
    "write_atomic",
    "write_synced",
]

T = TypeVar("T", Run, Outcome)


def encode_run(run: Run) -> bytes:
    """The content of `run.json`; raises `RecordError` where no reader would take its size."""
    return _encode(run, Run, RUN)


def decode_run(data: bytes, name: str = "run.json") -> Run:
    """Read `run.json` back; `name` begins the message of a `RecordError`."""
    return _decode(data, Run, RUN, name)


def encode_outcome(outcome: Outcome) -> bytes:
    """The content of `outcome.json`; raises `RecordError` where no reader would take its size."""
    return _encode(outcome, Outcome, OUTCOME)


def decode_outcome(data: bytes, name: str = "outcome.json") -> Outcome:
    """Read `outcome.json` back; `name` begins the message of a `RecordError`."""
    return _decode(data, Outcome, OUTCOME, name)


def as_recorded(run: Run) -> Run:
    """The run as its record will read: judging it gives what judging the file gives."""
    return decode_run(encode_run(run))


def _encode(value: T, cls: type[T], schema: Schema) -> bytes:
    tree = codec_of(cls).encode(value)
    if not isinstance(tree, dict):
        msg = f"a {schema.record} is written as an object"
        raise TypeError(msg)
    data = dump({"record": schema.record, **tree})
    if len(data) > MAX_BYTES:
        raise RecordError(
            f"the {schema.record} record is larger than {MAX_BYTES} bytes",
            hint="shorten the load, or ask for fewer objectives per run",
        )
    return data


def _decode(data: bytes, cls: type[T], schema: Schema, name: str) -> T:
    body = migrate(load(data, name), schema, name)
    try:
        return codec_of(cls).decode(body)
    except TreeError as error:
        place = ": ".join(part for part in (name, error.path) if part)
        raise RecordError(f"{place}: {error.message}") from None
