"""Tables, rows and indexes of an empty database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from shop.database import catalogue_seed
from shop.plants import Plant, planted

_HERE = Path(__file__).parent
SEARCH_INDEX = "products_search"
TABLES = ("products", "customers", "orders", "order_items", "baskets")


def prepare(address: str, seed: int, *, own: bool) -> None:
    """Bring a database to the state that the shop starts from.

    An empty one is filled; one that holds the shop's tables is kept as it is, but for the search
    index. Only our `own` server's statistics are reset, so that they begin with the first visitor.
    """
    with psycopg.connect(address, autocommit=True) as connection:
        if not _exists(connection, "products"):
            with connection.transaction():
                _fill(connection, seed)
        # Before the search index is there: the planner needs no statistics of it, and they would
        # cost as much as the index itself.
        for table in TABLES:
            connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
        _search_index(connection)
        if own:
            connection.execute("SELECT pg_stat_statements_reset()")


def _exists(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return row is not None and bool(row[0])


def _fill(connection: psycopg.Connection[tuple[object, ...]], seed: int) -> None:
    connection.execute((_HERE / "schema.sql").read_bytes())
    catalogue = catalogue_seed.products(seed)
    orders = list(catalogue_seed.orders(seed, catalogue))
    items = [item for order in orders for item in order.items]
    sold: Counter[int] = Counter()
    for item in items:
        sold[item.product] += item.quantity
    _copy(
        connection,
        "COPY products FROM STDIN",
        ((p.id, p.name, p.slug, p.category, p.price, p.details, sold[p.id]) for p in catalogue),
    )
    _copy(connection, "COPY customers FROM STDIN", catalogue_seed.customers(seed))
    _copy(
        connection,
        "COPY orders FROM STDIN",
        ((o.id, o.customer, o.placed, o.total) for o in orders),
    )
    _copy(
        connection,
        "COPY order_items FROM STDIN",
        ((i.order, i.product, i.quantity, i.price) for i in items),
    )
    connection.execute(
        "SELECT setval(pg_get_serial_sequence('orders', 'id'), (SELECT max(id) FROM orders))"
    )
    connection.execute((_HERE / "indexes.sql").read_bytes())


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    statement: str,
    rows: Iterable[tuple[object, ...]],
) -> None:
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _search_index(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """The index that every product search needs."""
    name = sql.Identifier(SEARCH_INDEX)
    if planted(Plant.DROPPED_INDEX):
        connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(name))
        return
    connection.execute(
        sql.SQL(
            "CREATE INDEX IF NOT EXISTS {} ON products"
            " USING gin (to_tsvector('english', name || ' ' || details))"
        ).format(name)
    )
