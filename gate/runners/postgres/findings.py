"""What a server lacks to be measured, each with the statement that mends it."""

from __future__ import annotations

from collections.abc import Iterator

from gate.core.reasons import Code, Reason, because
from gate.runners.postgres.logsetup import RELOAD, quoted
from gate.runners.postgres.server import Extension, Server
from gate.tools.doctor import Level, Line

_NAME = "pg_stat_statements"


def findings(server: Server) -> tuple[Line, ...]:
    """Everything that calls and times depend on, what is fine included."""
    return tuple(_findings(server))


def usable(server: Server) -> Extension | Reason:
    """The extension of a server that can be observed, or the first thing that it lacks."""
    bad = next((line for line in findings(server) if line.status is Level.BAD), None)
    if bad is None and server.extension is not None:
        return server.extension
    what, found, remedy = (bad.what, bad.found, bad.remedy) if bad else (_NAME, "absent", "")
    return because(Code.NO_RIGHTS, tool="PostgreSQL", detail=f"{what}: {found}", remedy=remedy)


def _findings(server: Server) -> Iterator[Line]:
    yield Line(Level.OK, "postgres", f"{server.version}, as role {server.role}")
    if server.database_oid is None:
        remedy = "correct `database:` in the budget"
        yield Line(Level.BAD, "postgres database", f"there is no {server.database!r}", remedy)
    if server.user_oid is None:
        remedy = "correct `user:` in the budget"
        yield Line(Level.BAD, "postgres user", f"there is no role {server.user!r}", remedy)
    if server.extension is None:
        remedy = f"CREATE EXTENSION {_NAME};  -- in the database that the dsn names"
        yield Line(Level.BAD, _NAME, "not installed in the dsn's database", remedy)
        return
    yield from _extension(server, server.extension)
    yield _rights(server)


def _extension(server: Server, extension: Extension) -> Iterator[Line]:
    match extension.fault:
        case "preload":
            remedy = (
                f"ALTER SYSTEM SET shared_preload_libraries = '{_NAME}';"
                "  -- beside what it lists already; then restart the server"
            )
            yield Line(Level.BAD, _NAME, "installed, but not preloaded", remedy)
            return
        case "privilege":
            role = quoted(server.role)
            remedy = (
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {quoted(extension.schema)} TO {role}; "
                f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {quoted(extension.schema)} TO {role};"
            )
            yield Line(Level.BAD, _NAME, f"closed to the role {server.role}", remedy)
            return
    yield Line(Level.OK, _NAME, f"{extension.version} in schema {extension.schema}")
    if server.settings.get("compute_query_id") == "off":
        remedy = f"ALTER SYSTEM SET compute_query_id = 'auto'; {RELOAD}"
        yield Line(Level.BAD, "compute_query_id", "off, so no statement is tracked", remedy)
    yield _track(server, extension)


def _track(server: Server, extension: Extension) -> Line:
    name = f"{_NAME}.track"
    track = server.settings.get(name, "")
    remedy = f"ALTER SYSTEM SET {name} = 'top'; {RELOAD}"
    if track == "none":
        return Line(Level.BAD, name, "none, so no statement is tracked", remedy)
    if track == "all" and "toplevel" not in extension.columns:
        found = f"all, and version {extension.version} cannot tell nested statements apart"
        return Line(Level.BAD, name, found, remedy)
    return Line(Level.OK, name, track or "unknown")


def _rights(server: Server) -> Line:
    what = "postgres rights"
    if server.reads_all:
        return Line(Level.OK, what, f"{server.role} sees every role's statements")
    if server.user == server.role:
        return Line(Level.OK, what, f"{server.role} sees its own statements, which are asked for")
    found = f"the role {server.role} does not see other roles' statements"
    remedy = (
        f"GRANT pg_read_all_stats TO {quoted(server.role)};  "
        f"-- or count its own only, with `user: {server.role}` in the budget"
    )
    return Line(Level.BAD, what, found, remedy)
