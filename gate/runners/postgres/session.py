"""An open observation: the state before a unit, the state after it, and the answers."""

from __future__ import annotations

import time
from dataclasses import dataclass

from gate.core.reasons import Code, Reason, because
from gate.runners.postgres.connect import Database, UnreadableError, connected
from gate.runners.postgres.logwatch import LogWatch
from gate.runners.postgres.observed import Observed, answer
from gate.runners.postgres.server import Extension, Server
from gate.runners.postgres.statements import Snapshot, between, snapshot, texts
from gate.runners.postgres.tail import Tail
from gate.runners.postgres.wanted import Wanted
from gate.seams.runner import Found, Load, NotFound, Question, Ready, UnitAnswer, UnitFailed

_NOT_OBSERVED = because(Code.NOT_OBSERVED, during="named in `during:`")


@dataclass(frozen=True, slots=True)
class Target:
    """What is observed and for whom; `watch` is there where a question needs the log."""

    dsn: str
    seconds: float
    server: Server
    extension: Extension
    questions: tuple[Question, ...]
    wanted: Wanted
    watch: LogWatch | None


@dataclass(frozen=True, slots=True)
class _Begun:
    before: Snapshot
    tail: Tail | Reason | None
    seconds: float


class Session:
    """Observes the units of another budget; no connection stays open between them."""

    def __init__(self, target: Target, ready: Ready) -> None:
        """Keep what was found when the observation was opened."""
        self._target = target
        self._ready = ready
        self._begun: _Begun | UnitFailed = UnitFailed(_NOT_OBSERVED)

    @property
    def ready(self) -> Ready:
        """Tool versions and shape."""
        return self._ready

    def begin(self, index: int) -> None:  # noqa: ARG002  # every unit is observed alike
        """Note the counters, then mark the log; a failure shows at `end`."""
        began = time.monotonic()
        target = self._target
        try:
            with connected(target.dsn, seconds=target.seconds) as database:
                before = snapshot(database, target.server, target.extension)
                tail = target.watch.begin(database) if target.watch else None
        except UnreadableError as error:
            self._begun = UnitFailed(error.reason, error.again, time.monotonic() - began)
            return
        self._begun = _Begun(before, tail, time.monotonic() - began)

    def end(self, index: int, load: Load | None) -> UnitAnswer | UnitFailed:  # noqa: ARG002
        """Mark the log, note the counters again, and answer from the differences."""
        begun, self._begun = self._begun, UnitFailed(_NOT_OBSERVED)
        if isinstance(begun, UnitFailed):
            return begun
        if load is None:
            return UnitFailed(_NOT_OBSERVED, tool_seconds=begun.seconds)
        began = time.monotonic()
        try:
            with connected(self._target.dsn, seconds=self._target.seconds) as database:
                seen = self._see(database, begun, load)
        except UnreadableError as error:
            spent = begun.seconds + time.monotonic() - began
            return UnitFailed(error.reason, error.again, spent)
        answers = [answer(question, seen) for question in self._target.questions]
        return UnitAnswer(
            found=tuple(each for each in answers if isinstance(each, Found)),
            not_found=tuple(each for each in answers if isinstance(each, NotFound)),
            tool_seconds=begun.seconds + time.monotonic() - began,
        )

    def _see(self, database: Database, begun: _Begun, load: Load) -> Observed:
        # The log's marks lie between the snapshots: it cannot tell of more than the view does.
        target = self._target
        watch, tail = target.watch, begun.tail
        told = watch.end(database, tail) if watch and tail else None
        after = snapshot(database, target.server, target.extension)
        named = texts(database, target.server, target.extension)
        done = between(begun.before, after, named)
        counted = tuple(each for each in done if target.wanted.counts(each.text))
        return Observed(
            database=target.server.database,
            statements=counted,
            slow=watch.count(database, told, done) if watch and told is not None else {},
            block=int(target.server.settings.get("block_size", "8192")),
            load=load,
        )
