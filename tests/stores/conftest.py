"""One real PostgreSQL server for the stores in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runners.postgres.cluster import Cluster, cluster


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A server without logs; each test makes a database of its own."""
    with cluster({"shared_preload_libraries": "pg_stat_statements"}) as running:
        yield running
