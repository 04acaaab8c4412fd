"""Results to stdout, notes and errors to stderr; a reader that goes away changes no verdict."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TextIO

from gate.errors import UsageError

_redactions: list[Callable[[str], str]] = []


def hide(redact: Callable[[str], str]) -> None:
    """From now on let every note, and a bug's traceback, pass here: it may quote a secret."""
    _redactions.append(redact)


def redacted(text: str) -> str:
    """The text without the secrets that are known so far."""
    for redact in _redactions:
        text = redact(text)
    return text


def out(text: str) -> None:
    """Write a result; raises `UsageError` where it cannot be written whole (a full disk).

    A reader that has gone away has seen enough.
    """
    problem = _write(sys.stdout, text)
    if problem:
        raise UsageError(
            f"stdout cannot be written: {problem}", hint="free some space, or write elsewhere"
        )


def tell(text: str) -> None:
    """Write a result that the exit code and the records hold too; only a note where it is lost."""
    problem = _write(sys.stdout, text)
    if problem:
        err(f"gate: stdout cannot be written: {problem}; the exit code and the records hold\n")


def err(text: str) -> None:
    """Write a note; names from strangers in it stay text. Nobody can be told where it is lost."""
    _write(sys.stderr, plain(redacted(text)))


def complain(message: str, hint: str) -> None:
    """Write an error with its hint."""
    err(f"gate: {message}\n" + (f"hint: {hint}\n" if hint else ""))


def plain(text: str) -> str:
    """Lines in which nothing steers a terminal or the CI that reads its log."""
    from gate.reports.safe import harmless, visible

    return harmless("\n".join(map(visible, text.split("\n"))))


def _write(stream: TextIO, text: str) -> str:
    """Write it all; why not, "" where it worked or nobody reads any more."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _to_nowhere(stream)
    except OSError as error:
        _to_nowhere(stream)
        return error.strerror or str(error)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        return _write(stream, text.encode(encoding, "replace").decode(encoding))
    return ""


def _to_nowhere(stream: TextIO) -> None:
    """Point the stream at nothing, so that neither we nor the interpreter's exit fail on it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
