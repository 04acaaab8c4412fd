"""The end of what a program wrote, made fit for a message."""

from __future__ import annotations

import re

from gate import process

_MOST = 600
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def last_words(child: process.Running) -> str:
    """The last lines of stderr, or of stdout where stderr is empty, without control characters."""
    return tidy(child.errors() or child.output())


def tidy(said: bytes) -> str:
    """Text for a message: at most 600 characters from the end."""
    text = _CONTROL.sub("", said[-4 * _MOST :].decode("utf-8", "replace"))
    return text.strip()[-_MOST:]
