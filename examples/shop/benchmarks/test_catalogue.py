"""The pure functions that answer searches and make addresses."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from shop.database.catalogue_seed import products
from shop.ranking import Candidate, excerpt, rank
from shop.slug import slugify

CATALOGUE = products(7)[:200]


def test_rank(benchmark: BenchmarkFixture) -> None:
    """What a search for two common words has found."""
    found = [Candidate(p.id, p.name, p.category, p.id % 17) for p in CATALOGUE[:60]]
    assert len(benchmark(rank, "oak lamp", found)) == 60


def test_excerpts(benchmark: BenchmarkFixture) -> None:
    """One page of hits."""
    texts = [product.details for product in CATALOGUE[:24]]
    shown = benchmark(lambda: [excerpt(text, "brass handle") for text in texts])
    assert all(len(part) <= 142 for part in shown)


def test_slugs(benchmark: BenchmarkFixture) -> None:
    """The addresses of two pages of products."""
    names = [p.name for p in CATALOGUE[:50]]
    assert len(benchmark(lambda: [slugify(name) for name in names])) == 50
