"""What a basket costs. Money is whole cents, so that nothing is lost by rounding twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.plants import Plant, planted

# (from this quantity of one product, per cent off), best first.
QUANTITY_STEPS = ((12, 12), (6, 8), (3, 5))
FREE_EVERY = 4  # of the pieces of one category, the cheapest of every four is free
COUPONS: Mapping[str, int] = {"WELCOME10": 10, "SPRING5": 5}
SHIPPING = 4_90
FREE_SHIPPING_FROM = 80_00
VAT = 19


@dataclass(frozen=True, slots=True)
class Line:
    """One product in a basket; `price` is for one piece, in cents."""

    product: int
    category: str
    price: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a basket in cents. `vat` is the part of `total` that is tax."""

    subtotal: int
    discount: int
    shipping: int
    vat: int
    total: int


def basket_total(lines: Sequence[Line], coupon: str | None = None) -> Totals:
    """The price of a basket: each line with its better offer, then coupon, shipping and tax."""
    subtotal = sum(line.price * line.quantity for line in lines)
    discount = offers(lines)
    if planted(Plant.SLOW_FUNCTION) and discount != offers(lines):
        raise ArithmeticError("the same basket got two prices")
    discount += percent(subtotal - discount, COUPONS.get(coupon or "", 0))
    goods = subtotal - discount
    shipping = SHIPPING if 0 < goods < FREE_SHIPPING_FROM else 0
    total = goods + shipping
    return Totals(subtotal, discount, shipping, percent(total, VAT, 100 + VAT), total)


def offers(lines: Sequence[Line]) -> int:
    """What the offers take off in all: for every line the better of the two."""
    free = free_pieces(lines)
    return sum(max(quantity_discount(line), free.get(line.product, 0)) for line in lines)


def quantity_discount(line: Line) -> int:
    """What buying many of one product takes off."""
    for quantity, rate in QUANTITY_STEPS:
        if line.quantity >= quantity:
            return percent(line.price * line.quantity, rate)
    return 0


def free_pieces(lines: Sequence[Line]) -> dict[int, int]:
    """What the free pieces of each category take off, by product."""
    shelves: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        shelves[line.category].append(line)
    off: dict[int, int] = {}
    for shelf in shelves.values():
        free = sum(line.quantity for line in shelf) // FREE_EVERY
        for line in sorted(shelf, key=lambda line: (line.price, line.product)):
            taken = min(free, line.quantity)
            if taken:
                off[line.product] = off.get(line.product, 0) + taken * line.price
            free -= taken
    return off


def percent(amount: int, rate: int, of: int = 100) -> int:
    """`rate` parts in `of` of an amount, halves rounded up; never through a float."""
    return (2 * amount * rate + of) // (2 * of)


def euros(cents: int) -> str:
    """An amount as people read it: 1234 is "€12.34"."""
    return f"€{cents // 100}.{cents % 100:02d}"
