"""Slugs, ranking and excerpts."""

from __future__ import annotations

import pytest

from shop.ranking import Candidate, excerpt, rank
from shop.slug import slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        pytest.param("Ash Mug No. 3", "ash-mug-no-3", id="words"),
        pytest.param("  Crème brûlée ", "creme-brulee", id="accents"),
        pytest.param("Sørens Straße", "sorens-strasse", id="letters-that-do-not-decompose"),
        pytest.param("Potter's wheel", "potters-wheel", id="apostrophe"),
        pytest.param("茶碗", "item", id="nothing-left"),
        pytest.param("word " * 30, "-".join(["word"] * 12), id="cut-between-words"),
        pytest.param("x" * 80, "x" * 60, id="one-long-word"),
    ],
)
def test_a_name_becomes_an_address(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_the_name_counts_more_than_sales() -> None:
    candidates = [
        Candidate(1, "Oak Chair", "chairs", 900),
        Candidate(2, "Oak Lamp", "lamps", 1),
        Candidate(3, "Lampshade", "lamps", 5),
    ]
    assert rank("oak lamp", candidates) == [2, 1, 3]


def test_equal_matches_come_by_number() -> None:
    assert rank("vase", [Candidate(n, "Vase", "vases", 3) for n in (9, 2, 5)]) == [2, 5, 9]


def test_nothing_found_is_nothing_ranked() -> None:
    assert rank("vase", []) == []


def test_an_excerpt_shows_the_word_and_is_short() -> None:
    text = "A plain beginning. " * 20 + "Here is the brass rim. " + "A plain end. " * 20
    shown = excerpt(text, "brass")
    assert "brass" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) <= 142


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("A brass rim.", "brass") == "A brass rim."
