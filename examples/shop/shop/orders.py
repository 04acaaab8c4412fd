"""Orders: placed in one transaction, listed in two queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.errors import ForeignKeyViolation
from psycopg.rows import class_row

from shop import baskets
from shop.baskets import Basket
from shop.forms import RefusedError, Wishes
from shop.plants import Plant, planted

PAGE = 20


@dataclass(frozen=True, slots=True)
class Item:
    """A product that was ordered, at the price of that day in cents."""

    order: int
    product: int
    name: str
    category: str
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order with all its items. `total` is what was paid, in cents."""

    id: int
    placed: dt.datetime
    total: int
    items: tuple[Item, ...]


async def place(connection: AsyncConnection, customer: int, wishes: Wishes) -> tuple[int, Basket]:
    """Take an order: its number and what it costs. All of it is written, or nothing.

    Raises RefusedError for an unknown product or customer.
    """
    try:
        async with connection.transaction():
            basket = await baskets.priced(connection, wishes)
            return await _write(connection, customer, basket), basket
    except ForeignKeyViolation as error:
        raise RefusedError(422, f"no customer {customer}") from error


async def _write(connection: AsyncConnection, customer: int, basket: Basket) -> int:
    cursor = await connection.execute(
        "INSERT INTO orders (customer, total) VALUES (%s, %s) RETURNING id",
        [customer, basket.totals.total],
    )
    row = await cursor.fetchone()
    if row is None:
        raise LookupError("INSERT … RETURNING gave no row")
    number = int(row[0])
    await connection.execute(
        'INSERT INTO order_items ("order", product, quantity, price)'
        " SELECT %s, * FROM unnest(%s::int[], %s::int[], %s::int[])",
        [
            number,
            [product.id for product, _quantity in basket.lines],
            [quantity for _product, quantity in basket.lines],
            [product.price for product, _quantity in basket.lines],
        ],
    )
    return number


async def latest(connection: AsyncConnection, customer: int) -> tuple[Order, ...]:
    """A customer's last orders with their items, newest first; none for an unknown customer."""
    cursor = await connection.execute(
        "SELECT id, placed, total FROM orders WHERE customer = %s ORDER BY id DESC LIMIT %s",
        [customer, PAGE],
    )
    heads = await cursor.fetchall()
    numbers = [head[0] for head in heads]
    if planted(Plant.N_PLUS_ONE):
        found = [item for number in numbers for item in await _items(connection, [number])]
    else:
        found = await _items(connection, numbers)
    return tuple(
        Order(number, placed, total, tuple(item for item in found if item.order == number))
        for number, placed, total in heads
    )


async def _items(connection: AsyncConnection, orders: Sequence[int]) -> list[Item]:
    cursor = connection.cursor(row_factory=class_row(Item))
    await cursor.execute(
        'SELECT "order", product, name, category, quantity, order_items.price FROM order_items'
        ' JOIN products ON products.id = product WHERE "order" = ANY(%s) ORDER BY "order", product',
        [list(orders)],
    )
    return await cursor.fetchall()
