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
    """Where the server is and which statements count."""

    dsn: Annotated[str, StringConstraints(min_length=1)] = Field(
        repr=False, description="A libpq URL or keyword string; may hold `${NAME}`. A secret."
    )
    database: Name = Field(
        default="", description="Whose statements count: the dsn's database unless said."
    )
    user: Name = Field(default="", description="Whose statements count: everybody's unless said.")
    log: Annotated[str, StringConstraints(max_length=2000)] = Field(
        default="", description="The server's log file or folder, where it may not tell it."
    )
    ignore: Patterns = Field(
        default=(),
        description="LIKE patterns (`%`, `_`, in any case) of statements that do not count.",
    )
    utility: bool = Field(
        default=False, description="Whether session statements (BEGIN, SET, …) count too."
    )
