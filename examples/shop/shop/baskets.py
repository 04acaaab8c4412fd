"""Baskets: what somebody wants, priced, and kept under the name that their browser gave it."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from shop import catalogue, forms
from shop.catalogue import Product
from shop.forms import Wish, Wishes
from shop.pricing import Line, Totals, basket_total

STARTER = (1, 4, 10)  # what lies in the basket of somebody who comes to the checkout with none


@dataclass(frozen=True, slots=True)
class Basket:
    """Products with quantities, and what they cost together."""

    lines: tuple[tuple[Product, int], ...]
    totals: Totals


async def priced(connection: AsyncConnection, wishes: Wishes) -> Basket:
    """Look the products up and add up; raises RefusedError for one that does not exist."""
    numbers = [wish.product for wish in wishes.lines]
    products = await catalogue.by_number(connection, numbers)
    unknown = [number for number in numbers if number not in products]
    if unknown:
        raise forms.RefusedError(422, f"no product {unknown[0]}")
    lines = tuple((products[wish.product], wish.quantity) for wish in wishes.lines)
    priced_lines = [Line(p.id, p.category, p.price, quantity) for p, quantity in lines]
    return Basket(lines, basket_total(priced_lines, wishes.coupon))


async def keep(connection: AsyncConnection, name: str, wishes: Wishes) -> None:
    """Remember what lies in a basket."""
    await connection.execute(
        "INSERT INTO baskets (id, lines) VALUES (%s, %s)"
        " ON CONFLICT (id) DO UPDATE SET lines = excluded.lines, changed = now()",
        [name, Jsonb([[wish.product, wish.quantity] for wish in wishes.lines])],
    )


async def kept(connection: AsyncConnection, name: str) -> Wishes | None:
    """What was remembered; None for a basket that nobody has filled, or that is empty."""
    cursor = await connection.execute("SELECT lines FROM baskets WHERE id = %s", [name])
    row = await cursor.fetchone()
    if row is None or not row[0]:
        return None
    return Wishes(tuple(Wish(product, quantity) for product, quantity in row[0]), None)


def starter() -> Wishes:
    """A basket to try the checkout with."""
    return Wishes(tuple(Wish(product, 1) for product in STARTER), None)
