"""What a basket costs: the function that every page of the checkout waits for."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from shop.artwork import CATEGORIES
from shop.pricing import Line, basket_total, offers

NAMES = tuple(CATEGORIES)
LINES = [Line(n, NAMES[n % len(NAMES)], 5_00 + n * 37 % 9_000, 1 + n % 14) for n in range(1, 51)]


def test_basket_total(benchmark: BenchmarkFixture) -> None:
    """A full basket with a coupon."""
    assert benchmark(basket_total, LINES, "WELCOME10").total > 0


def test_offers(benchmark: BenchmarkFixture) -> None:
    """Its offers alone."""
    assert benchmark(offers, LINES) > 0
