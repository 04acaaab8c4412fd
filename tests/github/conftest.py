"""A loopback GitHub of each test's own, and clients that do not wait long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gate.github.access import Access, access_of
from gate.github.client import Bounds, Client
from gate.github.patience import patience
from tests.helpers.github_server import GitHub, github
from tests.helpers.github_state import WRITER

QUICK = Bounds(connect=2.0, read=0.5, whole=1.0, all=20.0)


@pytest.fixture
def served() -> Iterator[GitHub]:
    with github() as running:
        yield running


@pytest.fixture
def access(served: GitHub) -> Access:
    return access_of(served.environ(WRITER))


@pytest.fixture
def client(access: Access) -> Client:
    return client_of(access)


def client_of(access: Access, *, tries: int = 3) -> Client:
    return Client(access, bounds=QUICK, patience=patience(tries=tries, factor=0.01))
