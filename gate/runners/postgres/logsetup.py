"""Whether the server logs every statement beyond a bound, and where we may read it.

Nothing is ever set here: what is missing is told with the statement that an administrator runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gate.core.reasons import Code, Reason, because
from gate.core.units import Dimension, show
from gate.runners.postgres.connect import Database
from gate.runners.postgres.logfiles import (
    FORMATS,
    TOOL,
    LocalFiles,
    LogFiles,
    ServedFiles,
    form_of,
)
from gate.runners.postgres.server import Server

RELOAD = "SELECT pg_reload_conf();"
_ENGLISH = re.compile(r"(C|POSIX|en(_.*)?|English.*)?(\.\S*)?", re.IGNORECASE)
_LOCAL = {"", "localhost", "127.0.0.1", "::1"}
# In the server's order LOG ranks above ERROR, so each of these hides a cancelled statement.
_NO_ERRORS = {"log", "fatal", "panic"}
_SETTING = "log_min_duration_statement"
_LANGUAGE, _LEAST = "lc_messages", "log_min_messages"
_SESSION_SOURCES = ("database", "user", "database user", "client", "session", "override")
_DURATION = re.compile(r"(-?\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps the log from being counted: what was looked at, what it is, what to do."""

    what: str
    found: str
    remedy: str

    @property
    def reason(self) -> Reason:
        """The reason of every question that needs the log."""
        detail = f"{self.what} is {self.found}"
        return because(Code.NO_RIGHTS, tool=TOOL, detail=detail, remedy=self.remedy)


def find_log(database: Database, server: Server, log: str, root: Path) -> LogFiles | Lacking:
    """The files of the log in the best of its formats, or what is lacking."""
    settings = server.settings
    speaks = settings.get(_LANGUAGE, "")
    if not _ENGLISH.fullmatch(speaks):
        return _set(_LANGUAGE, speaks, "C")
    least = settings.get(_LEAST, "")
    if least in _NO_ERRORS:
        return _set(_LEAST, least, "warning")
    files = _named(log, root) if log else _collected(database, server)
    if isinstance(files, Lacking) or files.form != "stderr":
        return files
    prefix = settings.get("log_line_prefix", "")
    if not _has("d", prefix) or (server.user and not _has("u", prefix)):
        return _set("log_line_prefix", f"{prefix!r}, which names no %d or %u", "%m [%p] %u@%d %Q ")
    return files


def _has(letter: str, prefix: str) -> bool:
    return re.search(rf"%-?\d*{letter}", prefix.replace("%%", "")) is not None


def _named(log: str, root: Path) -> LogFiles | Lacking:
    path = root / log
    try:
        if path.is_dir():
            forms = {form_of(entry.name) for entry in path.iterdir()}
            return LocalFiles(next(form for form in FORMATS if form in (forms or FORMATS)), path)
        path.open("rb").close()
    except OSError as error:
        remedy = "name a log file or folder that this user may read"
        return Lacking("`log:`", f"{log}: {error.strerror}", remedy)
    return LocalFiles(form_of(path.name), path)


def _collected(database: Database, server: Server) -> LogFiles | Lacking:
    settings = server.settings
    if settings.get("logging_collector") != "on":
        remedy = (
            "ALTER SYSTEM SET logging_collector = on; "
            "ALTER SYSTEM SET log_destination = 'jsonlog';  -- then restart the server; "
            "or name the file it writes to with `log:`"
        )
        return Lacking("logging_collector", settings.get("logging_collector", "unknown"), remedy)
    kept = {each.strip() for each in settings.get("log_destination", "").split(",")}
    form = next((form for form in FORMATS if form in kept), "")
    if not form:
        return _set("log_destination", ", ".join(sorted(kept)), _best(server))
    return _served(database, form) or _on_disk(database, server, form) or _no_rights(server)


def _best(server: Server) -> str:
    return "jsonlog" if server.number >= 150000 else "csvlog"


def _served(database: Database, form: str) -> LogFiles | None:
    """Through the server, where our role may execute all that it takes."""
    (allowed,) = database.row(
        "SELECT has_function_privilege('pg_catalog.pg_ls_logdir()', 'EXECUTE')"
        " AND has_function_privilege('pg_catalog.pg_current_logfile(text)', 'EXECUTE')"
        " AND has_function_privilege("
        "'pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean)', 'EXECUTE')"
    )
    if not allowed:
        return None
    (current,) = database.row("SELECT pg_catalog.pg_current_logfile(%s)", form)
    return ServedFiles(form, str(PurePosixPath(current).parent)) if current else None


