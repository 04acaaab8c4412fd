"""What a basket costs, rule by rule."""

from __future__ import annotations

import pytest

from shop.pricing import Line, Totals, basket_total, euros, percent, quantity_discount


def mug(product: int, price: int, quantity: int) -> Line:
    """A line of mugs."""
    return Line(product, "mugs", price, quantity)


@pytest.mark.parametrize(
    ("lines", "coupon", "expected"),
    [
        pytest.param([], None, Totals(0, 0, 0, 0, 0), id="an-empty-basket-ships-free"),
        pytest.param(
            [mug(1, 1000, 1)], None, Totals(1000, 0, 490, 238, 1490), id="one-with-shipping"
        ),
        pytest.param([mug(1, 8000, 1)], None, Totals(8000, 0, 0, 1277, 8000), id="free-from-80"),
        pytest.param([mug(1, 7999, 1)], None, Totals(7999, 0, 490, 1355, 8489), id="just-below-80"),
        pytest.param(
            [mug(1, 10000, 1)], "WELCOME10", Totals(10000, 1000, 0, 1437, 9000), id="coupon"
        ),
        pytest.param(
            [mug(1, 3000, 3)], None, Totals(9000, 450, 0, 1365, 8550), id="three-of-a-kind"
        ),
        pytest.param(
            [mug(1, 5000, 3), mug(2, 2000, 1)],
            None,
            Totals(17000, 2750, 0, 2275, 14250),
            id="the-cheapest-of-four-is-free-and-three-of-a-kind-too",
        ),
        pytest.param(
            [mug(1, 5000, 4)],
            None,
            Totals(20000, 5000, 0, 2395, 15000),
            id="the-better-offer-of-a-line-counts",
        ),
        pytest.param(
            [mug(1, 5000, 2), Line(2, "lamps", 5000, 2)],
            None,
            Totals(20000, 0, 0, 3193, 20000),
            id="categories-are-apart",
        ),
    ],
)
def test_a_basket_costs(lines: list[Line], coupon: str | None, expected: Totals) -> None:
    assert basket_total(lines, coupon) == expected


@pytest.mark.parametrize(
    ("quantity", "off"), [(1, 0), (2, 0), (3, 150), (5, 250), (6, 480), (11, 880), (12, 1440)]
)
def test_more_of_one_kind_is_cheaper(quantity: int, off: int) -> None:
    assert quantity_discount(mug(1, 1000, quantity)) == off


@pytest.mark.parametrize(
    ("amount", "rate", "expected"), [(10, 5, 1), (9, 5, 0), (30, 5, 2), (29, 5, 1), (0, 5, 0)]
)
def test_halves_of_a_cent_are_rounded_up(amount: int, rate: int, expected: int) -> None:
    assert percent(amount, rate) == expected


def test_amounts_read_like_prices() -> None:
    assert [euros(0), euros(5), euros(1234), euros(100_000)] == [
        "€0.00",
        "€0.05",
        "€12.34",
        "€1000.00",
    ]
