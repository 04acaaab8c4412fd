"""Notes the CPU time of every round, and takes turns with the process of the other tree.

Without another process the rounds run as they always do. With one, each waits for its turn: rounds
that last are taken one by one, short ones in slices, or the changing would cost more than they do.
Source: BenchmarkFixture._make_runner of pytest-benchmark 4 to 5.3, through which every round goes.
Works with Python 3.9 as well as with the newest.
"""

from __future__ import annotations

import json
import os
import socket
import time
from typing import Any, Optional

import pytest

_SLICE = 0.005
"""Seconds of rounds in one turn, at the least one round."""


def pytest_configure(config: pytest.Config) -> None:
    """Watch this session's rounds."""
    path = os.environ.pop("PERFGATE_CPU", "")
    number = os.environ.pop("PERFGATE_TURNS", "")
    if path:
        other = Other(int(number)) if number else None
        config.pluginmanager.register(Rounds(path, other), "perfgate-rounds")


class Other:
    """The line to whom the turns are asked of; without an answer we go on alone."""

    def __init__(self, number: int) -> None:
        self.line: Optional[socket.socket] = socket.socket(fileno=number)  # noqa: UP045  # Python 3.9
        self.line.set_inheritable(False)
        self.since = -1.0

    def tell(self, word: str, about: Any = None) -> None:  # noqa: ANN401  # JSON
        """Send a word."""
        if self.line is not None:
            try:
                self.line.sendall(json.dumps([word, about]).encode() + b"\n")
            except OSError:
                self.line = None

    def take(self, test: str) -> None:
        """Wait for the turn, unless it is ours."""
        if self.since >= 0 or self.line is None:
            return
        line = self.line
        self.tell("take", test)
        try:
            granted = line.recv(1)
        except OSError:
            granted = b""
        if not granted:
            self.line = None
        self.since = time.perf_counter()

    def give(self, *, at_once: bool = False) -> None:
        """Let the other one go on, once our slice is over."""
        if self.since >= 0 and (at_once or time.perf_counter() - self.since >= _SLICE):
            self.since = -1.0
            self.tell("give")


class Rounds:
    """Writes `{test: [CPU seconds of one iteration, a round each]}`."""

    def __init__(self, path: str, other: Optional[Other]) -> None:  # noqa: UP045  # Python 3.9
        self.path = path
        self.other = other
        self.spent: dict[str, list[float]] = {}
        self.kept: dict[str, list[float]] = {}

    def pytest_sessionstart(self) -> None:
        """Have every round go through here."""
        from pytest_benchmark import fixture as module

        theirs: Any = module.BenchmarkFixture
        if not hasattr(theirs, "_make_runner"):
            if self.other is not None:
                raise pytest.UsageError("this pytest-benchmark cannot take turns")
            return
        original, rounds = theirs._make_runner, self  # noqa: SLF001  # there is no other way

        def make(fixture: Any, *args: Any, **named: Any) -> Any:  # noqa: ANN401  # its own
            inner = original(fixture, *args, **named)

            def runner(loops: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401  # its own
                return rounds.run(fixture.fullname, inner, (loops, *rest), more)

            return runner

        theirs._make_runner = make  # noqa: SLF001  # the same

    def run(self, test: str, inner: Any, args: Any, named: Any) -> Any:  # noqa: ANN401  # its own
        """One round in its turn."""
        if self.other is not None:
            self.other.take(test)
        before = time.process_time()
        try:
            return inner(*args, **named)
        finally:
            spent = time.process_time() - before
            self.spent.setdefault(test, []).append(spent / max(1, len(args[0] or ())))
            if self.other is not None:
                self.other.give()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Say which tests there are, so that nobody is waited for in vain."""
        if self.other is not None:
            self.other.tell("tests", [item.nodeid for item in session.items])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """The rounds are over: calibration and warm-up came before those that count."""
        stats = getattr(getattr(item, "funcargs", {}).get("benchmark"), "stats", None)
        count = len(getattr(getattr(stats, "stats", stats), "data", ()))
        self.kept[item.nodeid] = self.spent.pop(item.nodeid, [])[-count:] if count else []
        if self.other is not None:
            self.other.give(at_once=True)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """This test will not come again."""
        if self.other is not None:
            self.other.tell("done", nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write all at once."""
        draft = f"{self.path}.{os.getpid()}"
        with open(draft, "w", encoding="utf-8") as file:  # noqa: PTH123  # any Python, any pytest
            json.dump(self.kept, file)
        os.replace(draft, self.path)  # noqa: PTH105  # the same
