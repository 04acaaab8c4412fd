"""What `gate doctor` says about a PostgreSQL budget: rights, extension, settings, with remedies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from gate.core.reasons import Reason
from gate.core.units import Dimension, show
from gate.runners.postgres.connect import (
    Database,
    UnreadableError,
    UnsetError,
    connected,
    expand,
)
from gate.runners.postgres.driver import driver
from gate.runners.postgres.findings import findings
from gate.runners.postgres.logsetup import Lacking, find_log, lacking_bound
from gate.runners.postgres.options import PostgresOptions
from gate.runners.postgres.server import Server, look
from gate.tools.doctor import Level, Line

_SECONDS = 15.0


def probe(
    options: PostgresOptions,
    *,
    root: Path,
    env: Mapping[str, str],
    bounds: tuple[float, ...] | None = None,
) -> tuple[Line, ...]:
    """Look at the server of a budget; never raises for what it does, changes nothing there.

    `bounds` are the seconds of the budget's share objectives. Where they are not known (None), what
    the log lacks is a warning. No line tells a password.
    """
    version = driver()
    if isinstance(version, Reason):
        return (_line(version),)
    try:
        with connected(expand(options.dsn, env), seconds=_SECONDS) as database:
            server = look(database, options)
            lines = [*findings(server)]
            if bounds is None:
                lines += map(_mild, _log(database, server, options, root, ()))
            elif bounds:
                lines += _log(database, server, options, root, bounds)
    except UnsetError as error:
        # The service that exports it need not be up for the doctor.
        remedy = "let the budget's service export it; `gate check` asks the server then"
        return (replace(_line(error.reason), status=Level.WARN, remedy=remedy),)
    except UnreadableError as error:
        return (_line(error.reason),)
    return tuple(lines)


def _log(
    database: Database,
    server: Server,
    options: PostgresOptions,
    root: Path,
    bounds: tuple[float, ...],
) -> Iterator[Line]:
    files = find_log(database, server, options.log, root)
    if isinstance(files, Lacking):
        yield _lacking(files)
    else:
        yield Line(Level.OK, "postgres log", f"{files.form} in {files.where}")
    if server.user_oid is None or server.database_oid is None:
        return
    # Without a bound any will do: what then is lacking is that nothing is logged by its time. The
    # role of the dsn stands for the application's until statements tell whose they are.
    lowest = min(bounds, default=float("inf"))
    lacking = lacking_bound(database, server, lowest, (server.user_oid,))
    if lacking is not None:
        yield _lacking(lacking)
    elif bounds:
        found = f"logs every statement from {show(lowest, Dimension.TIME)} on"
        yield Line(Level.OK, "log_min_duration_statement", found)


def _mild(line: Line) -> Line:
    if line.status is not Level.BAD:
        return line
    found = f"{line.found} (share(query_duration > …) needs it)"
    return replace(line, status=Level.WARN, found=found)


def _lacking(lacking: Lacking) -> Line:
    return Line(Level.BAD, lacking.what, lacking.found, lacking.remedy)


def _line(reason: Reason) -> Line:
    return Line(Level.BAD, "postgres", reason.sentence, reason.remedy)
