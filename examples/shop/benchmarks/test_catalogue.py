"""The pure functions that answer searches and make addresses."""

from __future__ import annotations

from pytest_benchmark.fixture import BenchmarkFixture

from shop.database.catalogue_seed import products
from shop.ranking import Candidate, excerpt, rank
from shop.slug import slugify

CATALOGUE = products(7)[:200]


def test_rank(benchmark: BenchmarkFixture) -> None:
    found = [Candidate(p.id, p.name, p.category, p.id % 17) for p in CATALOGUE[:60]]
    assert len(benchmark(rank, "oak lamp", found)) == 60


def test_excerpt(benchmark: BenchmarkFixture) -> None:
    text = " ".join(p.details for p in CATALOGUE[:3])
    assert benchmark(excerpt, text, "brass handle")


def test_slugs(benchmark: BenchmarkFixture) -> None:
    names = [p.name for p in CATALOGUE[:50]]
    assert len(benchmark(lambda: [slugify(name) for name in names])) == 50
