"""The command line. Only the standard library loads here, so that every failure has its code."""

from __future__ import annotations

import os
import sys
from types import TracebackType

_BUG = 70
_INTERRUPTED = 130


def entry() -> None:
    """Run one command and end the process with its exit code; a bug of ours ends with 70."""
    sys.excepthook = _last_words
    _hold_streams()
    try:
        from gate.cli.main import main

        code = main(sys.argv[1:])
    except SystemExit as ended:  # a module or a plugin; Python would leave with its code, even 0
        raise RuntimeError("something called sys.exit() in the middle of a command") from ended
    _leave(code)


def _hold_streams() -> None:
    """Open a stream that the caller closed on nothing: else a file of ours would get its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    nothing = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # pathlib loads late
    sys.stdout = sys.stdout or nothing
    sys.stderr = sys.stderr or nothing


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Whatever becomes of the words: Python's own code for an exception is 1, a broken promise."""
    code = _INTERRUPTED if issubclass(kind, KeyboardInterrupt) else _BUG
    try:
        if code == _BUG:
            _report(kind, error, trace)
    finally:
        _leave(code)


def _report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show a traceback with what a bug report needs. An import that fails comes here too."""
    import platform
    import traceback

    from gate import __version__

    text = "".join(traceback.format_exception(kind, error, trace))
    if streams := sys.modules.get("gate.cli.streams"):  # an import of it may be what failed
        text = streams.redacted(text)
    print(  # noqa: T201  # the last words of the process
        f"{text}\n"
        f"This is a bug of perfgate, not of your code: the build was not judged (exit {_BUG}).\n"
        f"perfgate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        "Please report it with the lines above and, where there is one, `.gate/run.json`.",
        file=sys.stderr,
    )


def _leave(code: int) -> None:
    """End with this code whatever becomes of the streams: a closed pipe changes no verdict."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
