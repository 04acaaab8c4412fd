"""Who of two processes may run its next round: one at a time, in turn, both at the same test."""

from __future__ import annotations

import contextlib
import json
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_LOOK = 1.0
_LONGEST = 1 << 24


@dataclass(slots=True)
class Player:
    """One process as it tells: the tests it has, those that are over, the one that it waits for."""

    line: socket.socket
    tests: frozenset[str] | None = None
    done: set[str] = field(default_factory=set)
    wants: str | None = None
    ended: bool = False
    heard: bytes = b""

    def hear(self) -> bool:
        """Take in what it says; whether it said that its turn is over."""
        try:
            said = self.line.recv(1 << 16)
        except OSError:
            said = b""
        self.heard += said
        if not said or len(self.heard) > _LONGEST:
            self.ended, self.wants = True, None
            return True
        over = False
        *lines, self.heard = self.heard.split(b"\n")
        for line in lines:
            over = self._take_in(line) or over
        return over

    def _take_in(self, line: bytes) -> bool:
        try:
            word, about = json.loads(line)
        except (
            ValueError,
            TypeError,
            RecursionError,
        ):  # not our plugin: it has to go without turns
            word, about = "", None
        match word, about:
            case "tests", [*tests]:
                self.tests = frozenset(map(str, tests))
            case "take", str(test):
                self.wants = test
            case "done", str(test):
                self.done.add(test)
            case "give", _:
                return True
        return False

    def waits_for(self, other: Player) -> bool:
        """Whether its round has to wait until the other one is at the same test."""
        test = self.wants
        past = other.ended or test in other.done or other.wants == test
        return not past and (other.tests is None or test in other.tests)


class Referee:
    """Gives the turns. `first` is the index of the player that begins."""

    def __init__(self, lines: tuple[socket.socket, socket.socket], first: int) -> None:
        self.players = tuple(Player(line) for line in lines)
        self._next = first
        self._holder: int | None = None

    def run(self, alive: Callable[[], Any], deadline: float) -> None:
        """Give turns until both have ended, nobody is `alive`, or the time `deadline` is past."""
        with selectors.DefaultSelector() as selector:
            for number, player in enumerate(self.players):
                selector.register(player.line, selectors.EVENT_READ, number)
            while not all(player.ended for player in self.players):
                left = deadline - time.monotonic()
                ready = selector.select(max(0.0, min(_LOOK, left)))
                for key, _ in ready:
                    self._hear(key.data)
                    if self.players[key.data].ended:
                        selector.unregister(key.fileobj)
                if left <= 0 or (not ready and not alive()):
                    return
                self._grant()

    def _hear(self, number: int) -> None:
        if self.players[number].hear() and self._holder == number:
            self._holder = None

    def _grant(self) -> None:
        """Let the one whose turn it is go on, or the other where that one waits for nothing."""
        if self._holder is not None:
            return
        order = (self._next, 1 - self._next)
        asking = [n for n in order if self.players[n].wants is not None]
        ready = [n for n in asking if not self.players[n].waits_for(self.players[1 - n])]
        if not ready and len(asking) == len(order):
            ready = asking  # each waits for the other: their tests come in another order
        if ready:
            chosen = ready[0]
            self.players[chosen].wants = None
            self._holder, self._next = chosen, 1 - chosen
            with contextlib.suppress(OSError):
                self.players[chosen].line.sendall(b"g")
