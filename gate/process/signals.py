"""Ctrl-C and SIGTERM become one exception that unwinds the stack, so that contexts clean up."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
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
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    watched = [each for each in _STOPS if not _ignored(each)]

    def stop(number: int, _frame: FrameType | None) -> None:
        # Not SIG_IGN: what we start while cleaning up would inherit that, and be deaf to us.
        for each in watched:
            signal.signal(each, _nothing)
        raise Stopped(number)

    with _handlers(dict.fromkeys(watched, stop)):
        try:
            yield
        except Stopped:
            # Python may raise in the first instruction of an `__exit__`, which then does nothing.
            tree.end_family(tree.session_mark())
            raise


@contextlib.contextmanager
def shielded() -> Iterator[None]:
    """Within: these signals wait until the end, so that no start or clean-up is half done."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals arrive in the main thread only
        return
    arrived: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    waiting = [each for each in _STOPS if signal.getsignal(each) not in {signal.SIG_IGN, None}]
    try:
        with _handlers(dict.fromkeys(waiting, note)):
            yield
    finally:
        for number in arrived[:1]:
            signal.raise_signal(number)


def _ignored(number: signal.Signals) -> bool:
    hangs_up = number.name == "SIGHUP"
    return hangs_up and signal.getsignal(number) is signal.SIG_IGN


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Do nothing about a second signal: the first one unwinds already."""


@contextlib.contextmanager
def _handlers(wanted: dict[signal.Signals, Handler]) -> Iterator[None]:
    before: dict[signal.Signals, Handler] = {}
    try:
        for each, handler in wanted.items():
            before[each] = signal.getsignal(each)
            signal.signal(each, handler)
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
