"""Ctrl-C and SIGTERM become one exception that unwinds the stack, so that contexts clean up."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import Any

from gate.process import tree

Handler = Callable[[int, FrameType | None], Any] | int | None
_STOPS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Stopped(BaseException):  # it is no error, like KeyboardInterrupt
    """The user or the system asked us to stop; holds the signal."""

    def __init__(self, number: int) -> None:
        """Keep the signal number."""
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def stop_on_signals() -> Iterator[None]:
    """Within: SIGINT, SIGTERM and SIGHUP raise `Stopped` once; later ones change nothing.

    A SIGHUP that is ignored stays ignored: under nohup the check outlives its terminal. Contexts
    end what they started; what slipped between two of them has ended when `Stopped` leaves here.
    Whoever catches that is about to end the process, so later signals still change nothing then:
    the exit code is that of the first.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watched = [each for each in _STOPS if not _left_alone(each)]

    def stop(number: int, _frame: FrameType | None) -> None:
        # Not SIG_IGN: what we start while cleaning up would inherit that, and be deaf to us.
        for each in watched:
            signal.signal(each, _nothing)
        raise Stopped(number)

    stopped = False
    before = {each: signal.getsignal(each) for each in watched}
    try:
        _install(dict.fromkeys(watched, stop))
        yield
    except Stopped:
        stopped = True
        # Python may raise in the first instruction of an `__exit__`, which then does nothing.
        tree.end_family(tree.session_mark())
        raise
    finally:
        if not stopped:
            _install(before)


@contextlib.contextmanager
def shielded() -> Iterator[None]:
    """Within: these signals wait until the end, so that no start or clean-up is half done."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals arrive in the main thread only
        return
    arrived: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    before = {
        each: handler
        for each in _STOPS
        if (handler := signal.getsignal(each)) not in {signal.SIG_IGN, None}
    }
    try:
        _install(dict.fromkeys(before, note))
        yield
    finally:
        _install(before)
        for number in arrived[:1]:
            signal.raise_signal(number)


def _left_alone(number: signal.Signals) -> bool:
    handler = signal.getsignal(number)
    # None: somebody's C code handles it.
    return handler is None or (handler is signal.SIG_IGN and number.name == "SIGHUP")


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Do nothing about a second signal: the first one unwinds already."""


def _install(handlers: Mapping[signal.Signals, Handler]) -> None:
    for each, handler in handlers.items():
        signal.signal(each, handler)
