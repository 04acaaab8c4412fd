"""The products, customers and orders that the shop begins with; the same for the same seed."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass

from shop.artwork import CATEGORIES
from shop.database import words
from shop.slug import slugify

PRODUCTS = 3_000
CUSTOMERS = 2_000
ORDERS = 6_000
REGULARS = 100  # customers 1 to 100, who placed half of the orders, thirty each

_LAST_DAY = dt.datetime(2026, 9, 30, 18, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Product:
    """A row of the table products."""

    id: int
    name: str
    slug: str
    category: str
    price: int
    details: str


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the table order_items."""

    order: int
    product: int
    quantity: int
    price: int


@dataclass(frozen=True, slots=True)
class Order:
    """A row of the table orders, with its items."""

    id: int
    customer: int
    placed: dt.datetime
    items: tuple[Item, ...]

    @property
    def total(self) -> int:
        """What was paid for the goods."""
        return sum(item.price * item.quantity for item in self.items)


def products(seed: int) -> list[Product]:
    """The catalogue: the categories in turn, so that product 1 is a mug and 2 is a lamp."""
    chance = random.Random(f"products {seed}")
    return [_product(number, chance) for number in range(1, PRODUCTS + 1)]


def _product(number: int, chance: random.Random) -> Product:
    category = CATEGORIES[(number - 1) % len(CATEGORIES)]
    thing = chance.choice(words.THINGS[category])
    name = f"{chance.choice(words.LOOKS)} {thing} No. {number}"
    low, high = words.PRICES[category]
    return Product(
        id=number,
        name=name,
        slug=slugify(name),
        category=category,
        price=chance.randrange(low, high) * 100 + chance.choice((0, 50, 90)),
        details=_details(thing.lower(), chance),
    )


def _details(thing: str, chance: random.Random) -> str:
    opening = chance.choice(words.OPENINGS)
    sentences = [opening, *chance.sample(words.SENTENCES, k=len(words.SENTENCES))]
    maker = chance.choice(words.MAKERS)
    return " ".join(
        sentence.format(maker=maker, thing=thing, **_filling(chance)) for sentence in sentences
    )


def _filling(chance: random.Random) -> dict[str, str]:
    return {name: chance.choice(choices) for name, choices in words.FILLINGS.items()}


def customers(seed: int) -> Iterator[tuple[int, str, str, str, str]]:
    """The rows of the table customers."""
    chance = random.Random(f"customers {seed}")
    for number in range(1, CUSTOMERS + 1):
        name = f"{chance.choice(words.FIRST_NAMES)} {chance.choice(words.LAST_NAMES)}"
        email = f"{slugify(name)}.{number}@example.org"
        street = f"{chance.randrange(1, 90)} {chance.choice(words.STREETS)}"
        yield number, name, email, street, chance.choice(words.TOWNS)


def orders(seed: int, catalogue: list[Product]) -> Iterator[Order]:
    """The orders, oldest first, with one to four items each."""
    chance = random.Random(f"orders {seed}")
    regulars = (number % REGULARS + 1 for number in itertools.count())
    for number in range(1, ORDERS + 1):
        customer = next(regulars) if number % 2 else chance.randrange(REGULARS + 1, CUSTOMERS + 1)
        bought = chance.sample(catalogue, chance.randrange(1, 5))
        items = tuple(Item(number, p.id, chance.choice((1, 1, 1, 2, 4)), p.price) for p in bought)
        placed = _LAST_DAY - dt.timedelta(minutes=47 * (ORDERS - number))
        yield Order(number, customer, placed, items)
