"""What the shop knows about products. One query a function, but where it says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import class_row

from shop import ranking

PAGE = 24
MOST_FOUND = 60

_COLUMNS = "id, name, slug, category, price, sold"


@dataclass(frozen=True, slots=True)
class Product:
    """A product as lists show it. `price` is in cents."""

    id: int
    name: str
    slug: str
    category: str
    price: int
    sold: int

    @property
    def image(self) -> str:
        """The address of its picture."""
        return f"/images/{self.category}/{self.id}.svg"


@dataclass(frozen=True, slots=True)
class DetailedProduct(Product):
    """A product with its whole text."""

    details: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list, and whether another follows."""

    products: tuple[Product, ...]
    page: int
    more: bool


async def shelf(connection: AsyncConnection, category: str | None, page: int) -> Shelf:
    """A page of the best sold products, of one category or of all."""
    cursor = connection.cursor(row_factory=class_row(Product))
    span = {"category": category, "count": PAGE + 1, "skip": (page - 1) * PAGE}
    chosen = "WHERE category = %(category)s" if category else ""
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM products {chosen}"  # noqa: S608  # constants only
        " ORDER BY sold DESC, id LIMIT %(count)s OFFSET %(skip)s",
        span,
    )
    found = await cursor.fetchall()
    return Shelf(tuple(found[:PAGE]), page, more=len(found) > PAGE)


async def search(connection: AsyncConnection, query: str) -> tuple[DetailedProduct, ...]:
    """The products whose name or text has all the words searched for, best match first."""
    cursor = connection.cursor(row_factory=class_row(DetailedProduct))
    # Materialized: the words decide which rows are read, whatever the planner thinks of the order.
    await cursor.execute(
        "WITH found AS MATERIALIZED (SELECT * FROM products"  # noqa: S608  # constants only
        " WHERE to_tsvector('english', name || ' ' || details)"
        " @@ websearch_to_tsquery('english', %s))"
        f" SELECT {_COLUMNS}, details FROM found ORDER BY sold DESC, id LIMIT %s",
        [query, MOST_FOUND],
    )
    found = {product.id: product for product in await cursor.fetchall()}
    candidates = [ranking.Candidate(p.id, p.name, p.category, p.sold) for p in found.values()]
    return tuple(found[number] for number in ranking.rank(query, candidates))


async def product(connection: AsyncConnection, number: int) -> DetailedProduct | None:
    """One product, or None where there is none of that number."""
    cursor = connection.cursor(row_factory=class_row(DetailedProduct))
    await cursor.execute(
        f"SELECT {_COLUMNS}, details FROM products WHERE id = %s",  # noqa: S608  # constants only
        [number],
    )
    return await cursor.fetchone()


async def beside(connection: AsyncConnection, shown: Product, count: int) -> tuple[Product, ...]:
    """Products of the same category near its price."""
    cursor = connection.cursor(row_factory=class_row(Product))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM products WHERE category = %s AND id <> %s"  # noqa: S608
        " ORDER BY abs(price - %s), id LIMIT %s",
        [shown.category, shown.id, shown.price, count],
    )
    return tuple(await cursor.fetchall())


async def by_number(connection: AsyncConnection, numbers: Sequence[int]) -> dict[int, Product]:
    """The products of these numbers; those that do not exist are left out."""
    cursor = connection.cursor(row_factory=class_row(Product))
    await cursor.execute(
        f"SELECT {_COLUMNS} FROM products WHERE id = ANY(%s)",  # noqa: S608  # constants only
        [list(numbers)],
    )
    return {found.id: found for found in await cursor.fetchall()}
