"""Bytes of one file become a document, or problems with a place."""

from __future__ import annotations

import re

from gate.spec.yaml_events import build
from gate.spec.yaml_marks import Document, Mark, Source

MOST_BYTES = 1024 * 1024
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def read_document(raw: bytes, file: str) -> Document:
    """Read one YAML file; what is wrong with it is in `problems`, then the data is partial."""
    if len(raw) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB"
        return _unreadable(Source(file), Mark(1, 1), message)
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8").removeprefix("\ufeff")
        message = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        return _unreadable(Source(file), _end(before), message, "save the file as UTF-8")
    source = Source(file, tuple(_BREAK.split(text)))
    odd = _UNPRINTABLE.search(text)
    if odd:
        message = f"the character U+{ord(odd[0]):04X} is not allowed in YAML"
        return _unreadable(source, _end(text[: odd.start()]), message, "remove it")
    return build(text, source)


def _end(text: str) -> Mark:
    lines = _BREAK.split(text)
    return Mark(len(lines), len(lines[-1]) + 1)


def _unreadable(source: Source, mark: Mark, message: str, hint: str = "") -> Document:
    return Document(source, None, {}, {}, (source.problem(mark, message, hint),))
