"""The PostgreSQL runner: observes a server while another budget loads it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from gate.core.metric import Catalogue
from gate.core.reasons import Reason
from gate.runners.postgres.connect import Database, UnreadableError, connected, expand
from gate.runners.postgres.driver import driver
from gate.runners.postgres.findings import usable
from gate.runners.postgres.logsetup import find_log
from gate.runners.postgres.logwatch import LogWatch
from gate.runners.postgres.metrics import CATALOGUE
from gate.runners.postgres.options import PostgresOptions
from gate.runners.postgres.probe import probe
from gate.runners.postgres.server import Server, look
from gate.runners.postgres.session import Session, Target
from gate.runners.postgres.wanted import wanted_by
from gate.seams.runner import (
    Implied,
    Job,
    Observer,
    ObserverSession,
    Options,
    Ready,
    Refused,
    Repeat,
)

LONGEST = 30.0
"""Seconds that reading the server before or after a unit may take."""


class PostgresRunner:
    """Calls, times, rows and blocks of pg_stat_statements; slow statements of the server's log."""

    name = "postgres"
    options: type[Options] = PostgresOptions
    repeat = Repeat(5, 11)
    serves = True

    def catalogue(self, options: PostgresOptions) -> Catalogue:  # noqa: ARG002  # the seam's shape
        """The same for every server."""
        return CATALOGUE

    def members(self, options: PostgresOptions, tag: str) -> tuple[str, ...]:  # noqa: ARG002
        """Nothing is spread: there are no tags."""
        return ()

    def implied(self, options: PostgresOptions) -> tuple[Implied, ...]:  # noqa: ARG002
        """Nothing holds unasked."""
        return ()

    def probe(
        self, options: PostgresOptions, root: Path, env: Mapping[str, str]
    ) -> tuple[tuple[str, str, str, str], ...]:
        """What the server allows: rights, extension, settings, log."""
        lines = probe(options, root=root, env=env)
        return tuple((str(each.status), each.what, each.found, each.remedy) for each in lines)

    @contextlib.contextmanager
    def observe(self, job: Job, options: PostgresOptions) -> Iterator[ObserverSession | Refused]:
        """Ask the server what it allows; nothing stays open and nothing is changed."""
        version = driver()
        if isinstance(version, Reason):
            yield Refused(version)
            return
        try:
            session = _open(job, options, version)
        except UnreadableError as error:
            yield Refused(error.reason)
            return
        yield session


def _open(job: Job, options: PostgresOptions, driver_version: str) -> Session | Refused:
    seconds = min(job.timeout, LONGEST)
    dsn = expand(options.dsn, job.env)
    with connected(dsn, seconds=seconds) as database:
        server = look(database, options)
        extension = usable(server)
        if isinstance(extension, Reason):
            return Refused(extension)
        watch = _watch(database, server, job, options)
    tools = (
        ("postgres", server.version),
        ("pg_stat_statements", extension.version),
        ("psycopg", driver_version),
    )
    target = Target(dsn, seconds, server, extension, job.questions, wanted_by(options), watch)
    return Session(target, Ready(tools, _shape(server, options)))


def _watch(
    database: Database, server: Server, job: Job, options: PostgresOptions
) -> LogWatch | None:
    asked = [q.sli.beyond for q in job.questions if q.sli.beyond is not None]
    if not asked:
        return None
    files = find_log(database, server, options.log, job.root)
    return LogWatch(server, files, tuple(dict.fromkeys(asked)), wanted_by(options))


def _shape(server: Server, options: PostgresOptions) -> tuple[tuple[str, str], ...]:
    """Which statements count, and the server's major version; bounds stand in the SLI."""
    ignore = "\n".join(sorted(options.ignore))
    return (
        ("postgres", server.major),
        ("ignore", hashlib.sha256(ignore.encode()).hexdigest()[:16] if ignore else "nothing"),
        ("utility", "counted" if options.utility else "left out"),
        ("user", options.user or "everybody"),
    )


RUNNER: Observer[PostgresOptions] = PostgresRunner()
