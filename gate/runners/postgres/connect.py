"""One short connection to the server: bounded in time, told apart by name, silent on secrets."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gate.core.reasons import Code, Reason, because

if TYPE_CHECKING:
    import psycopg
    from psycopg.sql import Composed

NAME = "perfgate"
MARK = "/* perfgate */"
"""Stands in every statement of ours, so that none is counted."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^{}]*))?\}", re.ASCII)
_REMEDY = "is the server up and the dsn right? `gate doctor` asks it"


class UnreadableError(Exception):
    """The server cannot be read, and why. `again` says whether another attempt can help."""

    def __init__(self, reason: Reason, *, again: bool = True) -> None:
        super().__init__(reason.sentence)
        self.reason = reason
        self.again = again


@dataclass(frozen=True, slots=True)
class Database:
    """An open connection. `nonce` is in its application name, and in nobody else's."""

    connection: psycopg.Connection[tuple[Any, ...]]
    nonce: str
    host: str

    def rows(self, query: str | Composed, *values: object) -> list[tuple[Any, ...]]:
        """All rows of a SELECT, which is sent with our mark."""
        text = query if isinstance(query, str) else query.as_string(self.connection)
        # Not in front: the view drops a comment before the first word (18 and later).
        marked = f"SELECT {MARK} {text.strip().removeprefix('SELECT ')}"
        return self.connection.execute(marked.encode(), values or None).fetchall()

    def row(self, query: str | Composed, *values: object) -> tuple[Any, ...]:
        """The only row of a statement."""
        return self.rows(query, *values)[0]


class UnsetError(UnreadableError):
    """A variable of the dsn has no value yet: a service that exports it is not up."""


def expand(dsn: str, env: Mapping[str, str]) -> str:
    """Replace `${NAME}` and `${NAME:-default}` that are left; raise `UnsetError` where unset.

    The budget's reader has filled in what it knew, `$$` too; what services export comes later.
    """

    def value(found: re.Match[str]) -> str:
        given, default = env.get(found[1]), found[2]
        if not given and default is not None:
            return str(default)
        if given is None:
            raise UnsetError(_absent(f"{found[1]} in its dsn is not set"), again=False)
        return given

    return _VARIABLE.sub(value, dsn)


@contextlib.contextmanager
def connected(dsn: str, *, seconds: float) -> Iterator[Database]:
    """Connect and cut the connection after `seconds`; every error becomes an `UnreadableError`.

    No message holds the password, and none quotes a dsn that cannot be read.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        told = conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise UnreadableError(_absent("its dsn cannot be read"), again=False) from None
    hidden = [str(told[key]) for key in ("password", "sslpassword") if told.get(key)]
    nonce = secrets.token_hex(8)
    cut = threading.Event()
    limit = f"-c statement_timeout={max(1, int(seconds * 1000))}"
    try:
        with (
            psycopg.connect(
                dsn,
                autocommit=True,
                prepare_threshold=None,
                application_name=f"{NAME}-{nonce}",
                connect_timeout=max(2, int(min(seconds, 10))),
                client_encoding="UTF8",
                options=f"{told.get('options') or ''} {limit}".strip(),
            ) as connection,
            _cut_after(connection.fileno(), seconds, cut),
        ):
            yield Database(connection, nonce, connection.info.host)
    except UnicodeDecodeError:
        raise UnreadableError(_absent("it sent a name that is no UTF-8"), again=False) from None
    except (psycopg.errors.ConnectionTimeout, psycopg.errors.QueryCanceled):
        raise UnreadableError(_late(seconds)) from None
    except psycopg.Error as error:
        raise UnreadableError(_late(seconds) if cut.is_set() else _why(error, hidden)) from None


@contextlib.contextmanager
def _cut_after(number: int, seconds: float, cut: threading.Event) -> Iterator[None]:
    """A server that stands still answers no statement_timeout: shut the line from our side."""
    with socket.socket(fileno=os.dup(number)) as line:

        def shut() -> None:
            cut.set()
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(seconds, shut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _why(error: psycopg.Error, hidden: list[str]) -> Reason:
    said = " ".join(str(error).split())[:500] or type(error).__name__
    for secret in hidden:
        said = said.replace(secret, "***")
    # Class 28 is authorization, 42501 a missing privilege (PostgreSQL, appendix A).
    if (error.sqlstate or "").startswith(("28", "42501")) or "authentication failed" in said:
        return because(Code.NO_RIGHTS, tool="PostgreSQL", detail=said)
    return _absent(said)


def _absent(detail: str) -> Reason:
    return because(Code.TOOL_ABSENT, tool="PostgreSQL", detail=detail, remedy=_REMEDY)


def _late(seconds: float) -> Reason:
    return because(Code.TOOL_TIMED_OUT, tool="PostgreSQL", seconds=f"{seconds:g}")
