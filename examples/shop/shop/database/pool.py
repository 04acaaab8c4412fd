"""The connections that requests share."""

from __future__ import annotations

from typing import cast

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool
from starlette.requests import Request

SIZE = 8  # fixed, so that no connection is opened while somebody measures
_PATIENCE = 10.0  # seconds that a request waits for a connection

Pool = AsyncConnectionPool[AsyncConnection]


def make(address: str) -> Pool:
    """A pool that is not open yet. Autocommit: a read is one statement, not three."""
    return AsyncConnectionPool(
        address,
        min_size=SIZE,
        max_size=SIZE,
        timeout=_PATIENCE,
        kwargs={"autocommit": True},
        open=False,
        name="shop",
    )


def pool(request: Request) -> Pool:
    """The pool of the application that a request came to."""
    return cast("Pool", request.app.state.pool)
