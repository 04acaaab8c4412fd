"""The JSON interface: what it answers, and what it refuses."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from live import Shop

LINES = [{"product": 3, "quantity": 4}, {"product": 5, "quantity": 1}]
BASKET = {"basket": "test-basket", "lines": LINES}


def test_it_is_healthy_once_the_database_answers(clean: Shop) -> None:
    assert clean.ask("/healthz").json == {"status": "ok"}


def test_a_list_has_a_full_page_of_one_category(clean: Shop) -> None:
    said = clean.ask("/api/products?category=lamps&page=2").json
    products = said["products"]

    assert isinstance(products, list)
    assert (len(products), said["page"], said["more"]) == (24, 2, True)
    assert {product["category"] for product in products} == {"lamps"}


def test_a_page_beyond_the_last_is_empty(clean: Shop) -> None:
    said = clean.ask("/api/products?category=lamps&page=400").json
    assert (said["products"], said["more"]) == ([], False)


def test_a_search_finds_a_maker_and_shows_where(clean: Shop) -> None:
    hits = clean.ask("/api/products?q=lundberg").json["products"]

    assert isinstance(hits, list)
    assert hits
    assert all("Lundberg" in hit["excerpt"] for hit in hits)


def test_a_product_comes_with_its_text(clean: Shop) -> None:
    said = clean.ask("/api/products/3").json
    assert (said["id"], said["category"], said["image"]) == (3, "chairs", "/images/chairs/3.svg")
    assert isinstance(said["details"], str)
    assert len(said["details"]) > 1000


def test_a_basket_is_priced_and_remembered(clean: Shop) -> None:
    priced = clean.ask("/api/cart", BASKET)
    assert priced.status == HTTPStatus.OK
    totals = priced.json["totals"]
    assert isinstance(totals, dict)
    assert totals["total"] == totals["subtotal"] - totals["discount"] + totals["shipping"]

    page = clean.ask("/checkout", headers={"Cookie": "basket=test-basket"}).text
    assert f"Pay €{totals['total'] / 100:.2f}" in page


def test_an_order_is_taken_whole_and_heads_the_list(clean: Shop) -> None:
    taken = clean.ask("/api/orders", {"customer": 1999, "lines": LINES})
    assert taken.status == HTTPStatus.CREATED

    orders = clean.ask("/api/orders?customer=1999").json["orders"]
    assert isinstance(orders, list)
    assert orders[0]["id"] == taken.json["id"]
    assert [(item["product"], item["quantity"]) for item in orders[0]["items"]] == [(3, 4), (5, 1)]


def test_a_refused_order_leaves_nothing_behind(clean: Shop) -> None:
    with clean.connection() as database:
        before = database.execute("SELECT count(*) FROM orders").fetchone()
        refused = clean.ask("/api/orders", {"customer": 999_999, "lines": LINES})
        after = database.execute("SELECT count(*) FROM orders").fetchone()

    assert (refused.status, refused.json) == (422, {"error": "no customer 999999"})
    assert before == after


def test_a_regular_customer_has_a_full_page_of_orders(clean: Shop) -> None:
    orders = clean.ask("/api/orders?customer=42").json["orders"]
    assert isinstance(orders, list)
    assert len(orders) == 20


def test_an_unknown_customer_has_none(clean: Shop) -> None:
    assert clean.ask("/api/orders?customer=999999").json["orders"] == []


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        pytest.param("/api/products/99999", 404, "no such product", id="no-such-product"),
        pytest.param("/api/products?category=hats", 404, "no such category", id="no-such-category"),
        pytest.param("/api/products?page=0", 400, "page must be", id="page-zero"),
        pytest.param("/api/products?page=x", 400, "page must be", id="page-no-number"),
        pytest.param("/api/products?page=1%00", 400, "page must be", id="page-with-a-null"),
        pytest.param("/api/products?q=a", 400, "q must have", id="search-too-short"),
        pytest.param(f"/api/products?q={'a' * 101}", 400, "q must have", id="search-too-long"),
        pytest.param("/api/products?q=a%00b", 400, "q must have", id="search-with-a-null"),
        pytest.param("/api/orders", 400, "customer must be", id="no-customer"),
        pytest.param("/api/orders?customer=9999999999", 400, "customer", id="customer-too-large"),
        pytest.param("/api/nothing", 404, "Not Found", id="no-such-address"),
        pytest.param("/images/hats/1.svg", 404, "Not Found", id="no-such-picture"),
        pytest.param("/assets/..%2Fmanifest.json", 404, "Not Found", id="path-out-of-the-assets"),
    ],
)
def test_what_cannot_be_read_is_refused(clean: Shop, path: str, status: int, why: str) -> None:
    said = clean.ask(path)
    assert said.status == status
    assert why in str(said.json["error"])


@pytest.mark.parametrize(
    ("path", "sent", "why"),
    [
        pytest.param("/api/cart", [], "must be a JSON object", id="no-object"),
        pytest.param("/api/cart", {"lines": LINES}, "basket must be", id="no-basket"),
        pytest.param("/api/cart", {**BASKET, "basket": "a b c d e"}, "basket must", id="bad-name"),
        pytest.param("/api/cart", {**BASKET, "coupon": "FREE"}, "no such coupon", id="bad-coupon"),
        pytest.param("/api/cart", {**BASKET, "lines": "3"}, "lines must be", id="no-list"),
        pytest.param("/api/cart", {**BASKET, "lines": [3]}, "a line must be", id="no-line"),
        pytest.param(
            "/api/orders", {"customer": 7, "lines": []}, "lines must be", id="empty-order"
        ),
        pytest.param("/api/orders", {"customer": True, "lines": LINES}, "customer", id="a-boolean"),
        pytest.param(
            "/api/orders",
            {"customer": 7, "lines": [{"product": 3, "quantity": 0}]},
            "quantity must be",
            id="none-of-it",
        ),
        pytest.param(
            "/api/orders",
            {"customer": 7, "lines": [LINES[0], LINES[0]]},
            "one line only",
            id="a-product-twice",
        ),
        pytest.param(
            "/api/orders",
            {"customer": 7, "lines": [{"product": 999_999, "quantity": 1}]},
            "no product 999999",
            id="unknown-product",
        ),
    ],
)
def test_what_cannot_be_written_is_refused(clean: Shop, path: str, sent: object, why: str) -> None:
    said = clean.ask(path, sent)
    assert 400 <= said.status <= 422
    assert why in str(said.json["error"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"{", 400, id="no-json"),
        pytest.param(b"\xff", 400, id="no-text"),
        pytest.param(b" " * 70_000, 413, id="too-much"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(clean: Shop, body: bytes, status: int) -> None:
    assert clean.ask("/api/cart", body=body).status == status


@pytest.mark.parametrize(
    ("path", "sent", "queries"),
    [
        pytest.param("/", None, 1, id="home"),
        pytest.param("/api/products?category=mugs", None, 1, id="list"),
        pytest.param("/api/products?q=lundberg", None, 1, id="search-like-a-list"),
        pytest.param("/api/products/3", None, 1, id="product"),
        pytest.param("/products/3", None, 2, id="product-page"),
        pytest.param("/api/orders?customer=42", None, 2, id="order-list"),
        pytest.param("/api/cart", BASKET, 2, id="basket"),
        pytest.param(
            "/api/orders", {"customer": 5, "lines": LINES}, 5, id="order-with-transaction"
        ),
    ],
)
def test_requests_take_a_fixed_number_of_queries(
    clean: Shop, path: str, sent: object, queries: int
) -> None:
    assert clean.queries_of(path, sent) == queries