def _on_disk(database: Database, server: Server, form: str) -> LogFiles | None:
    """On this machine's disk, where the server is here and we may know its folders."""
    data = server.settings.get("data_directory", "")
    folder = server.settings.get("log_directory", "")
    local = database.host in _LOCAL or database.host.startswith(("/", "@"))
    if not (data and folder and local):
        return None
    path = Path(data, folder)
    try:
        names = [entry for entry in path.iterdir() if form_of(entry.name) == form]
        for name in names:
            name.open("rb").close()
    except OSError:
        return None
    return LocalFiles(form, path) if names else None


def _no_rights(server: Server) -> Lacking:
    role = quoted(server.role)
    remedy = (
        f"GRANT pg_monitor TO {role}; GRANT EXECUTE ON FUNCTION "
        f"pg_read_binary_file(text, bigint, bigint, boolean) TO {role};  -- in the dsn's database; "
        "or name the log's folder with `log:`"
    )
    return Lacking("the log's folder", f"closed to the role {server.role}", remedy)


def lacking_bound(
    database: Database, server: Server, seconds: float, users: Collection[int]
) -> Lacking | None:
    """What keeps statements of these users beyond a bound out of the log; None where nothing.

    Settings of a role or a database go before the server's (pg_db_role_setting).
    """
    common = _common(database)
    special = _special(database, server)
    oid = server.database_oid or 0
    for user in users or (0,):
        places = ((oid, user), (0, user), (oid, 0))
        own = {name: value for place in reversed(places) for name, value in special.get(place, ())}
        unread = _unread(own)
        if unread is not None:
            return unread
        value = own.get(_SETTING, common)
        logged = logged_from(value)
        if logged is None or logged > seconds:
            found = _said(value, logged)
            return _set(_SETTING, found, _milliseconds(seconds))
    return None


def _milliseconds(seconds: float) -> str:
    return f"{max(0, int(seconds * 1000))}ms" if math.isfinite(seconds) else "200ms"


def _said(value: str, logged: float | None) -> str:
    if not value:
        return "set for this session only, so what others have is unknown"
    return "off" if logged is None else f"{show(logged, Dimension.TIME)}, above the bound"


def _common(database: Database) -> str:
    """The server's own value, "" where a setting of our role hides it."""
    query = "SELECT setting, source FROM pg_catalog.pg_settings WHERE name = %s"
    setting, source = database.row(query, _SETTING)
    if source not in _SESSION_SOURCES:
        return str(setting)
    (allowed,) = database.row(
        "SELECT has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')"
        " AND has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')"
    )
    if not allowed:
        return ""
    query = (
        "SELECT setting FROM pg_catalog.pg_file_settings"
        " WHERE name = %s AND applied ORDER BY seqno DESC"
    )
    rows = database.rows(query, _SETTING)
    return str(rows[0][0]) if rows else "-1"


def _unread(own: Mapping[str, str]) -> Lacking | None:
    """What a role or the database has of its own that keeps its messages from being read."""
    least, speaks = own.get(_LEAST, "").lower(), own.get(_LANGUAGE, "")
    if least not in _NO_ERRORS and _ENGLISH.fullmatch(speaks):
        return None
    name, value = (_LEAST, least) if least in _NO_ERRORS else (_LANGUAGE, speaks)
    remedy = f"ALTER ROLE … RESET {name};  -- or ALTER DATABASE …; then let it connect anew"
    return Lacking(name, f"{value}, for a role or the database alone", remedy)


def _special(
    database: Database, server: Server
) -> dict[tuple[int, int], tuple[tuple[str, str], ...]]:
    query = (
        "SELECT setdatabase::bigint, setrole::bigint, unnest(setconfig)"
        " FROM pg_catalog.pg_db_role_setting WHERE setdatabase IN (0, %s)"
    )
    found: dict[tuple[int, int], tuple[tuple[str, str], ...]] = {}
    for place, role, setting in database.rows(query, server.database_oid):
        name, _, value = setting.partition("=")
        found[place, role] = (*found.get((place, role), ()), (name, value))
    return found


def logged_from(value: str) -> float | None:
    """Seconds, None where statements are not logged by their time. A bare number is ms."""
    found = _DURATION.fullmatch(value.strip())
    if found is None or float(found[1]) < 0:
        return None
    return float(found[1]) * _UNITS[found[2] or "ms"]


def _set(name: str, found: str, value: str) -> Lacking:
    return Lacking(name, found, f"ALTER SYSTEM SET {name} = '{value}'; {RELOAD}")


def quoted(name: str) -> str:
    """An identifier as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
