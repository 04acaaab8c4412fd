"""The JSON interface: what the front end and the load script talk to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shop import baskets, catalogue, forms, orders, ranking
from shop.baskets import Basket
from shop.catalogue import DetailedProduct, Product
from shop.database.pool import pool
from shop.orders import Order
from shop.plants import Plant, planted
from shop.pricing import Totals

PLANTED_DELAY = 0.4  # seconds; beyond any limit that a read has, whatever the machine


async def healthz(request: Request) -> Response:
    """Ready means that the database answers."""
    async with pool(request).connection(timeout=2) as connection:
        await connection.execute("SELECT 1")
    return JSONResponse({"status": "ok"})


async def list_products(request: Request) -> Response:
    """A page of a category, or what a search finds."""
    await _planted_delay()
    query = forms.query(request)
    category, page = forms.category(request), forms.page(request)
    async with pool(request).connection() as connection:
        if query is None:
            shelf = await catalogue.shelf(connection, category, page)
            shown = [product_as_json(product) for product in shelf.products]
            return JSONResponse({"page": shelf.page, "more": shelf.more, "products": shown})
        found = await catalogue.search(connection, query)
    return JSONResponse({"page": 1, "more": False, "products": [_hit(p, query) for p in found]})


async def show_product(request: Request) -> Response:
    """One product with its text."""
    await _planted_delay()
    async with pool(request).connection() as connection:
        found = await catalogue.product(connection, request.path_params["number"])
    if found is None:
        raise forms.RefusedError(404, "no such product")
    return JSONResponse({**product_as_json(found), "details": found.details})


async def list_orders(request: Request) -> Response:
    """A customer's last orders."""
    customer = forms.customer(request)
    async with pool(request).connection() as connection:
        found = await orders.latest(connection, customer)
    return JSONResponse({"customer": customer, "orders": [_order(order) for order in found]})


async def place_order(request: Request) -> Response:
    """Place an order: 201 with its number."""
    sent = await forms.body(request)
    customer, wishes = forms.number(sent, "customer"), forms.wishes(sent, least=1)
    async with pool(request).connection() as connection:
        number, basket = await orders.place(connection, customer, wishes)
    return JSONResponse({"id": number, **basket_as_json(basket)}, status_code=201)


async def fill_basket(request: Request) -> Response:
    """Price a basket and remember it."""
    sent = await forms.body(request)
    name, wishes = forms.basket_id(sent.get("basket")), forms.wishes(sent, least=0)
    async with pool(request).connection() as connection:
        basket = await baskets.priced(connection, wishes)
        await baskets.keep(connection, name, wishes)
    return JSONResponse({"basket": name, **basket_as_json(basket)})


async def _planted_delay() -> None:
    if planted(Plant.SLOW_READS):
        await asyncio.sleep(PLANTED_DELAY)


def product_as_json(product: Product) -> dict[str, object]:
    """A product as the front end reads it."""
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category,
        "price": product.price,
        "image": product.image,
        "url": f"/products/{product.id}",
    }


def basket_as_json(basket: Basket) -> Mapping[str, object]:
    """A basket as the front end reads it."""
    lines = [{**product_as_json(p), "quantity": quantity} for p, quantity in basket.lines]
    return {"lines": lines, "totals": _totals(basket.totals)}


def _hit(product: DetailedProduct, query: str) -> dict[str, object]:
    return {**product_as_json(product), "excerpt": ranking.excerpt(product.details, query)}


def _totals(totals: Totals) -> dict[str, int]:
    return {
        "subtotal": totals.subtotal,
        "discount": totals.discount,
        "shipping": totals.shipping,
        "vat": totals.vat,
        "total": totals.total,
    }


def _order(order: Order) -> dict[str, object]:
    items = [
        {"product": i.product, "name": i.name, "quantity": i.quantity, "price": i.price}
        for i in order.items
    ]
    placed = order.placed.isoformat()
    return {"id": order.id, "placed": placed, "total": order.total, "items": items}


ROUTES = (
    Route("/healthz", healthz),
    Route("/api/products", list_products),
    Route("/api/products/{number:int}", show_product),
    Route("/api/orders", list_orders, methods=["GET"]),
    Route("/api/orders", place_order, methods=["POST"]),
    Route("/api/cart", fill_basket, methods=["POST"]),
)
