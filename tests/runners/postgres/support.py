"""Observing a server from a test, and building values without one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gate.core.reasons import Reason
from gate.core.sample import Data
from gate.core.sli import parse_sli
from gate.runners.postgres import RUNNER, PostgresOptions
from gate.runners.postgres.server import Extension, Server
from gate.runners.postgres.statements import Statement
from gate.seams.runner import (
    Job,
    Load,
    ObserverSession,
    Question,
    Refused,
    UnitAnswer,
    UnitFailed,
)

SHARE = "share(query_duration > 200 ms)"
CALLS = "count(calls)"
LOAD = Load(requests=200, seconds=2.0)


@contextlib.contextmanager
def observing(
    options: PostgresOptions, *slis: str, timeout: float = 20.0
) -> Iterator[ObserverSession | Refused]:
    questions = tuple(Question(text, parse_sli(text)) for text in slis)
    here = Path()
    job = Job("db", questions, here, here, here, {}, timeout)
    with RUNNER.observe(job, options) as session:
        yield session


def unit(options: PostgresOptions, *slis: str, load: Callable[[], None]) -> UnitAnswer | UnitFailed:
    with observing(options, *slis) as session:
        assert not isinstance(session, Refused), session.reason.sentence
        session.begin(0)
        load()
        return session.end(0, LOAD)


def found(answer: UnitAnswer | UnitFailed) -> dict[str, Data]:
    assert isinstance(answer, UnitAnswer), answer
    assert not answer.not_found, answer.not_found
    return {each.objective: each.data for each in answer.found}


def lacking(answer: UnitAnswer | UnitFailed, sli: str = SHARE) -> Reason:
    assert isinstance(answer, UnitAnswer), answer
    return next(each.reason for each in answer.not_found if each.objective == sli)


def refused(options: PostgresOptions, *slis: str, timeout: float = 20.0) -> Reason:
    with observing(options, *(slis or (CALLS,)), timeout=timeout) as session:
        assert isinstance(session, Refused)
        return session.reason


def failed(answer: UnitAnswer | UnitFailed) -> Reason:
    assert isinstance(answer, UnitFailed), answer
    return answer.reason


def statement(text: str, **given: Any) -> Statement:  # the fields of a statement
    fields: dict[str, Any] = {
        "user": 10,
        "query_id": 1,
        "calls": 10,
        "time": 1.0,
        "record": 0.0,
        "rows": 10,
        "hit": 0,
        "read": 0,
        "temp": 0,
    }
    return Statement(text=text, **{**fields, **given})


def a_server(**given: Any) -> Server:  # the fields of a server
    columns = frozenset({"toplevel", "total_exec_time"})
    fields: dict[str, Any] = {
        "version": "15.18",
        "number": 150018,
        "role": "shop",
        "reads_all": True,
        "user": "",
        "user_oid": 10,
        "database": "shop",
        "database_oid": 5,
        "settings": {"pg_stat_statements.track": "top", "compute_query_id": "auto"},
        "extension": Extension("1.10", "public", has_info=True, columns=columns),
    }
    return Server(**{**fields, **given})
