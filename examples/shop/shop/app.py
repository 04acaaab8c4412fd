"""The application: every route, the pool's lifetime, and the answers to what goes wrong."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from http import HTTPStatus

import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shop import api, assets, pages
from shop.assets import FrontEnd
from shop.database import pool
from shop.forms import RefusedError


def create(address: str, front_end: FrontEnd) -> Starlette:
    """The shop on a database that is filled already."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with pool.make(address) as opened:
            await opened.wait()
            app.state.pool = opened
            yield

    app = Starlette(
        routes=[*api.ROUTES, *pages.ROUTES, *assets.ROUTES],
        lifespan=lifespan,
        exception_handlers={
            RefusedError: _answer,
            HTTPException: _answer,
            PoolTimeout: _answer,
            psycopg.OperationalError: _answer,
        },
    )
    app.state.front_end = front_end
    return app


async def _answer(request: Request, error: Exception) -> Response:
    """JSON for programs, a page for people."""
    status, why = _told(error)
    if request.url.path.startswith(("/api/", "/healthz", "/assets/", "/images/")):
        return JSONResponse({"error": why}, status)
    return pages.refusal(request, status, why)


def _told(error: Exception) -> tuple[int, str]:
    if isinstance(error, RefusedError):
        return error.status, error.why
    if isinstance(error, HTTPException):
        return error.status_code, HTTPStatus(error.status_code).phrase
    return 503, "the database does not answer"
