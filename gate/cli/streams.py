"""Results to stdout, notes and errors to stderr; a reader that goes away changes no verdict."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def out(text: str) -> None:
    """Write a result."""
    _write(sys.stdout, text)


def err(text: str) -> None:
    """Write a note."""
    _write(sys.stderr, text)


def complain(message: str, hint: str) -> None:
    """Write an error with its hint."""
    err(f"gate: {message}\n" + (f"hint: {hint}\n" if hint else ""))


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _to_nowhere(stream)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        _write(stream, text.encode(encoding, "replace").decode(encoding))


def _to_nowhere(stream: TextIO) -> None:
    """Point the stream at nothing, so that neither we nor the interpreter's exit fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
