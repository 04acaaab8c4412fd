"""What visitors send, checked: a value that makes sense, or a refusal that says what does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard, cast

from starlette.requests import Request

from shop.artwork import CATEGORIES
from shop.pricing import COUPONS

MOST_LINES = 50
MOST_PIECES = 99
MOST_BYTES = 64 * 1024
LAST_PAGE = 500
_BASKET_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_INTEGER = 2**31 - 1  # PostgreSQL's


class RefusedError(Exception):
    """A request that cannot be served as it stands."""

    def __init__(self, status: int, why: str) -> None:
        """Keep the HTTP status and the sentence."""
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True, slots=True)
class Wish:
    """A product and how many of it."""

    product: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """The content of a basket or an order."""

    lines: tuple[Wish, ...]
    coupon: str | None


def page(request: Request) -> int:
    """The page asked for; the first by default."""
    text = request.query_params.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LAST_PAGE:
        raise RefusedError(400, f"page must be a number from 1 to {LAST_PAGE}")
    return int(text)


def category(request: Request) -> str | None:
    """The category asked for; None for all."""
    name = request.query_params.get("category")
    if name is not None and name not in CATEGORIES:
        raise RefusedError(404, f"no such category; there are: {', '.join(CATEGORIES)}")
    return name


def query(request: Request) -> str | None:
    """The words searched for; None where there is no search."""
    text = request.query_params.get("q")
    if text is None:
        return None
    if not 2 <= len(text.strip()) <= 100 or "\0" in text:
        raise RefusedError(400, "q must have 2 to 100 characters")
    return text.strip()


def customer(request: Request) -> int:
    """The customer whose orders are asked for."""
    text = request.query_params.get("customer", "")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= _INTEGER:
        raise RefusedError(400, "customer must be a customer's number")
    return int(text)


async def body(request: Request) -> Mapping[str, object]:
    """The JSON object that was sent, of a bounded size."""
    received = b""
    async for chunk in request.stream():
        received += chunk
        if len(received) > MOST_BYTES:
            raise RefusedError(413, f"at most {MOST_BYTES} bytes")
    try:
        sent = json.loads(received)
    except (ValueError, RecursionError) as error:
        raise RefusedError(400, "the body must be JSON") from error
    if not isinstance(sent, dict):
        raise RefusedError(400, "the body must be a JSON object")
    return cast("Mapping[str, object]", sent)


def wishes(sent: Mapping[str, object], *, least: int) -> Wishes:
    """The lines of a basket or an order, each product once, and the coupon."""
    lines = sent.get("lines")
    if not isinstance(lines, list) or not least <= len(lines) <= MOST_LINES:
        raise RefusedError(422, f"lines must be a list of {least} to {MOST_LINES} lines")
    wanted = tuple(_wish(line) for line in lines)
    if len({wish.product for wish in wanted}) < len(wanted):
        raise RefusedError(422, "each product may stand on one line only")
    coupon = sent.get("coupon")
    if coupon is not None and (not isinstance(coupon, str) or coupon not in COUPONS):
        raise RefusedError(422, "no such coupon")
    return Wishes(wanted, coupon)


def basket_id(value: object) -> str:
    """The name that a browser gave its basket."""
    if not is_basket_id(value):
        raise RefusedError(422, "basket must be 8 to 64 letters, digits and hyphens")
    return value


def is_basket_id(value: object) -> TypeGuard[str]:
    """Whether it can be the name of a basket."""
    return isinstance(value, str) and _BASKET_ID.fullmatch(value) is not None


def number(sent: Mapping[str, object], name: str) -> int:
    """A positive whole number."""
    return _positive(sent.get(name), name, _INTEGER)


def _wish(line: object) -> Wish:
    if not isinstance(line, dict):
        raise RefusedError(422, "a line must be an object with product and quantity")
    return Wish(
        _positive(line.get("product"), "product", _INTEGER),
        _positive(line.get("quantity"), "quantity", MOST_PIECES),
    )


def _positive(value: object, name: str, most: int) -> int:
    # bool is an int to Python, not to us.
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise RefusedError(422, f"{name} must be a whole number from 1 to {most}")
    return value
