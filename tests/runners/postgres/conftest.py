"""One real server for all tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runners.postgres.cluster import LOGGED, Cluster, cluster


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """A server that logs statements from 200 ms on, in all three formats."""
    with cluster(LOGGED) as running:
        yield running
