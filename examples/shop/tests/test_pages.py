"""The pages and what they are made of."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree as ET

import pytest

from live import Shop
from shop.artwork import CATEGORIES, draw


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        pytest.param("/", "Made slowly", id="home"),
        pytest.param("/?category=clocks&page=2", 'aria-current="page">Clocks', id="second-page"),
        pytest.param("/?category=clocks&page=400", "Nothing more", id="past-the-last-page"),
        pytest.param("/products/3", "What to know", id="product"),
        pytest.param("/checkout", 'id="pay"', id="checkout"),
        pytest.param("/orders", "Your orders", id="orders"),
    ],
)
def test_pages_show_what_they_are_for(clean: Shop, path: str, shown: str) -> None:
    said = clean.ask(path)
    assert (said.status, said.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert shown in said.text


@pytest.mark.parametrize("path", ["/products/99999", "/nothing", "/?category=hats"])
def test_what_is_not_there_is_a_page_that_says_so(clean: Shop, path: str) -> None:
    said = clean.ask(path)
    assert said.status == 404
    assert "Back to the shop" in said.text


def test_pages_are_asked_for_anew_and_assets_are_kept(clean: Shop) -> None:
    page = clean.ask("/")
    assert page.headers["cache-control"] == "no-cache"
    found = re.search(r'src="(/assets/app-\w+\.js)"', page.text)
    assert found

    script = clean.ask(found.group(1))
    assert "immutable" in script.headers["cache-control"]
    zipped = clean.ask(found.group(1), headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == script.body


def test_images_keep_their_place_before_they_come(clean: Shop) -> None:
    images = re.findall(r"<img [^>]*>", clean.ask("/").text)
    assert images
    assert all("width=" in image and "height=" in image for image in images)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_has_a_picture(category: str) -> None:
    picture = draw(category, 12)
    assert ET.fromstring(picture).get("width") == "480"  # noqa: S314  # our own picture
    assert picture == draw(category, 12)
    # Chrome takes images of less than 0.05 bit for a pixel as a background, not as the LCP.
    assert len(picture) * 8 > 0.05 * 480 * 480
