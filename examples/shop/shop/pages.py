"""The pages that people see, made on the server; the front end only makes them livelier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import jinja2
from psycopg import AsyncConnection
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from shop import baskets, catalogue, forms, orders
from shop.api import basket_as_json
from shop.artwork import CATEGORIES
from shop.baskets import Basket
from shop.database.pool import pool
from shop.plants import Plant, planted
from shop.pricing import euros

VISITOR = 7  # everybody is signed in as this customer: the shop has no passwords to keep
BASKET_COOKIE = "basket"

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["euros"] = euros
_TEMPLATES.globals.update(categories=CATEGORIES, visitor=VISITOR)


async def home(request: Request) -> Response:
    """The best sold products, of one category or of all."""
    category, page = forms.category(request), forms.page(request)
    async with pool(request).connection() as connection:
        shelf = await catalogue.shelf(connection, category, page)
    late_notice = planted(Plant.LAYOUT_SHIFT)
    context = {"shelf": shelf, "category": category, "late_notice": late_notice}
    return _page(request, "home.html", context)


async def product(request: Request) -> Response:
    """One product, large, and others like it."""
    async with pool(request).connection() as connection:
        shown = await catalogue.product(connection, request.path_params["number"])
        if shown is None:
            raise forms.RefusedError(404, "We have no such product.")
        others = await catalogue.beside(connection, shown, 4)
    return _page(request, "product.html", {"product": shown, "others": others})


async def checkout(request: Request) -> Response:
    """The basket, what it costs, and the button to pay."""
    async with pool(request).connection() as connection:
        basket = await _basket(connection, request.cookies.get(BASKET_COOKIE))
    state = json.dumps({"customer": VISITOR, **basket_as_json(basket)})
    slow_click = planted(Plant.SLOW_CLICK)
    context = {"basket": basket, "state": state, "slow_click": slow_click}
    return _page(request, "checkout.html", context)


async def _basket(connection: AsyncConnection, name: str | None) -> Basket:
    kept = await baskets.kept(connection, name) if forms.is_basket_id(name) else None
    return await baskets.priced(connection, kept or baskets.starter())


async def order_list(request: Request) -> Response:
    """The visitor's own orders."""
    async with pool(request).connection() as connection:
        placed = await orders.latest(connection, VISITOR)
    return _page(request, "orders.html", {"orders": placed})


def refusal(request: Request, status: int, why: str) -> Response:
    """A page for what could not be served."""
    return _page(request, "refusal.html", {"status": status, "why": why}, status)


def _page(
    request: Request, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    text = _TEMPLATES.get_template(template).render(
        context, front_end=request.app.state.front_end, path=request.url.path
    )
    return HTMLResponse(text, status, {"Cache-Control": "no-cache"})


ROUTES = (
    Route("/", home),
    Route("/products/{number:int}", product),
    Route("/checkout", checkout),
    Route("/orders", order_list),
)
