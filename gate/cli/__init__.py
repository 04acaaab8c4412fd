"""The command line. Only the standard library loads here, so that every failure has its code."""

from __future__ import annotations

import os
import sys
from types import TracebackType

_BUG = 70


def entry() -> None:
    """Run one command and end the process with its exit code; a bug of ours ends with 70."""
    sys.excepthook = _bug
    from gate.cli.main import main

    code = main(sys.argv[1:])
    _leave(code)


def _bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show a traceback with what a bug report needs. An import that fails comes here too."""
    import platform
    import traceback

    from gate import __version__

    traceback.print_exception(kind, error, trace)
    print(  # noqa: T201  # the last words of the process
        f"\nThis is a bug of perfgate, not of your code: the build was not judged (exit {_BUG}).\n"
        f"perfgate {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        "Please report it with the lines above and, where there is one, `.gate/run.json`.",
        file=sys.stderr,
    )
    _leave(_BUG)


def _leave(code: int) -> None:
    """End with this code whatever becomes of the streams: a closed pipe changes no verdict."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)
