"""The keys of a PostgreSQL budget."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from gate.seams.runner import Options

Name = Annotated[str, StringConstraints(max_length=200)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Patterns = Annotated[
    tuple[Pattern, ...], BeforeValidator(_tuple, json_schema_input_type=list[Pattern])
]


class PostgresOptions(Options):
    """Where the server is and which statements count.

    `dsn` is a libpq URL or keyword string and may hold `${NAME}`. `database` and `user` say whose
    statements count: by default everybody's in the dsn's database. `log` is the server's log file
    or folder where the server may not tell it. `ignore` holds LIKE patterns (`%`, `_`, in any case)
    of statements that do not count; session statements (BEGIN, SET, …) count with `utility: true`.
    """

    dsn: Annotated[str, StringConstraints(min_length=1)] = Field(repr=False)
    database: Name = ""
    user: Name = ""
    log: Annotated[str, StringConstraints(max_length=2000)] = ""
    ignore: Patterns = ()
    utility: bool = False
